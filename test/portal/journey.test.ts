/**
 * Whole journeys on a small phone and on a desk, with script and without, with nothing but a
 * keyboard: in reading order, with the focus in sight, without sideways scrolling.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import { headingOf, launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";
import { assertFits, tabTo } from "../support/portal-keyboard.ts";
import { wrongCode } from "../support/portal-reader.ts";
import { htmlMail, textMail } from "../support/sample-mail.ts";

const devices = [
  { name: "a phone of 320 pixels", viewport: { width: 320, height: 568 } },
  { name: "a screen of 1280 pixels", viewport: { width: 1280, height: 800 } },
];

for (const { name, viewport } of devices) {
  for (const javaScriptEnabled of [true, false]) {
    describe(`a reader with a keyboard on ${name}, script ${javaScriptEnabled ? "on" : "off"}`, {
      skip: skipWithoutBrowser,
    }, () => {
      let browser: Browser;
      let context: BrowserContext;
      let bench: PortalBench;
      let page: Page;

      before(async () => {
        bench = await openBench();
        await bench.portal.listen();
        browser = await launchBrowser();
      });
      after(async () => {
        await browser.close();
        await bench[Symbol.asyncDispose]();
      });
      const visit = async (sample: SealedSample): Promise<void> => {
        context = await browser.newContext({ javaScriptEnabled, viewport, locale: "de-DE" });
        page = await context.newPage();
        await page.goto(`${bench.portal.address}${sample.path}`);
      };

      it("sees the field without scrolling", async () => {
        await visit(await bench.seal(textMail()));
        const box = await page.getByRole("textbox").boundingBox();
        assert.ok(box !== null && box.y + box.height <= viewport.height, JSON.stringify(box));
        await assertFits(page);
        await context.close();
      });

      it("mistypes, corrects, reads, saves, closes", async () => {
        const sample = await bench.seal(textMail());
        await visit(sample);
        assert.deepEqual(await tabTo(page, /^Geben Sie den Code/), [
          "Geben Sie den Code für diese Nachricht ein",
        ]);
        await page.keyboard.type(wrongCode);
        await page.keyboard.press("Enter");
        await page.getByRole("alert").waitFor();
        await assertFits(page);
        // The field has the focus already: the next try needs no Tab.
        await page.keyboard.type(sample.code.toLowerCase());
        await tabTo(page, /^Nachricht öffnen/);
        await page.keyboard.press("Enter");
        await page.waitForURL(`**/v/${sample.id}`);
        await assertFits(page);
        // No word of ours is broken in two.
        const original = await page.locator(".actions .name").boundingBox();
        assert.ok(original !== null && original.height < 40, JSON.stringify(original));
        await tabTo(page, /^Befund Müller/);
        const download = page.waitForEvent("download");
        await page.keyboard.press("Enter");
        assert.equal((await download).suggestedFilename(), "Befund Müller – Kopie.pdf");
        assert.match((await tabTo(page, /^Nachricht schließen/)).join(), /Originalnachricht/);
        await page.keyboard.press("Enter");
        await page.waitForURL("**/closed*");
        assert.equal(await headingOf(page), "Die Nachricht ist geschlossen");
        await assertFits(page);
        await context.close();
      });

      it("goes from the formatted message to its plain text and on to another language", async () => {
        const sample = await bench.seal(
          htmlMail(`<p>Guten Tag</p><table width="2000"><tr><td>breit</td></tr></table>`),
        );
        await visit(sample);
        await page.keyboard.press("Tab");
        await page.keyboard.type(sample.code);
        await page.keyboard.press("Enter");
        await page.waitForURL(`**/v/${sample.id}`);
        assert.equal(await page.frameLocator("iframe").locator("p").innerText(), "Guten Tag");
        await assertFits(page);
        await page.emulateMedia({ media: "print" });
        for (const [part, shown] of [
          [".facts", true],
          [".paper .text", true],
          [".files .name", true],
          ["iframe", false],
          ["button", false],
          [".foot", false],
        ] as const) {
          assert.equal(await page.locator(part).first().isVisible(), shown, `${part} on paper`);
        }
        await page.emulateMedia({ media: "screen" });
        await tabTo(page, /^Als einfachen Text/);
        await page.keyboard.press("Enter");
        await page.waitForURL("**/*view=text*");
        assert.match(await page.locator(".text").innerText(), /^Guten Tag Frau Muster/);
        const order = await tabTo(page, /^English/);
        assert.deepEqual(
          ["Mit Formatierung", "befund.pdf", "Original", "Nachricht schließen", "Was ist das"].map(
            (start) => order.findIndex((entry) => entry.startsWith(start)) >= 0,
          ),
          [true, true, true, true, true],
          order.join(", "),
        );
        await page.keyboard.press("Enter");
        await page.waitForURL("**/*lang=en*");
        assert.match(await page.locator(".text").innerText(), /^Guten Tag Frau Muster/);
        assert.match(await page.getByRole("button").innerText(), /^Close the message/);
        await context.close();
      });

      it("learns what all this is", async () => {
        await visit(await bench.seal(textMail()));
        await tabTo(page, /^Was ist das hier/);
        await page.keyboard.press("Enter");
        await page.waitForURL("**/about*");
        assert.equal(await headingOf(page), "Was ist das hier?");
        await assertFits(page);
        await context.close();
      });
    });
  }
}
