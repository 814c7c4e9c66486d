/**
 * The frame of an HTML mail in a real browser: about as high as the mail in it, on a phone, a
 * larger phone and a desk, though no script measures it. Mails as real programs write them.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { bodyDocument, cleanBody } from "../../src/portal/body-document.ts";
import { frameClasses } from "../../src/portal/frame-fit.ts";
import { styleSheet } from "../../src/portal/style-sheet.ts";
import { themeOf } from "../../src/portal/theme.ts";
import { launchBrowser, skipWithoutBrowser } from "../support/portal-browser.ts";
import { samplePng } from "../support/sample-mail.ts";

const words =
  "Die Werte vom Montag sind unauffällig, den vollständigen Befund finden Sie im Anhang. ";
const say = (times: number): string => words.repeat(times);
const many = (count: number, one: string): string => one.repeat(count);

const mails: Readonly<Record<string, string>> = {
  "one line": "<p>Danke, bis Montag.</p>",
  "a short letter": `<p>Guten Tag Frau Muster,</p><p>${say(2)}</p><p>Herzliche Grüße<br>Anna Weber</p>`,
  "a long letter": many(40, `<p>${say(4)}</p>`),
  "one paragraph": `<p>${say(60)}</p>`,
  "lines by br": many(30, "Eine Zeile<br>"),
  "divs as Gmail writes": `<div dir="ltr"><div>Hallo</div><div><br></div><div>${say(3)}</div><div><br></div><div>Gruß</div></div>`,
  "Outlook's paragraphs": `<div class="WordSection1">${many(12, `<p class="MsoNormal" style="margin:0cm;font-size:11.0pt;font-family:&quot;Calibri&quot;,sans-serif">${say(2)}</p><p class="MsoNormal"><span style="font-size:11.0pt">&nbsp;</span></p>`)}</div>`,
  "a quotation": `<p>Ja.</p><blockquote type="cite"><p>${say(4)}</p><blockquote><p>${say(4)}</p></blockquote></blockquote>`,
  lists: `<h1>Hinweise</h1><ul>${many(8, `<li>${say(1)}</li>`)}</ul><h2>Termine</h2><ol>${many(5, "<li>Montag</li>")}</ol>`,
  "a table of values": `<table border="1" cellpadding="6"><tr><th>Wert</th><th>Ergebnis</th><th>Bereich</th></tr>${many(15, "<tr><td>Kalium</td><td>4,1 mmol/l</td><td>3,5 bis 5,1</td></tr>")}</table>`,
  "a newsletter": `<table width="100%" bgcolor="#eeeeee" cellpadding="0" cellspacing="0"><tr><td align="center"><table width="600" cellpadding="0" cellspacing="0"><tr><td style="padding:24px;font-size:28px;line-height:34px">Neues aus der Praxis</td></tr><tr><td style="padding:0 24px 24px;font-size:16px;line-height:24px">${say(6)}</td></tr><tr><td><table width="100%"><tr><td width="50%" style="padding:12px">${say(3)}</td><td width="50%" style="padding:12px">${say(3)}</td></tr></table></td></tr></table></td></tr></table>`,
  "a picture": `<p>Das Bild:</p><p><img src="cid:logo" width="400" height="300" alt="Bild"></p><p>${say(1)}</p>`,
  "small print": `<p>Hallo</p><p style="font-size:11px;line-height:14px;color:#666">${say(12)}</p>`,
  preformatted: `<pre>${many(25, "Zeile eins\n")}</pre>`,
  "hidden text": `<div style="display:none">${say(30)}</div><p>Kurz.</p>`,
};

const highest = "l59 m59 s59";

describe("the classes of a frame", () => {
  it("stay within their steps, whatever a mail claims or however it is nested", () => {
    const steps = /^l\d{1,2} m\d{1,2} s\d{1,2}$/;
    const table = "<table><tr><td>";
    for (const mail of [
      "",
      '<div style="height:99999999px;padding:1e9px;font-size:999999em;line-height:0">x</div>',
      '<p style="font-size:0;line-height:-1px">x</p><img width="0" height="0" alt="">',
      `${table.repeat(80)}x`,
      "<div>".repeat(5000),
      "&amp;".repeat(200_000),
    ]) {
      assert.match(frameClasses(cleanBody(mail, []).markup), steps, mail.slice(0, 60));
    }
    assert.equal(frameClasses(""), "l0 m0 s0");
    assert.equal(frameClasses(`<p>${"x ".repeat(400_000)}</p>`), highest);
  });

  it("are the highest where a mail cannot be measured, which never costs the mail", () => {
    const endless = '<table cellspacing="-1e999" cellpadding="1e999"><tr><td>x</td></tr></table>';
    const rows = { short: 10_000, long: 200_000 };
    assert.equal(frameClasses(cleanBody(endless, []).markup), highest);
    assert.equal(
      frameClasses(`<table><tr>${many(rows.short, "<td>x</td>")}</tr></table>`),
      "l0 m0 s0",
    );
    assert.equal(frameClasses(`<table><tr>${many(rows.long, "<td>x</td>")}</tr></table>`), highest);
  });

  it("have a height beneath them in the style sheet", () => {
    assert.match(styleSheet(themeOf("#0b5cab")), /^\.mail\{[^}]*;height:\d+rem;/m);
  });
});

describe("the frame of a mail", { skip: skipWithoutBrowser }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const width of [320, 390, 1280]) {
    it(`is as high as the mail at ${width} pixels`, async () => {
      const context = await browser.newContext({ viewport: { width, height: 800 } });
      const page = await context.newPage();
      const sheet = styleSheet(themeOf("#0b5cab"));
      const faults: string[] = [];
      for (const [name, mail] of Object.entries(mails)) {
        const body = cleanBody(mail, [{ contentId: "logo", bytes: samplePng }]);
        const document = bodyDocument(body, "de", "x")
          .replaceAll("&", "&amp;")
          .replaceAll('"', "&quot;");
        await page.setContent(
          `<!doctype html><style>${sheet}</style><div class="column wide"><main class="card"><iframe class="mail ${frameClasses(body.markup)}" srcdoc="${document}"></iframe></main></div>`,
        );
        const [seen = 0, whole = 0]: readonly number[] = await page.evaluate(
          `(() => { const { clientHeight, contentDocument } = document.querySelector("iframe");
            return [clientHeight, contentDocument.body.offsetHeight]; })()`,
        );
        const hole = seen - whole;
        const told = `${name}: ${whole} in ${seen} (${(seen / whole).toFixed(2)})`;
        if (hole < -0.06 * whole || hole > 0.45 * whole + 40) faults.push(told);
      }
      assert.deepEqual(faults, []);
      await context.close();
    });
  }
});
