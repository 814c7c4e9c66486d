/**
 * The reader without a code and all that a sender can do then, with nothing but a keyboard: on a
 * phone and on a desk, in both languages, with script and without.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { wordsIn } from "../../src/portal/catalogue.ts";
import { type ManageAction, manageWordsIn } from "../../src/portal/manage-words.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { headingOf, launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";
import { assertFits, pressNamed, tabTo } from "../support/portal-keyboard.ts";
import { post, wrongCode } from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";

describe("a reader without a code and its sender, by keyboard", {
  skip: skipWithoutBrowser,
}, () => {
  let bench: PortalBench;
  let browser: Browser;
  before(async () => {
    bench = await openBench();
    await bench.portal.listen();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await bench[Symbol.asyncDispose]();
  });

  for (const [width, javaScriptEnabled, language] of [
    [320, true, "de"],
    [320, false, "en"],
    [1280, true, "en"],
    [1280, false, "de"],
  ] as const) {
    const script = `script ${javaScriptEnabled ? "on" : "off"}`;
    it(`ask, make a new code, give tries back, extend, take back (${width} px, ${language}, ${script})`, async () => {
      const sample = await bench.seal(textMail());
      const viewport = { width, height: 640 };
      const context = await browser.newContext({ viewport, javaScriptEnabled, locale: language });
      const page = await context.newPage();
      const go = (path: string) => page.goto(`${bench.portal.address}${path}`);
      const words = manageWordsIn(language);

      await go(sample.path);
      await pressNamed(page, words.noCode.link);
      await page.waitForURL("**/*view=no-code*");
      await sayYes(page, words.noCode.button);
      assert.equal(await headingOf(page), words.noCode.noted.title);
      await assertFits(page);

      await pressNamed(page, words.noCode.back);
      await page.locator("#code").waitFor();

      await post(bench, sample, wrongCode);
      await go(sample.managePath);
      const start = async (action: ManageAction, link = words.action[action].link) => {
        await pressNamed(page, link);
        await page.waitForURL(`**/${action}*`);
        await assertFits(page);
      };
      const isDone = async (action: ManageAction): Promise<void> => {
        const said = await page.getByRole("status").innerText();
        assert.equal(said, words.action[action].done);
        await assertFits(page);
      };

      await start("renew");
      await sayYes(page, words.action.renew.button);
      assert.equal(await headingOf(page), words.renewed.title);
      await assertFits(page);
      const code = await page.locator(".secret").innerText();
      await pressNamed(page, words.back);
      await page.waitForURL(/\?lang=/);

      await post(bench, { ...sample, code }, wrongCode, { remoteAddress: "203.0.113.9" });
      await page.reload();
      await start("unlock", words.giveTriesBack.link);
      await sayYes(page, words.giveTriesBack.button);
      await isDone("unlock");

      await start("extend");
      await tabTo(page, "90 ");
      await page.keyboard.press("Space");
      await sayYes(page, words.action.extend.button);
      await isDone("extend");
      assert.match(await page.locator(".facts").innerText(), /21\.? (?:Februar|February) 2027/);

      await start("recall");
      await sayYes(page, words.action.recall.button);
      await isDone("recall");
      await go(sample.path);
      assert.equal(await headingOf(page), wordsIn(language).notice.recalled("", "").title);
      await context.close();
    });
  }
});

/** First without the word, of which the page says so; then with it. */
async function sayYes(page: Page, button: string): Promise<void> {
  await tabTo(page, /^(?:Bitte tippen Sie JA|Please type YES)/);
  await page.keyboard.type("nein");
  await pressNamed(page, button);
  await page.getByRole("alert").waitFor();
  await assertFits(page);
  // The field has the focus already.
  await page.keyboard.press("Control+A");
  await page.keyboard.type("ja");
  await pressNamed(page, button);
  await page.getByRole("alert").waitFor({ state: "detached" });
}
