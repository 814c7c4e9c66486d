/**
 * The sender's pages in a real browser, with script and without, on a phone. The same by keyboard, on
 * a desk and in English: `manage-keyboard.test.ts`.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { checkWordList } from "../../src/seal/check-word-list.ts";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import {
  enterCode,
  headingOf,
  launchBrowser,
  skipWithoutBrowser as skip,
} from "../support/portal-browser.ts";
import { lockByWrongCodes } from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";

for (const javaScriptEnabled of [true, false]) {
  describe(`a sender's browser ${javaScriptEnabled ? "with" : "without"} script`, { skip }, () => {
    let browser: Browser;
    let context: BrowserContext;
    let bench: PortalBench;
    let page: Page;

    before(async () => {
      bench = await openBench({ smsCountries: ["+49"] });
      await bench.portal.listen();
      browser = await launchBrowser();
      const viewport = { width: 320, height: 568 };
      context = await browser.newContext({ javaScriptEnabled, viewport, locale: "de-DE" });
      page = await context.newPage();
    });
    after(async () => {
      await browser.close();
      await bench[Symbol.asyncDispose]();
    });

    const go = (path: string) => page.goto(`${bench.portal.address}${path}`);
    const press = (name: string) => page.getByRole("button", { name }).click();
    const follow = (name: string) => page.getByRole("link", { name }).click();
    const fits = async (): Promise<void> => {
      const overhang = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      assert.equal(overhang, 0, `${page.url()} scrolls sideways`);
    };
    const opens = async (sample: SealedSample, code: string): Promise<string> => {
      await go(sample.path);
      await enterCode(page, code);
      return await headingOf(page);
    };

    it("makes a new code, which opens the reader's link from then on", async () => {
      const sample = await bench.seal(textMail());
      await go(sample.managePath);
      assert.equal(await headingOf(page), "Ihre geschützte Nachricht");
      await fits();
      await follow("Neuen Code erzeugen");
      assert.equal(await headingOf(page), "Einen neuen Code erzeugen?");
      await fits();
      await press("Neuen Code erzeugen");
      assert.match(page.url(), /\/renew/, "the browser itself asks for the word");
      assert.equal(await headingOf(page), "Einen neuen Code erzeugen?");
      await page.getByLabel(/^(?:Bitte tippen|Please type)/).fill(" Ja. ");
      await press("Neuen Code erzeugen");
      assert.equal(await headingOf(page), "Das ist der neue Code");
      await fits();
      const code = await page.locator(".secret").innerText();
      await follow("Zurück zur Übersicht");
      assert.equal(await headingOf(page), "Ihre geschützte Nachricht");
      assert.equal(await opens(sample, sample.code), "Sie haben eine vertrauliche Nachricht");
      assert.match(await page.getByRole("alert").innerText(), /nicht der Code/);
      assert.match(await opens(sample, code), /^Ihr Befund/);
    });

    it("sends a new code by SMS too, after a number that was mistyped", async () => {
      const sample = await bench.seal(textMail());
      await go(`${sample.managePath}/renew`);
      const field = page.getByLabel("Auch per SMS senden an");
      await field.fill("0170 1234567");
      await page.getByLabel(/^(?:Bitte tippen|Please type)/).fill(" Ja. ");
      await press("Neuen Code erzeugen");
      assert.match(await page.getByRole("alert").innerText(), /fehlt die Landesvorwahl/);
      assert.match(await page.getByRole("alert").innerText(), /Es wurde nichts geändert/);
      assert.equal(await field.inputValue(), "0170 1234567");
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      await fits();
      await field.fill("+49 170 1234567");
      await page.getByLabel(/^(?:Bitte tippen|Please type)/).fill(" Ja. ");
      await press("Neuen Code erzeugen");
      assert.match(
        await page.getByRole("status").innerText(),
        /Der Code geht jetzt auch als SMS an \+49 1701234567\./,
      );
      await fits();
      const code = await page.locator(".secret").innerText();
      const jobs = await bench.store.sms.due(bench.clock.now(), 100);
      assert.ok(jobs.some(({ message }) => message.id === sample.id));
      assert.match(await opens(sample, code), /^Ihr Befund/);
    });

    it("lifts a lock, and speaks English when asked to", async () => {
      const sample = await bench.seal(textMail());
      await lockByWrongCodes(bench, sample);
      await go(sample.path);
      assert.equal(await headingOf(page), "Diese Nachricht ist gesperrt");
      await go(sample.managePath);
      await follow("English");
      assert.match(await page.locator(".facts").innerText(), /locked until 24 November 2026/);
      await follow("Lift the lock");
      await page.getByLabel(/^(?:Bitte tippen|Please type)/).fill(" Ja. ");
      await press("Lift the lock");
      assert.equal(await page.getByRole("status").innerText(), "The recipient can try again.");
      assert.match(await opens(sample, sample.code), /^Ihr Befund/);
    });

    it("leaves its reader the field on the first screen, however long the check words", async () => {
      await go((await bench.seal(textMail())).path);
      const longest = checkWordList.map(({ de }) => de).toSorted((a, b) => b.length - a.length);
      const words = JSON.stringify(longest.slice(0, 2).join(" "));
      await page.evaluate(`document.querySelector(".words strong").innerText = ${words}`);
      const field = page.getByRole("textbox");
      const box = await field.boundingBox();
      assert.ok(box !== null && box.y + box.height <= 568, JSON.stringify(box));
      // The words are tied to the field with what they mean: two words alone tell a reader nothing.
      const ids = (await field.getAttribute("aria-describedby")) ?? "";
      assert.equal(ids, "code-hint check-words words-hint");
      assert.match(await page.locator("#words-hint").innerText(), /nennt sie Ihnen mit dem Code/);
    });

    it("hears of a reader without a code", async () => {
      const sample = await bench.seal(textMail());
      await go(sample.path);
      await follow("Ich habe keinen Code");
      assert.equal(await headingOf(page), "Den Absender nach dem Code fragen?");
      await fits();
      await page.getByLabel(/^(?:Bitte tippen|Please type)/).fill(" Ja. ");
      await press("Absender benachrichtigen");
      assert.equal(await headingOf(page), "Der Absender bekommt Bescheid");
      const alarms = await bench.store.alarms.due(bench.clock.now(), 100);
      assert.ok(alarms.some(({ kind, message }) => kind === "no-code" && message.id === sample.id));
    });
  });
}
