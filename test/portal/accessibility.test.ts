/**
 * Every page by axe-core against WCAG 2.1 A and AA, in both languages and both colour schemes, as
 * readers and senders come to them. Pages that no short way leads to are in
 * `accessibility-apart.test.ts`; what the rules of axe cannot see is in `journey.test.ts`.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { languages } from "../../src/base/language.ts";
import type { BrandingOptions } from "../../src/portal/branding.ts";
import { drawCode } from "../../src/seal/code.ts";
import { type PreparedCode, prepareCode } from "../../src/seal/message-key.ts";
import { assertAccessible, openForAxe } from "../support/page-look.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { enterCode, launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";
import { post, wrongCode } from "../support/portal-reader.ts";
import { htmlMail, samplePng, textMail } from "../support/sample-mail.ts";

const branding: BrandingOptions = {
  organisation: "Praxis Dr. Weber",
  accentColour: "#7a1f5c",
  logo: samplePng,
  help: { phone: "+49 30 1234-0", text: { de: "Werktags 8 bis 16 Uhr.", en: "8 to 16 h." } },
  imprintUrl: "https://praxis.example/impressum",
};

for (const language of languages) {
  describe(`the pages in ${language}`, { skip: skipWithoutBrowser }, () => {
    let browser: Browser;
    let context: BrowserContext;
    let bench: PortalBench;
    let page: Page;
    /** Derived once: that takes as long as a look. */
    let prepared: PreparedCode;
    const seal = (mail: Buffer) => bench.seal(mail, { prepared });
    const go = (path: string) => page.goto(`${bench.portal.address}${path}`);

    before(async () => {
      bench = await openBench({ branding, smsCountries: ["+49", "+43"] });
      await bench.portal.listen();
      prepared = await prepareCode(drawCode(), bench.keys.pepper, "drawn");
      browser = await launchBrowser();
      context = await openForAxe(browser, language);
      page = await context.newPage();
    });
    after(async () => {
      await browser.close();
      await bench[Symbol.asyncDispose]();
    });

    it("are accessible from the form to the closed message", async () => {
      const sample = await seal(textMail());
      await go(sample.path);
      await assertAccessible(page, "form");
      await enterCode(page, "0000-0000-0001");
      await assertAccessible(page, "typo");
      await enterCode(page, wrongCode);
      await assertAccessible(page, "wrong code");
      await enterCode(page, sample.code);
      assert.match(page.url(), /\/v\//);
      await assertAccessible(page, "message");
      await page.getByRole("button").click();
      await assertAccessible(page, "closed");
    });

    it("are accessible with a formatted message, in its frame and as text", async () => {
      const sample = await seal(
        htmlMail(
          '<h1>Befund</h1><p><a href="https://a.test/">Termin</a></p><img src="https://a.test/x.png" alt="Bild"><p><img src="cid:logo@praxis" alt="Logo"></p>',
        ),
      );
      await go(sample.path);
      await enterCode(page, sample.code);
      await assertAccessible(page, "message in a frame");
      await page.locator("summary").click();
      await assertAccessible(page, "pictures unfolded");
      await page.locator(".switch a").click();
      await page.locator(".text").waitFor();
      await assertAccessible(page, "formatted message as text");
    });

    it("are accessible to who replies, from the form to the last reply", async () => {
      const sample = await seal(textMail());
      await go(sample.path);
      await enterCode(page, sample.code);
      await page.locator(`a[href^="/v/${sample.id}/reply"]`).click();
      const send = async (text: string): Promise<void> => {
        await page.getByRole("textbox").fill(text);
        await page.locator("main button").click();
      };
      await assertAccessible(page, "reply form");
      await send("   ");
      await page.getByRole("alert").waitFor();
      await assertAccessible(page, "reply form with a fault");
      await send("Danke, bis Montag.\nErika Muster");
      assert.match(page.url(), /view=sent/);
      await assertAccessible(page, "reply sent");
      await page.locator(".again a").click();
      await page.locator(".text").waitFor();
      await assertAccessible(page, "message with a reply");
      for (const number of [2, 3, 4, 5]) {
        await go(`/v/${sample.id}/reply`);
        await send(`Nr. ${number}`);
      }
      await go(`/v/${sample.id}/reply`);
      assert.equal(await page.getByRole("textbox").count(), 0);
      await assertAccessible(page, "no more replies");
    });

    it("are accessible to whose text came too late", async () => {
      const sample = await seal(textMail());
      await go(sample.path);
      await enterCode(page, sample.code);
      await go(`/v/${sample.id}/reply`);
      await page.getByRole("textbox").fill("lange überlegt");
      await context.clearCookies();
      await page.locator("main button").click();
      await page.locator("textarea[readonly]").waitFor();
      assert.equal(await page.getByRole("textbox").inputValue(), "lange überlegt");
      await assertAccessible(page, "kept text");
    });

    it("are accessible to the sender, and to a reader without a code", async () => {
      const sample = await seal(textMail());
      await go(`${sample.path}?view=no-code`);
      await assertAccessible(page, "no code");
      await go(sample.managePath);
      await assertAccessible(page, "the sender's overview");
      await post(bench, sample, wrongCode);
      const { managePath } = sample;
      const forms = ["renew", "extend", "unlock", "recall"].map((name) => `${managePath}/${name}`);
      for (const path of [...forms, `${sample.path}?view=no-code`]) {
        await go(path);
        await assertAccessible(page, path);
        await page.evaluate("document.forms[0].noValidate = true");
        await page.getByRole("button").click();
        await page.getByRole("alert").waitFor();
        await assertAccessible(page, `${path} with a fault`);
      }
      await go(`${sample.managePath}/renew`);
      await page.locator("#sms").fill("0170 1234567");
      await page.getByLabel(/^(?:Bitte tippen|Please type)/).fill(" Ja. ");
      await page.getByRole("button").click();
      await page.getByRole("alert").waitFor();
      await assertAccessible(page, "a number without its country");
      await page.locator("#sms").fill("+49 170 1234567");
      await page.getByLabel(/^(?:Bitte tippen|Please type)/).fill(" Ja. ");
      await page.getByRole("button").click();
      await page.locator(".secret").waitFor();
      await page.getByRole("status").waitFor();
      await assertAccessible(page, "the new code");
      await go(`${sample.managePath}/recall`);
      await page.getByLabel(/^(?:Bitte tippen|Please type)/).fill(" Ja. ");
      await page.getByRole("button").click();
      await page.getByRole("status").waitFor();
      await assertAccessible(page, "recalled");
    });

    it("are accessible with a code that was agreed before", async () => {
      const own = await bench.seal(textMail(), {
        remembered: "own",
        code: "Blaue Katze 4711",
      });
      await go(own.path);
      await assertAccessible(page, "form for an own code");
      await enterCode(page, "kurz");
      await page.getByRole("alert").waitFor();
      await assertAccessible(page, "own code too short");
      await enterCode(page, "Rote Katze 4711");
      await assertAccessible(page, "wrong own code");
      await go(own.managePath);
      await assertAccessible(page, "overview with an agreed code");
      const yes = page.getByLabel(/^(?:Bitte tippen|Please type)/);
      await go(`${own.managePath}/renew`);
      await page.locator('input[value="own"]').check();
      await page.locator("#own").fill("1234567890");
      await yes.fill("ja");
      await page.locator("main button").click();
      await page.getByRole("alert").waitFor();
      await assertAccessible(page, "an own code that is easily guessed");
      await page.locator("#own").fill("Grüner Hund 815");
      await yes.fill("ja");
      await page.locator("main button").click();
      await page.locator("form").waitFor({ state: "detached" });
      await assertAccessible(page, "own code in force");
      await go(`${own.managePath}/forget`);
      await assertAccessible(page, "forget");
      await yes.fill("yes");
      await page.locator("main button").click();
      await page.getByRole("status").waitFor();
      await assertAccessible(page, "forgotten");
      await bench.store.manage.recall(own.id, bench.clock.now());
      await go(own.managePath);
      await assertAccessible(page, "overview of what was taken back");
    });

    it("are accessible around it all", async () => {
      for (const path of ["/", "/about", "/nowhere"]) {
        await go(path);
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        await assertAccessible(page, path);
      }
    });
  });
}
