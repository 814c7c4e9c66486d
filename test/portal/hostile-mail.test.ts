/**
 * The corpus of hostile HTML in real Chromium, three times: shown without any protection, where
 * most of it must be caught at running or loading, else this test sees nothing; behind the frame's
 * policy alone; and as the portal shows it, framed and as text, where not even a connection leaves.
 */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { securityHeaders } from "../../src/portal/security-headers.ts";
import { sealSession, sessionCookieName } from "../../src/portal/session.ts";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import { launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";
import { hostileHtml, hostileMail } from "../support/portal-hostile-mails.ts";

const kinds = [...new Set(hostileHtml.map(({ name }) => name.replace(/ \d+$/, "")))];
/** Of the corpus, without protection: the rest needs a click, another browser or another time. */
const leastCaught = 70;
const viewport = { width: 800, height: 600 };

/** Runs in a page or frame: addresses that its links and forms lead to. */
const hrefProbe = `[...document.querySelectorAll("[href],[action],[formaction],[src]")].map(
  (element) => ["href", "action", "formaction", "src"].map((name) => element.getAttribute(name) ?? "").join(""))`;

describe("the corpus of hostile HTML", { skip: skipWithoutBrowser }, () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let bench: PortalBench;
  let elsewhere: Server;
  /** What ran, asked or connected since the list was emptied. */
  const caught: string[] = [];
  const policy = securityHeaders("body", false)["content-security-policy"] ?? "";
  let raw = { markup: "", headers: {} };

  before(async () => {
    bench = await openBench();
    await bench.portal.listen();
    elsewhere = createServer((request, response) => {
      caught.push(`answered ${request.url}`);
      response.end();
    });
    elsewhere.on("connection", () => caught.push("connection"));
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    const address = elsewhere.address();
    const port = typeof address === "object" ? address?.port : undefined;
    browser = await launchBrowser([
      `--host-resolver-rules=MAP evil.test 127.0.0.1:${port},MAP *.evil.test 127.0.0.1:${port}`,
    ]);
    context = await browser.newContext({ viewport });
    await context.exposeFunction("sentinel", () => caught.push("ran"));
    context.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${bench.portal.address}/`) && !url.startsWith("data:")) caught.push(url);
    });
    context.on("dialog", (dialog) => {
      caught.push("dialog");
      void dialog.dismiss();
    });
    context.on("page", (opened) => {
      if (page !== undefined && opened !== page) caught.push("window");
    });
    page = await context.newPage();
    await page.route("**/raw*", (route) =>
      route.fulfill({
        contentType: "text/html; charset=utf-8",
        body: raw.markup,
        headers: raw.headers,
      }),
    );
    await page.route("**/outside", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<iframe src="/raw" sandbox="allow-popups" width="700" height="500"></iframe>`,
      }),
    );
  });
  after(async () => {
    await browser.close();
    elsewhere.closeAllConnections();
    await new Promise((resolve) => elsewhere.close(resolve));
    await bench[Symbol.asyncDispose]();
  });

  /** As a reader looks: opens the page and moves the pointer over it. */
  const look = async (path: string): Promise<void> => {
    await page.goto(`${bench.portal.address}${path}`, { waitUntil: "load" });
    await page.mouse.move(100, 100);
    await page.mouse.move(300, 400);
    // A turn of the browser's own loop, so that what was begun is reported.
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
  };

  const show = async (sample: SealedSample, query: string): Promise<void> => {
    const now = bench.clock.now();
    const session = { ...sample, messageId: sample.id, openedAt: now, seenAt: now };
    await context.addCookies([
      {
        name: sessionCookieName(sample.id, false),
        value: sealSession(session, bench.keys.sessionKey),
        url: bench.portal.address ?? "",
      },
    ]);
    await look(`/v/${sample.id}${query}`);
    assert.equal(await page.locator(".card .facts").count(), 1, "the message is shown");
    await context.clearCookies();
  };

  it("has at least sixty shapes of every kind, and most of them bite without protection", async () => {
    assert.ok(hostileHtml.length >= 60);
    const biting: string[] = [];
    for (const { name, markup } of hostileHtml) {
      caught.length = 0;
      raw = { markup, headers: {} };
      await look("/raw").catch(() => undefined);
      if (caught.length > 0) biting.push(name);
    }
    assert.ok(biting.length >= leastCaught, `only ${biting.length}: ${biting.join(", ")}`);
  });

  it("neither runs nor loads behind the frame's policy alone", async () => {
    for (const { name, markup } of hostileHtml) {
      raw = { markup, headers: { "content-security-policy": policy.replace("'self'", "*") } };
      await page.goto("about:blank");
      caught.length = 0;
      await look("/outside");
      // What the policy stops is begun, and so seen as a request, but never sent.
      const sent = caught.filter((entry) => /^(?:ran|dialog|window|answered)/.test(entry));
      assert.deepEqual(sent, [], name);
    }
  });

  for (const kind of kinds) {
    it(`neither runs, loads nor connects in the portal: ${kind}`, async () => {
      const vectors = hostileHtml.filter(({ name }) => name.startsWith(`${kind} `));
      for (const { name, markup } of vectors) {
        const sample = await bench.seal(hostileMail(`<p>Anfang</p>${markup}`));
        caught.length = 0;
        await show(sample, "?lang=en");
        const frame = page.frames().find((entry) => entry.url().includes("/body"));
        assert.ok(frame !== undefined, `${name} is framed`);
        assert.match(await frame.locator("body").innerText(), /Anfang/);
        const addresses: readonly string[] = await frame.evaluate(hrefProbe);
        for (const address of addresses) {
          assert.match(address, /^(?:$|https?:|mailto:|tel:|data:image\/png;)/, name);
        }
        await show(sample, "?lang=en&view=text");
        assert.match(await page.locator(".text").innerText(), /^Anfang/);
        assert.deepEqual(caught, [], name);
      }
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
    caught.length = 0;
    for (const query of ["?lang=de", "?lang=de&view=text"]) await show(sample, query);
    assert.match(await page.locator("h1").innerText(), /<script>self\.sentinel\(\)<\/script>/);
    assert.equal(await page.locator("script").count(), 0);
    assert.deepEqual(caught, []);
  });
});
