/** Readers who answer with files, in a browser: both widths, both languages, with and without script. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { openReply, replyKeyOf } from "../../src/seal/reply-content.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { enterCode, launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";
import { textMail } from "../support/sample-mail.ts";

describe("a reader who answers with files", { skip: skipWithoutBrowser }, () => {
  let bench: PortalBench;
  let browser: Browser;
  before(async () => {
    bench = await openBench({ replyFiles: { maxFiles: 2, maxMib: 1 } });
    await bench.portal.listen();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await bench[Symbol.asyncDispose]();
  });

  for (const [width, javaScriptEnabled, locale, title] of [
    [320, false, "de-DE", "Ihre Antwort ist unterwegs"],
    [1280, true, "en-GB", "Your reply is on its way"],
  ] as const) {
    it(`sends them by keyboard, and is told what was too much (${width} px, ${locale})`, async () => {
      const sample = await bench.seal(textMail());
      const viewport = { width, height: 640 };
      const context = await browser.newContext({ viewport, javaScriptEnabled, locale });
      const page = await context.newPage();
      const base = bench.portal.address ?? "";
      await page.goto(`${base}${sample.path}`);
      await enterCode(page, sample.code);
      await page.locator(`a[href^="/v/${sample.id}/reply"]`).click();
      const file = (name: string, bytes: number) => ({
        name,
        mimeType: "image/png",
        buffer: Buffer.alloc(bytes, "x"),
      });
      const send = async (): Promise<void> => {
        await page.locator("main button").focus();
        await page.keyboard.press("Enter");
      };

      await page.locator("textarea").fill("Anbei die Bilder");
      await page.locator("input[type=file]").setInputFiles([file("groß.png", 1_100_000)]);
      await changesLanguage(page, "Anbei die Bilder");
      await page.locator("input[type=file]").setInputFiles([file("groß.png", 1_100_000)]);
      await send();
      const fault = page.getByRole("alert");
      await fault.waitFor();
      assert.match(await fault.innerText(), /1 MB/);
      assert.equal(await page.locator("textarea").inputValue(), "Anbei die Bilder");
      const described = await page.locator("input[type=file]").getAttribute("aria-describedby");
      assert.equal(described, "file-error file-hint");

      await page
        .locator("input[type=file]")
        .setInputFiles([file("Röntgen 1.png", 5), file("b", 0)]);
      await send();
      await page.getByRole("heading", { name: title, exact: true }).waitFor();
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      assert.ok(Number(wide) <= width);
      const key = replyKeyOf(bench.keys.sessionKey);
      const jobs = await bench.store.replies.jobs(100);
      const job = jobs.find(({ messageId }) => messageId === sample.id);
      assert.ok(job);
      const content = openReply(key, job.sealedContent, job);
      assert.equal(content.text, "Anbei die Bilder");
      assert.deepEqual(content.files?.list, [
        { name: "Röntgen 1.png", sizeBytes: 5 },
        { name: "b", sizeBytes: 0 },
      ]);

      // Too late, the text comes back, and stays in the other language as well.
      await page.goto(`${base}/v/${sample.id}/reply`);
      await page.locator("textarea").fill("zu spät");
      await context.clearCookies();
      await page.locator("main button").click();
      await page.locator("textarea[readonly]").waitFor();
      const lang = await page.locator("button.language").getAttribute("lang");
      await page.locator("button.language").click();
      await page.locator(`html[lang=${lang}]`).waitFor();
      assert.equal(await page.locator("textarea[readonly]").inputValue(), "zu spät");
      await context.close();
    });
  }
});

/** To the other language and back: the text stays, and no file goes on its way for it. */
async function changesLanguage(page: Page, text: string): Promise<void> {
  for (const files of ["chosen", "gone"]) {
    const button = page.locator("button.language");
    const other = await button.getAttribute("lang");
    await button.focus();
    const sent = page.waitForRequest((request) => request.method() === "POST");
    await page.keyboard.press("Enter");
    assert.ok(((await sent).postDataBuffer()?.length ?? 0) < 200);
    await page.locator(`html[lang=${other}]`).waitFor();
    assert.equal(await page.locator("textarea").inputValue(), text);
    assert.equal(await page.getByRole("status").count(), files === "chosen" ? 1 : 0);
  }
}
