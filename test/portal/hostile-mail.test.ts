/**
 * The corpus of hostile HTML in real Chromium, three times: shown without any protection, where
 * most of it must be caught at running or loading, else this test sees nothing; behind the frame's
 * policy alone; and as the portal shows it, framed and as text, where not even a connection leaves.
 * What bit the first time is shown in each way, all of the rest in the portal's frame.
 */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { securityHeaders } from "../../src/portal/security-headers.ts";
import { sealSession, sessionCookieName } from "../../src/portal/session.ts";
import { drawCode } from "../../src/seal/code.ts";
import { type PreparedCode, prepareCode } from "../../src/seal/message-key.ts";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import { launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";
import { type HostileHtml, hostileHtml, hostileMail } from "../support/portal-hostile-mails.ts";
import { WatchedPage } from "../support/portal-watched-page.ts";

const kinds = [...new Set(hostileHtml.map(({ name }) => name.replace(/ \d+$/, "")))];
/** Of the corpus, without protection: the rest needs a click, another browser or another time. */
const leastCaught = 70;
/** A page waits for its browser more than it works. */
const pagesAtOnce = 3;

/** Runs in a page or frame: addresses that its links and forms lead to. */
const hrefProbe = `[...document.querySelectorAll("[href],[action],[formaction],[src]")].map(
  (element) => ["href", "action", "formaction", "src"].map((name) => element.getAttribute(name) ?? "").join(""))`;

describe("the corpus of hostile HTML", { skip: skipWithoutBrowser }, () => {
  let browser: Browser;
  let watchedPages: readonly WatchedPage[];
  let bench: PortalBench;
  let elsewhere: Server;
  /** What came to the host outside since the list was emptied, from whichever page. */
  const arrived: string[] = [];
  /** The names of those that ran or asked without protection. */
  const biting = new Set<string>();
  /** Read by their sessions: one derivation is enough for all of them. */
  let prepared: PreparedCode;
  const policy = securityHeaders("body", false)["content-security-policy"] ?? "";

  before(async () => {
    bench = await openBench();
    await bench.portal.listen();
    prepared = await prepareCode(drawCode(), bench.keys.pepper);
    elsewhere = createServer((request, response) => {
      arrived.push(`answered ${request.url}`);
      response.end();
    });
    elsewhere.on("connection", () => arrived.push("connection"));
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    const address = elsewhere.address();
    const port = typeof address === "object" ? address?.port : undefined;
    browser = await launchBrowser([
      `--host-resolver-rules=MAP evil.test 127.0.0.1:${port},MAP *.evil.test 127.0.0.1:${port}`,
    ]);
    const open = (): Promise<WatchedPage> => WatchedPage.open(browser, bench.portal.address ?? "");
    watchedPages = await Promise.all(Array.from({ length: pagesAtOnce }, open));
  });
  after(async () => {
    await browser.close();
    elsewhere.closeAllConnections();
    await new Promise((resolve) => elsewhere.close(resolve));
    await bench[Symbol.asyncDispose]();
  });

  /** Every shape once, in whichever page is free; a rejection ends all of it. */
  async function eachOf(
    shapes: readonly HostileHtml[],
    visit: (watched: WatchedPage, shape: HostileHtml) => Promise<void>,
  ): Promise<void> {
    const waiting = shapes.values();
    await Promise.all(
      watchedPages.map(async (watched) => {
        for (const shape of waiting) await visit(watched, shape);
      }),
    );
  }

  async function show(watched: WatchedPage, sample: SealedSample, query: string): Promise<void> {
    const now = bench.clock.now();
    const session = { ...sample, messageId: sample.id, openedAt: now, seenAt: now };
    await watched.context.addCookies([
      {
        name: sessionCookieName(sample.id, false),
        value: sealSession(session, bench.keys.sessionKey),
        url: bench.portal.address ?? "",
      },
    ]);
    await watched.look(`/v/${sample.id}${query}`);
    assert.equal(await watched.page.locator(".card .facts").count(), 1, "the message is shown");
    await watched.context.clearCookies();
  }

  it("has at least sixty shapes of every kind, and most of them bite without protection", async () => {
    assert.ok(hostileHtml.length >= 60);
    await eachOf(hostileHtml, async (watched, { name, markup }) => {
      watched.caught.length = 0;
      watched.raw = { markup, headers: {} };
      await watched.look("/raw").catch(() => undefined);
      if (watched.caught.length > 0) biting.add(name);
    });
    assert.ok(biting.size >= leastCaught, `only ${biting.size}: ${[...biting].join(", ")}`);
    assert.ok(arrived.length > 0, "the host outside is reached");
  });

  it("neither runs nor loads behind the frame's policy alone", async () => {
    const headers = { "content-security-policy": policy.replace("'self'", "*") };
    for (const { page } of watchedPages) await page.goto("about:blank");
    arrived.length = 0;
    // A policy only forbids: what does nothing without one is not asked again.
    const shapes = hostileHtml.filter(({ name }) => biting.has(name));
    await eachOf(shapes, async (watched, { name, markup }) => {
      watched.raw = { markup, headers };
      await watched.page.goto("about:blank");
      watched.caught.length = 0;
      await watched.look("/outside");
      // What the policy stops is begun, and so seen as a request, but never sent.
      const ran = watched.caught.filter((entry) => /^(?:ran|dialog|window)/.test(entry));
      const sent = arrived.filter((entry) => entry.startsWith("answered"));
      assert.deepEqual([...ran, ...sent], [], name);
    });
  });

  for (const kind of kinds) {
    it(`neither runs, loads nor connects in the portal: ${kind}`, async () => {
      for (const { page } of watchedPages) await page.goto("about:blank");
      arrived.length = 0;
      const shapes = hostileHtml.filter(({ name }) => name.startsWith(`${kind} `));
      await eachOf(shapes, async (watched, { name, markup }) => {
        const { page, caught } = watched;
        const sample = await bench.seal(hostileMail(`<p>Anfang</p>${markup}`), { prepared });
        caught.length = 0;
        await show(watched, sample, "?lang=en");
        const frame = page.frames().find((entry) => entry.url().includes("/body"));
        assert.ok(frame !== undefined, `${name} is framed`);
        assert.match(await frame.locator("body").innerText(), /Anfang/);
        const addresses: readonly string[] = await frame.evaluate(hrefProbe);
        for (const address of addresses) {
          assert.match(address, /^(?:$|https?:|mailto:|tel:|data:image\/png;)/, name);
        }
        if (biting.has(name)) {
          await show(watched, sample, "?lang=en&view=text");
          assert.match(await page.locator(".text").innerText(), /^Anfang/);
        }
        assert.deepEqual([...caught, ...arrived], [], name);
      });
    });
  }

  it("neither runs nor loads from subject, names, file names and Content-IDs", async () => {
    const vector = `"><img src=http://evil.test/h onerror=self.sentinel()><script>self.sentinel()</script>`;
    const encoded = `=?utf-8?B?${Buffer.from(vector).toString("base64")}?=`;
    const original = hostileMail(
      '<p>Anfang</p><img src="cid:&quot;&gt;&lt;img src=x onerror=self.sentinel()&gt;">',
      `Subject: ${encoded}\r\nTo: ${encoded} <a@b.test>\r\nCc: ${encoded}@b.test`,
    );
    const named = Buffer.from(
      original.toString("latin1").replaceAll('filename="page@evil"', `filename="${encoded}"`),
      "latin1",
    );
    const sample = await bench.seal(named);
    const [watched] = watchedPages;
    assert.ok(watched !== undefined);
    const { page, caught } = watched;
    caught.length = 0;
    arrived.length = 0;
    for (const query of ["?lang=de", "?lang=de&view=text"]) await show(watched, sample, query);
    assert.match(await page.locator("h1").innerText(), /<script>self\.sentinel\(\)<\/script>/);
    assert.equal(await page.locator("script").count(), 0);
    assert.deepEqual([...caught, ...arrived], []);
  });
});
