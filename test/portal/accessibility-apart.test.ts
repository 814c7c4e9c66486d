/**
 * The pages that no short way leads to, by axe-core like the others (`accessibility.test.ts`): they
 * are made as the routes make them and shown under the portal's own address.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type Language, languages } from "../../src/base/language.ts";
import { checkBranding } from "../../src/portal/branding.ts";
import { wordsIn } from "../../src/portal/catalogue.ts";
import { type ManageSetting, overviewPage } from "../../src/portal/manage-page.ts";
import { manageWordsIn } from "../../src/portal/manage-words.ts";
import { messagePage } from "../../src/portal/message-page.ts";
import { type Notice, noticePage, textPage } from "../../src/portal/notice-page.ts";
import type { PageSetting } from "../../src/portal/page.ts";
import { sentAndClosedPage } from "../../src/portal/reply-page.ts";
import { replyWordsIn } from "../../src/portal/reply-words.ts";
import { parseManageToken } from "../../src/seal/manage-token.ts";
import type { SealedMessage } from "../../src/store/sealed-store.ts";
import { assertAccessible, openForAxe } from "../support/page-look.ts";
import { openBench, type PortalBench, sampleSender as sender } from "../support/portal-bench.ts";
import { enterCode, launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";
import { htmlMail, textMail } from "../support/sample-mail.ts";

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
const sendersNotices = ["unknownLink", "tooMany", "over", "outdated", "stillLocked"] as const;

for (const language of languages) {
  describe(`the pages apart in ${language}`, { skip: skipWithoutBrowser }, () => {
    let browser: Browser;
    let bench: PortalBench;
    let page: Page;
    let message: SealedMessage;
    let parts: ManageSetting;
    const setting = settingIn(language);

    before(async () => {
      bench = await openBench();
      await bench.portal.listen();
      const sample = await bench.seal(textMail());
      const found = await bench.store.sealed.findByLookupId(sample.lookupId);
      const token = parseManageToken(sample.managePath.slice("/s/".length));
      assert.ok(found && token);
      message = found;
      const codes = { remembered: undefined, inForce: undefined, smsCountries: undefined };
      parts = { setting, message, token, nowMs: bench.clock.now(), ...codes };
      browser = await launchBrowser();
      page = await (await openForAxe(browser, language)).newPage();
      await page.goto(`${bench.portal.address}/about`);
    });
    after(async () => {
      await browser.close();
      await bench[Symbol.asyncDispose]();
    });

    const look = async (markup: string, name: string): Promise<void> => {
      await page.setContent(markup);
      await assertAccessible(page, name);
    };

    it("are accessible where nothing opens", async () => {
      for (const notice of notices) await look(noticePage(setting, notice), notice.kind);
    });

    it("are accessible to the sender who comes too late, or too often", async () => {
      const words = manageWordsIn(language);
      const back = { words: words.back, href: "/about" };
      for (const kind of sendersNotices) await look(textPage(setting, words[kind], back), kind);
      const { nowMs } = parts;
      for (const [state, change] of [
        ["locked", { lockedAt: nowMs, lockedUntil: nowMs + 1, wrongCodes: 20 }],
        ["locked for good", { lockedAt: nowMs, lockedUntil: null, wrongCodes: 20 }],
        ["expired", { expiresAt: nowMs, firstOpenedAt: nowMs }],
      ] as const) {
        const markup = overviewPage({ ...parts, message: { ...message, ...change } }, undefined);
        await look(markup, `overview ${state}`);
      }
    });

    it("are accessible to who asks for the code, or writes too much", async () => {
      const { noCode } = manageWordsIn(language);
      const back = { words: noCode.back, href: "/about" };
      await look(textPage(setting, noCode.noted, back), "no code, noted");
      await look(textPage(setting, noCode.enough, back), "no code, enough");
      await look(textPage(setting, noCode.networkFull, back), "no code, network full");
      const { tooLarge, unread } = replyWordsIn(language);
      await look(textPage(setting, tooLarge), "reply too large");
      for (const [reload, words] of Object.entries(unread)) {
        await look(textPage(setting, words), `reply unread, ${reload}`);
      }
      await look(sentAndClosedPage(setting), "reply sent to a closed message");
    });

    it("are accessible where only the original is offered", async () => {
      for (const content of ["too-large", "unreadable"] as const) {
        const nothing = {
          body: "text",
          frameClasses: "",
          remoteCount: 0,
          shown: new Set<string>(),
        } as const;
        const view = { sealed: message, content, ...nothing, replyTimes: [] };
        await look(messagePage(setting, view), `message ${content}`);
      }
    });

    it("are accessible with the formatted message within its frame", async () => {
      const sample = await bench.seal(
        htmlMail(`<h1>Befund</h1><p lang="de">Guten Tag</p>
<p><a href="https://a.test/">Termin</a> <a href="mailto:x@a.test">y@a.test</a></p>
<p><img src="cid:logo@praxis" alt="Logo"> <img src="https://a.test/x.png" alt="Bild"></p>
<table><tr><th>Wert</th><td>4,1</td></tr></table><blockquote>Zitat</blockquote>`),
      );
      await page.goto(`${bench.portal.address}${sample.path}`);
      await enterCode(page, sample.code);
      await letAxeIntoFrame(page);
      await page.reload();
      assert.equal(await page.frameLocator("iframe").locator("h1").innerText(), "Befund");
      await assertAccessible(page, "message with its frame", { frames: true });
    });
  });
}

/** Axe is a script, and none runs in that frame: its sandbox is opened for the test. */
async function letAxeIntoFrame(page: Page): Promise<void> {
  await page.route(/\/v\/\w+(?:\/body)?(?:\?|$)/, async (route) => {
    const headers = { ...route.request().headers() };
    if (route.request().url().includes("/body")) headers["sec-fetch-dest"] = "iframe";
    const response = await route.fetch({ headers, maxRedirects: 0 });
    const { "content-security-policy": _, ...rest } = response.headers();
    const markup = (await response.text()).replace(/ sandbox="[^"]*"/, "");
    await route.fulfill({ response, headers: rest, body: markup });
  });
}

function settingIn(language: Language): PageSetting {
  const help = { phone: "+49 30 1234-0", text: { de: "Bis 16 Uhr.", en: "Until 16 h." } };
  const branding = checkBranding({ organisation: "Praxis Dr. Weber", help });
  return { language, words: wordsIn(language), branding, timeZone: "Europe/Berlin" };
}
