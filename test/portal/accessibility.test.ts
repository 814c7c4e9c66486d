/**
 * Every page by axe-core against WCAG 2.1 A and AA, in both languages and both colour schemes, on
 * a phone. What the rules of axe cannot see is in `journey.test.ts`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type Language, languages } from "../../src/base/language.ts";
import { type BrandingOptions, checkBranding } from "../../src/portal/branding.ts";
import { wordsIn } from "../../src/portal/catalogue.ts";
import { type Notice, noticePage } from "../../src/portal/notice-page.ts";
import { openBench, type PortalBench, sampleSender } from "../support/portal-bench.ts";
import { enterCode, launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";
import { post, wrongCode } from "../support/portal-reader.ts";
import { htmlMail, samplePng, textMail } from "../support/sample-mail.ts";

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
/** Of the rules asked for; fewer would mean that axe saw no page. */
const leastPasses = 8;

const branding: BrandingOptions = {
  organisation: "Praxis Dr. Weber",
  accentColour: "#7a1f5c",
  logo: samplePng,
  help: { phone: "+49 30 1234-0", text: { de: "Werktags 8 bis 16 Uhr.", en: "8 to 16 h." } },
  imprintUrl: "https://praxis.example/impressum",
};

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

interface AxeRun {
  readonly violations: readonly Finding[];
  readonly passes: readonly Finding[];
}

async function assertAccessible(page: Page, name: string): Promise<void> {
  await page.evaluate(axe);
  const run: AxeRun = await page.evaluate(
    `axe.run(document, ${JSON.stringify({ runOnly: tags, iframes: false })})`,
  );
  const found = run.violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3) }));
  assert.deepEqual(found, [], name);
  assert.ok(run.passes.length >= leastPasses, `${name}: only ${run.passes.length} rules passed`);
}

const sender = sampleSender;
const notices: readonly Notice[] = [
  { kind: "paused", untilAt: 0, sender },
  { kind: "locked", untilAt: 0, sender },
  { kind: "locked", untilAt: null, sender },
  { kind: "recalled", recalledAt: 0, sender },
  { kind: "expired", expiresAt: 0, sender },
  { kind: "unknownLink" },
  { kind: "sessionEnded" },
  { kind: "closed" },
  { kind: "busy" },
  { kind: "trouble" },
  { kind: "notFound" },
  { kind: "badRequest" },
  { kind: "tooLarge" },
  { kind: "damaged" },
  { kind: "fault" },
];

for (const language of languages) {
  for (const colorScheme of ["light", "dark"] as const) {
    describe(`the pages in ${language}, ${colorScheme}`, { skip: skipWithoutBrowser }, () => {
      let browser: Browser;
      let context: BrowserContext;
      let bench: PortalBench;
      let page: Page;
      const go = (path: string) => page.goto(`${bench.portal.address}${path}`);

      before(async () => {
        bench = await openBench({ branding, smsCountries: ["+49", "+43"] });
        await bench.portal.listen();
        browser = await launchBrowser();
        context = await browser.newContext({
          bypassCSP: true,
          colorScheme,
          locale: language,
          viewport: { width: 320, height: 568 },
        });
        page = await context.newPage();
      });
      after(async () => {
        await browser.close();
        await bench[Symbol.asyncDispose]();
      });

      it("are accessible from the form to the closed message", async () => {
        const sample = await bench.seal(textMail());
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
        const sample = await bench.seal(
          htmlMail(
            '<h1>Befund</h1><p><a href="https://a.test/">Termin</a></p><img src="https://a.test/x.png" alt="Bild"><p><img src="cid:logo@praxis" alt="Logo"></p>',
          ),
        );
        await go(sample.path);
        await enterCode(page, sample.code);
        await assertAccessible(page, "message in a frame");
        const frame = page.frames().find((entry) => entry.url().includes("/body"));
        const document = await frame?.content();
        assert.match(document ?? "", /Befund/);
        await page.locator("summary").click();
        await assertAccessible(page, "pictures unfolded");
        await page.locator(".switch a").click();
        await page.locator(".text").waitFor();
        await assertAccessible(page, "formatted message as text");
        // No script runs in the frame, axe neither: its document is looked at on its own.
        await page.route("**/framed", (route) =>
          route.fulfill({ contentType: "text/html; charset=utf-8", body: document ?? "" }),
        );
        await go("/framed");
        await assertAccessible(page, "the document in the frame");
      });

      it("are accessible to who replies, from the form to the last reply", async () => {
        const sample = await bench.seal(textMail());
        await go(sample.path);
        await enterCode(page, sample.code);
        await page.locator(`a[href^="/v/${sample.id}/reply"]`).click();
        const send = async (text: string): Promise<void> => {
          await page.getByRole("textbox").fill(text);
          await page.locator("button[type=submit]").click();
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
        const sample = await bench.seal(textMail());
        await go(sample.path);
        await enterCode(page, sample.code);
        await go(`/v/${sample.id}/reply`);
        await page.getByRole("textbox").fill("lange überlegt");
        await context.clearCookies();
        await page.locator("button[type=submit]").click();
        await page.locator("textarea[readonly]").waitFor();
        assert.equal(await page.getByRole("textbox").inputValue(), "lange überlegt");
        await assertAccessible(page, "kept text");
      });

      it("are accessible to the sender, and to a reader without a code", async () => {
        const sample = await bench.seal(textMail());
        await go(`${sample.path}?view=no-code`);
        await assertAccessible(page, "no code");
        await go(sample.managePath);
        await assertAccessible(page, "the sender's overview");
        await post(bench, sample, wrongCode);
        const { managePath } = sample;
        const forms = ["renew", "extend", "unlock", "recall"].map(
          (name) => `${managePath}/${name}`,
        );
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
        await page.locator("button[type=submit]").click();
        await page.getByRole("alert").waitFor();
        await assertAccessible(page, "an own code that is easily guessed");
        await page.locator("#own").fill("Grüner Hund 815");
        await yes.fill("ja");
        await page.locator("button[type=submit]").click();
        await page.locator("form").waitFor({ state: "detached" });
        await assertAccessible(page, "own code in force");
        await go(`${own.managePath}/forget`);
        await assertAccessible(page, "forget");
        await yes.fill("yes");
        await page.locator("button[type=submit]").click();
        await page.getByRole("status").waitFor();
        await assertAccessible(page, "forgotten");
        await bench.store.manage.recall(own.id, bench.clock.now());
        await go(own.managePath);
        await assertAccessible(page, "overview of what was taken back");
      });

      it("are accessible where nothing opens", async () => {
        let markup = "";
        await page.route("**/notice", (route) =>
          route.fulfill({ contentType: "text/html; charset=utf-8", body: markup }),
        );
        for (const notice of notices) {
          markup = noticePage(settingIn(language), notice);
          await go("/notice");
          await assertAccessible(page, notice.kind);
        }
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
}

function settingIn(language: Language) {
  const words = wordsIn(language);
  return { language, words, branding: checkBranding(branding), timeZone: "Europe/Berlin" };
}
