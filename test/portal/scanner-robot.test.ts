/**
 * Mail systems open every link, follow what they find there, fill in forms and press buttons. A
 * robot does all of it with the notification, the portal and the sender's own page, by HTTP and in
 * a browser: nothing is counted, nothing opens, not one row of the store changes. One that ticked
 * boxes once destroyed a message through the link in its sender's code mail.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import PostalMime from "postal-mime";
import { readAuthor } from "../../src/mime/author.ts";
import { buildNotification } from "../../src/mime/notification.ts";
import { plainTemplate } from "../../src/mime/template.ts";
import { notificationStyle } from "../../src/mime/template-style.ts";
import {
  openBench,
  type PortalBench,
  type SealedSample,
  sampleRecipient,
  sampleSender,
} from "../support/portal-bench.ts";
import { launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";
import { formType, post, wrongCode } from "../support/portal-reader.ts";
import { rowsOf, type StoreRows } from "../support/portal-rows.ts";
import { textMail } from "../support/sample-mail.ts";

const methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"] as const;
const agents = ["Mozilla/5.0 (compatible; LinkScanner/1.0)", "curl/8.0", ""];
const guessedPaths = ["/favicon.ico", "/robots.txt", "/.well-known/security.txt", "/v/", "/m/"];
const clickable = "a, button, summary, input:not([type=hidden])";
const maxPages = 100;
const maxClicks = 150;
/** What robots put into fields; the title of the page comes to it. */
const plausibleInputs = ["test", "1", "on", "true", "scanner@scan.example", "+49 170 1234567"];

describe("a robot that tries everything it finds", () => {
  let bench: PortalBench;
  let sample: SealedSample;
  let mail: { readonly text: string; readonly html: string };
  let untouched: StoreRows;

  before(async () => {
    bench = await openBench({
      securityContact: "security@praxis.example",
      branding: { organisation: "Praxis Dr. Weber", help: { phone: "+49 30 1234-0" } },
    });
    await bench.portal.listen();
    sample = await bench.seal(textMail());
    // There is something to unlock, too.
    await post(bench, sample, wrongCode);
    mail = await notificationOf(bench, sample);
    untouched = rowsOf(bench.storePath);
  });
  after(() => bench[Symbol.asyncDispose]());

  const assertUntouched = async (): Promise<void> => {
    assert.deepEqual(rowsOf(bench.storePath), untouched);
    const message = await bench.store.sealed.findByLookupId(sample.lookupId);
    assert.equal(message?.firstOpenedAt, null);
    assert.equal(message?.lockedAt, null);
  };

  /** undefined for what is not the portal's. */
  const absolute = (path: string): string | undefined => {
    const base = `${bench.portal.address}/`;
    const url = URL.canParse(path, base) ? new URL(path, base) : undefined;
    return url !== undefined && url.origin === bench.portal.address
      ? url.href.replace(/#.*$/, "")
      : undefined;
  };

  /** Every address of the portal, beginning with those in both parts of the notification. */
  const crawl = async (): Promise<ReadonlySet<string>> => {
    const found = new Set<string>();
    const links = [...linksIn(mail.html), ...addressesIn(mail.text)];
    const waiting = [...links, sample.managePath, ...guessedPaths];
    while (waiting.length > 0 && found.size < maxPages) {
      const url = absolute(waiting.shift() ?? "");
      if (url === undefined || found.has(url)) continue;
      found.add(url);
      const answer = await fetch(url, { headers: { "accept-language": "de" } });
      for (const link of linksIn(await answer.text())) waiting.push(new URL(link, url).href);
    }
    return found;
  };

  it("finds the same single link in the text and in the HTML of the notification", () => {
    const link = `${bench.portal.address}${sample.path}`;
    const ours = (links: readonly string[]): readonly string[] => [
      ...new Set(links.filter((entry) => entry.startsWith(`${bench.portal.address}/m/`))),
    ];
    assert.deepEqual(ours(addressesIn(mail.text)), [link]);
    assert.deepEqual(ours(linksIn(mail.html)), [link]);
  });

  it("changes nothing by any method at any address", async () => {
    const found = await crawl();
    assert.ok(found.size >= 10 && found.size < maxPages, `${found.size} pages`);
    for (const url of found) {
      for (const method of methods) {
        for (const agent of agents) {
          const headers = { "user-agent": agent };
          const answer = await fetch(url, { method, redirect: "manual", headers });
          assert.ok(answer.status < 500, `${method} ${url}: ${answer.status}`);
          assert.equal(answer.headers.get("set-cookie"), null);
          await answer.arrayBuffer();
        }
      }
    }
    await assertUntouched();
  });

  it("changes nothing by sending the form with whatever it has read", async () => {
    const link = `${bench.portal.address}${sample.path}`;
    const page = await (await fetch(link)).text();
    const words = `${mail.text} ${page}`.split(/[^\p{L}\p{N}@.:/_+-]+/u);
    const inputs = new Set([...words, "test", "scanner@scan.example", "1", "admin", "' or 1=1 --"]);
    for (const input of inputs) {
      for (const body of [`code=${encodeURIComponent(input)}`, `${encodeURIComponent(input)}=on`]) {
        const sent = { method: "POST", headers: formType, body } as const;
        const answer = await fetch(link, { ...sent, redirect: "manual" });
        assert.equal(answer.status, 400, `with ${input}`);
        await answer.arrayBuffer();
      }
    }
    assert.ok(inputs.size > 50, `${inputs.size} inputs`);
    await assertUntouched();
  });

  it("changes nothing by clicking everything", { skip: skipWithoutBrowser }, async (t) => {
    const browser = await launchBrowser();
    t.after(() => browser.close());
    const context = await browser.newContext({ locale: "en-GB" });
    const page = await context.newPage();
    const waiting = [...linksIn(mail.html), sample.managePath];
    const seen = new Set<string>();
    let clicks = 0;
    while (waiting.length > 0 && clicks < maxClicks) {
      const url = absolute(waiting.shift() ?? "");
      if (url === undefined || seen.has(url)) continue;
      seen.add(url);
      await page.goto(url);
      const count = await page.locator(clickable).count();
      for (let index = 0; index < count; index += 1) {
        await page.goto(url);
        const target = page.locator(clickable).nth(index);
        const href = await target.getAttribute("href");
        if (href?.startsWith("tel:") === true) continue;
        await fillIn(page, "scanner");
        await target.click();
        await page.waitForLoadState();
        clicks += 1;
        waiting.push(page.url());
      }
    }
    assert.ok(clicks >= 10, `${clicks} clicks`);
    assert.deepEqual(await context.cookies(), []);
    await assertUntouched();
  });

  it("changes nothing by sending every form filled in", { skip: skipWithoutBrowser }, async (t) => {
    const browser = await launchBrowser();
    t.after(() => browser.close());
    const page = await browser.newPage({ locale: "de-DE" });
    page.setDefaultTimeout(5000);
    let sent = 0;
    for (const url of formsAmong(await crawl())) {
      await page.goto(url);
      const title = await page.title();
      for (const input of [...plausibleInputs, title]) {
        const count = await page.locator("form button").count();
        for (let index = 0; index < count; index += 1) {
          await fillIn(page, input);
          await page.locator("form button").nth(index).click();
          await page.waitForLoadState();
          sent += 1;
        }
      }
    }
    assert.ok(sent >= 40, `${sent} forms`);
    assert.deepEqual(await page.context().cookies(), []);
    await assertUntouched();
  });

  it("leaves the message to its reader, whose opening is seen in the rows", async () => {
    const answer = await fetch(`${bench.portal.address}${sample.path}`, {
      method: "POST",
      redirect: "manual",
      headers: formType,
      body: new URLSearchParams({ code: sample.code }),
    });
    assert.equal(answer.status, 303);
    assert.notDeepEqual(rowsOf(bench.storePath), untouched);
  });
});

/** Boxes ticked, the last of the choices chosen, the same in every field. */
async function fillIn(page: Page, input: string): Promise<void> {
  for (const field of await page.locator("input:not([type=hidden]), textarea").all()) {
    const type = await field.getAttribute("type");
    if (type === "checkbox" || type === "radio") await field.check();
    else await field.fill(input);
  }
}

/** Where forms are: behind the reader's link and behind the sender's. */
function formsAmong(urls: ReadonlySet<string>): readonly string[] {
  return [...urls].filter((url) => /\/[ms]\/./.test(url));
}

/** What the recipient gets by mail, as a robot's parser reads it. */
async function notificationOf(bench: PortalBench, sample: SealedSample) {
  const fields = [
    { name: "From", value: ` Dr. Anna Weber <${sampleSender}>` },
    { name: "To", value: ` ${sampleRecipient}` },
    { name: "Message-ID", value: " <a@praxis.example>" },
  ];
  const facts = {
    author: readAuthor(fields, sampleSender),
    recipient: sampleRecipient,
    link: `${bench.portal.address}${sample.path}`,
    linkStart: `${bench.portal.address}/`,
    id: sample.id,
    sentAt: bench.clock.now(),
    expiresAt: bench.clock.now() + 30 * 86_400_000,
  };
  const style = notificationStyle(plainTemplate("Praxis Dr. Weber"), undefined);
  const { edits, body } = buildNotification(fields, facts, style);
  const added = edits.flatMap((edit) =>
    edit.kind === "insert" ? [`${edit.name}:${edit.value}\r\n`] : [],
  );
  const email = await PostalMime.parse(Buffer.concat([Buffer.from(`${added.join("")}\r\n`), body]));
  assert.ok(email.text !== undefined && email.html !== undefined);
  return { text: email.text, html: email.html };
}

function linksIn(markup: string): readonly string[] {
  const attributes = markup.matchAll(/\b(?:href|src|action|formaction)="([^"]+)"/g);
  return [...attributes].map(([, url = ""]) => url.replaceAll("&amp;", "&"));
}

function addressesIn(text: string): readonly string[] {
  return text.match(/https?:\/\/[^\s<>"]+/g) ?? [];
}
