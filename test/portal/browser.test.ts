/**
 * The portal in a real browser, with script and without. What a hostile mail tries is tried twice:
 * against the whole portal, and against the frame's policy alone, without the sanitiser.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import {
  enterCode as enter,
  headingOf as heading,
  launchBrowser,
  skipWithoutBrowser as skip,
} from "../support/portal-browser.ts";
import { lockByWrongCodes, post, wrongCode } from "../support/portal-reader.ts";
import { htmlMail, samplePdf, textMail } from "../support/sample-mail.ts";

/** Runs in the browser; 0 for a picture that is not shown. */
function naturalWidth(image: unknown): number {
  return (image as { readonly naturalWidth: number }).naturalWidth;
}

/** What a hostile mail would like to do. `elsewhere` answers and counts every request. */
function hostileHtml(elsewhere: string): string {
  return `<html><head><meta http-equiv="refresh" content="0;url=${elsewhere}/refresh">
<link rel="stylesheet" href="${elsewhere}/style.css"><link rel="preconnect" href="${elsewhere}">
<style>@import "${elsewhere}/import.css"; body{background:url(${elsewhere}/bg.png)}</style>
<base href="${elsewhere}/"></head><body onload="fetch('${elsewhere}/onload')">
<h2>Ihr Befund</h2><script>fetch('${elsewhere}/script');parent.document.title='owned'</script>
<img src="${elsewhere}/pixel.png" alt="Zählpixel"><img src="x" onerror="fetch('${elsewhere}/onerror')">
<img srcset="${elsewhere}/srcset.png 2x"><div style="background-image:url('${elsewhere}/css.png')">Text</div>
<form action="${elsewhere}/form"><input name="password"><button>Absenden</button></form>
<iframe src="${elsewhere}/frame"></iframe><svg><image href="${elsewhere}/svg.png"/></svg>
<video src="${elsewhere}/video" autoplay></video><audio src="${elsewhere}/audio" autoplay></audio>
<object data="${elsewhere}/object"></object><embed src="${elsewhere}/embed">
<p><img src="cid:logo@praxis" alt="Logo"> <a href="${elsewhere}/link">www.praxis.example</a></p></body></html>`;
}

for (const javaScriptEnabled of [true, false]) {
  describe(`a reader's browser ${javaScriptEnabled ? "with" : "without"} script`, { skip }, () => {
    let browser: Browser;
    let context: BrowserContext;
    let bench: PortalBench;
    let page: Page;

    before(async () => {
      bench = await openBench();
      await bench.portal.listen();
      browser = await launchBrowser();
      context = await browser.newContext({ javaScriptEnabled, locale: "en-GB" });
      page = await context.newPage();
    });
    after(async () => {
      await browser.close();
      await bench[Symbol.asyncDispose]();
    });

    const visit = async (sample: SealedSample): Promise<void> => {
      await page.goto(`${bench.portal.address}${sample.path}`);
    };

    it("opens the message with link and code, and saves attachment and original", async () => {
      const sample = await bench.seal(textMail());
      await visit(sample);
      await enter(page, sample.code.toLowerCase().replaceAll("-", " "));
      assert.equal(await heading(page), "Ihr Befund vom Montag – bitte lesen");
      assert.equal(page.url(), `${bench.portal.address}/v/${sample.id}`);
      assert.match(await page.locator(".text").innerText(), /die Werte vom Montag/);
      const attachment = await saved(page, /Befund Müller/);
      assert.equal(attachment.name, "Befund Müller – Kopie.pdf");
      assert.deepEqual(attachment.bytes, samplePdf);
      const original = await saved(page, /original message/);
      assert.deepEqual(original.bytes, textMail());
      await page.getByRole("button", { name: "Close the message" }).click();
      assert.equal(await heading(page), "The message is closed");
      await page.goto(`${bench.portal.address}/v/${sample.id}`);
      assert.equal(await heading(page), "The message was closed");
    });

    it("is told of a typo and of a wrong code, each in its own words", async () => {
      const sample = await bench.seal(textMail());
      await visit(sample);
      await enter(page, "0000-0000-0001");
      assert.match(await page.getByRole("alert").innerText(), /typing mistake/);
      assert.equal(await page.getByRole("textbox").inputValue(), "");
      await enter(page, wrongCode);
      assert.match(await page.getByRole("alert").innerText(), /not the code.*4 tries left/);
      const description = await page.getByRole("textbox").getAttribute("aria-describedby");
      assert.equal(description, "code-error code-hint check-words words-hint");
      await enter(page, sample.code);
      assert.equal(await heading(page), "Ihr Befund vom Montag – bitte lesen");
    });

    it("is told of a pause, a lock, an expiry and an unknown link", async () => {
      const paused = await bench.seal(textMail());
      for (let round = 0; round < 4; round += 1) {
        await post(bench, paused, wrongCode, { remoteAddress: "127.0.0.1" });
      }
      await visit(paused);
      await enter(page, wrongCode);
      assert.equal(await heading(page), "Please take a short break");
      const locked = await bench.seal(textMail());
      await lockByWrongCodes(bench, locked);
      await visit(locked);
      assert.equal(await heading(page), "This message is locked");
      await visit(await bench.seal(textMail(), { expiresAt: bench.clock.now() }));
      assert.equal(await heading(page), "This message is no longer available");
      await page.goto(`${bench.portal.address}/m/${"A".repeat(43)}`);
      assert.equal(await heading(page), "There is no message at this link");
    });

    it("changes the language by a link", async () => {
      await visit(await bench.seal(textMail()));
      await page.getByRole("link", { name: "Deutsch" }).click();
      assert.equal(await heading(page), "Sie haben eine vertrauliche Nachricht");
      await enter(page, wrongCode);
      assert.match(await page.getByRole("alert").innerText(), /Sie haben noch 4 Versuche/);
    });

    it("keeps two messages in two tabs apart", async () => {
      const [first, second] = [
        await bench.seal(textMail()),
        await bench.seal(htmlMail("<p>2</p>")),
      ];
      await visit(first);
      await enter(page, first.code);
      const tab = await context.newPage();
      await tab.goto(`${bench.portal.address}${second.path}`);
      await enter(tab, second.code);
      await page.reload();
      assert.equal(page.url(), `${bench.portal.address}/v/${first.id}`);
      assert.deepEqual((await saved(page, /original message/)).bytes, textMail());
      assert.match(await tab.frameLocator("iframe").locator("p").innerText(), /2/);
      await tab.close();
    });
  });
}

describe("a hostile HTML mail in a reader's browser", { skip }, () => {
  let browser: Browser;
  let bench: PortalBench;
  let elsewhere: Server;
  const requests: string[] = [];

  before(async () => {
    bench = await openBench();
    await bench.portal.listen();
    elsewhere = createServer((request, response) => {
      requests.push(request.url ?? "");
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    elsewhere.closeAllConnections();
    await new Promise((resolve) => elsewhere.close(resolve));
    await bench[Symbol.asyncDispose]();
  });

  const origin = (): string => {
    const address = elsewhere.address();
    return typeof address === "object" && address !== null
      ? `http://127.0.0.1:${address.port}`
      : "";
  };

  it("is shown, and nothing of it runs, loads or leaves", async () => {
    const page = await browser.newPage({ locale: "de-DE" });
    const sample = await bench.seal(htmlMail(hostileHtml(origin())));
    await page.goto(`${bench.portal.address}${sample.path}`);
    await enter(page, sample.code);
    const frame = page.frameLocator("iframe");
    assert.equal(await frame.locator("h2").innerText(), "Ihr Befund");
    const picture = frame.getByRole("img", { name: "Logo" });
    assert.equal(await picture.evaluate(naturalWidth), 1);
    await page.waitForLoadState("networkidle");
    assert.equal(
      await frame.locator("form, input, button, script, iframe, svg, style + style").count(),
      0,
    );
    assert.match(await page.title(), /^Ihr Befund vom Montag/);
    assert.match(await frame.locator("body").innerText(), /\[127\.0\.0\.1:\d+\]/);
    assert.match(await page.locator(".note").innerText(), /von fremden Servern nicht geladen/);
    assert.deepEqual(requests, []);
    await page.close();
  });

  it("would be stopped by the frame's policy even if the sanitiser let it through", async () => {
    const page = await browser.newPage();
    const sample = await bench.seal(htmlMail("<p>x</p>"));
    await page.route("**/body?lang=en", async (route) => {
      // An intercepted request has not yet got the headers that say what it is for.
      const headers = { ...route.request().headers(), "sec-fetch-dest": "iframe" };
      const answer = await route.fetch({ headers });
      await route.fulfill({ response: answer, body: hostileHtml(origin()) });
    });
    await page.goto(`${bench.portal.address}${sample.path}?lang=en`);
    await enter(page, sample.code);
    const frame = page.frameLocator("iframe");
    assert.equal(await frame.locator("h2").innerText(), "Ihr Befund");
    await frame.locator("button").click();
    await page.waitForLoadState("networkidle");
    assert.match(await page.title(), /^Ihr Befund vom Montag/);
    assert.deepEqual(requests, []);
    await page.close();
  });

  it("opens a link of the mail in a tab of its own that knows nothing of the portal", async () => {
    const page = await browser.newPage();
    const sample = await bench.seal(htmlMail(`<a href="${origin()}/link">Termin</a>`));
    await page.goto(`${bench.portal.address}${sample.path}`);
    await enter(page, sample.code);
    const opened = page.context().waitForEvent("page");
    await page.frameLocator("iframe").getByRole("link").click();
    const tab = await opened;
    await tab.waitForLoadState();
    assert.equal(tab.url(), `${origin()}/link`);
    assert.equal(await tab.evaluate("document.referrer"), "");
    assert.equal(await tab.evaluate("window.opener"), null);
    await page.close();
    await tab.close();
  });
});

async function saved(page: Page, name: RegExp): Promise<{ name: string; bytes: Buffer }> {
  const started = page.waitForEvent("download");
  await page.getByRole("link", { name }).click();
  const download = await started;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}
