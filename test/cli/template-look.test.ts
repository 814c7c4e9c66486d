/**
 * The HTML part of every mail that mxseal writes, by axe-core: each language and both of them, in
 * both colour schemes, on a phone and on a desk.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type Preview, previewMails } from "../../src/cli/template-previews.ts";
import { plainTemplate } from "../../src/mime/template.ts";
import { type TemplateLanguage, templateLanguages } from "../../src/mime/template-language.ts";
import { assertAccessible, openForAxe } from "../support/page-look.ts";
import { launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";

/** A mail has neither forms nor pictures, which most rules speak of. */
const leastPasses = 5;
const accentColour = "#7a1f5c";
/** One of each builder: what a second language adds is the same for all. */
const bilingual = new Set(["notification", "notification-pdf", "code-mail", "reminder"]);

describe("the mails in a browser", { skip: skipWithoutBrowser }, () => {
  let browser: Browser;
  let page: Page;
  before(async () => {
    browser = await launchBrowser();
    page = await (await openForAxe(browser, "de")).newPage();
  });
  after(() => browser.close());

  for (const language of templateLanguages) {
    it(`are accessible (${language})`, async () => {
      for (const { name, content } of mailsIn(language)) {
        if (content.html === undefined) continue;
        if (language === "both" && !bilingual.has(name)) continue;
        await page.setContent(content.html);
        assert.equal(await page.title(), content.subject);
        const links = content.html.match(/<a [^>]*>/g) ?? [];
        // Many programs drop the sheet, and links were blue there whatever the organisation's colour.
        assert.ok(
          links.every((link) => link.includes(`color:${accentColour}`)),
          name,
        );
        await assertAccessible(page, `mail ${name} ${language}`, { leastPasses });
      }
    });
  }
});

function mailsIn(language: TemplateLanguage): readonly Preview[] {
  const template = {
    ...plainTemplate("Praxis Dr. Weber"),
    language,
    accentColour,
    helpContact: { de: "Empfang, werktags 8 bis 16 Uhr", en: "Reception, 8 to 16 h" },
    helpPhone: "+49 30 1234-0",
  };
  return previewMails(template, undefined, {
    domain: "a-rather-long-name-of-a-practice.example",
    baseUrl: "https://portal.a-rather-long-name-of-a-practice.example",
    nowMs: Date.UTC(2026, 10, 23, 9, 30),
    expiresAfterMs: 30 * 86_400_000,
  });
}
