/** What a template, a rule and a stranger may do to a notification and to a code mail. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAuthor } from "../../src/mime/author.ts";
import { buildCodeMail, codeMailId } from "../../src/mime/code-mail.ts";
import type { HeaderField } from "../../src/mime/header.ts";
import { headerBytes } from "../../src/mime/header.ts";
import { buildNotification } from "../../src/mime/notification.ts";
import type { NotificationStyle } from "../../src/mime/template-style.ts";
import { seededRandom } from "../support/random.ts";
import { applyEdits, readMail } from "./read-mail.ts";

const sentAt = Date.UTC(2026, 10, 23, 17, 19);
const link = `https://post.example.org/m/${"A".repeat(43)}`;
const plain: NotificationStyle = {
  languages: ["de", "en"],
  organisation: "",
  accentColour: undefined,
  subjectMode: "template",
  subject: undefined,
  helpContact: undefined,
  helpPhone: undefined,
};
const from = { name: "From", value: " Erna <erna@own.example>" };

async function notify(
  style: Partial<NotificationStyle>,
  fields: readonly HeaderField[] = [from],
  recipient = "otto@example.net",
) {
  const facts = {
    author: readAuthor(fields, "erna@own.example"),
    recipient,
    link,
    linkStart: "https://post.example.org/",
    id: "K7QF3MRT",
    sentAt,
    expiresAt: sentAt + 1e9,
    timeZone: "UTC",
  };
  const { edits, body } = buildNotification(fields, facts, { ...plain, ...style });
  const rewritten = applyEdits(fields, edits);
  const mail = await readMail(rewritten, body);
  return { fields: rewritten, body, mail, text: mail.text ?? "", html: mail.html ?? "" };
}

describe("a styled notification", () => {
  it("speaks one language alone, and says so", async () => {
    for (const [language, own, other] of [
      ["de", "Guten Tag", "Hello"],
      ["en", "Hello", "Guten Tag"],
    ] as const) {
      const { text, html, mail } = await notify({ languages: [language] });
      for (const part of [text, html]) {
        assert.ok(part.includes(own) && !part.includes(other));
        assert.ok(!/below|weiter unten/.test(part));
      }
      assert.match(html, new RegExp(`^<!DOCTYPE html>\\s*<html lang="${language}">`));
      assert.ok(!mail.subject?.includes(" / "));
    }
  });

  it("says at its top, in the second language, that it comes below", async () => {
    const germanFirst = await notify({});
    assert.match(germanFirst.text, /^English text below\.\n\nGuten Tag/);
    assert.match(germanFirst.html, /<p[^>]* lang="en"[^>]*>English text below\.<\/p>/);
    const englishFirst = await notify({ languages: ["en", "de"] });
    assert.match(englishFirst.text, /^Deutscher Text weiter unten\.\n\nHello/);
    assert.equal(
      englishFirst.mail.subject,
      "Confidential message from Erna / Vertrauliche Nachricht von Erna",
    );
  });

  it("names organisation, help and telephone in both parts, and none that is not set", async () => {
    const helpContact = { de: "Unser Empfang", en: "Our reception" };
    const full = await notify({ organisation: "Own & Sons", helpContact, helpPhone: "+49 30 1" });
    assert.match(
      full.text,
      /^Hilfe beim Öffnen: Unser Empfang\nTelefon: \+49 30 1\n\nOwn & Sons$/m,
    );
    assert.match(full.text, /^Help with opening it: Our reception\nPhone: \+49 30 1$/m);
    for (const told of ["Own &amp; Sons", "Unser Empfang", "Our reception", "+49 30 1"]) {
      assert.ok(full.html.includes(told), told);
    }
    const phone = await notify({ helpPhone: "+49 30 1" });
    assert.match(phone.text, /^Hilfe beim Öffnen: \+49 30 1$/m);
    const none = await notify({});
    assert.doesNotMatch(none.text + none.html, /Hilfe|Telefon:|undefined/);
  });

  it("wears the accent colour, turned readable where the ground is dark", async () => {
    const { html } = await notify({ accentColour: "#0f6b4f", organisation: "Own" });
    assert.match(html, /border-top:5px solid #0f6b4f/);
    const dark = /prefers-color-scheme:dark\)\{(.*)\}$/m.exec(html)?.[1] ?? "";
    assert.match(dark, /\.mx-accent\{color:#[0-9a-f]{6}!important\}/);
    assert.ok(!dark.includes("#0f6b4f"));
    const odd = await notify({ accentColour: 'red"><script>' });
    assert.ok(!odd.html.includes("script"));
  });

  it("takes its subject from the template, once where both languages say the same", async () => {
    const same = "Mail from {name} ({organisation}) {number}";
    const one = await notify({ organisation: "Own", subject: { de: same, en: same } });
    assert.equal(one.mail.subject, "Mail from Erna (Own) K7QF3MRT");
    const two = await notify({ subject: { de: "Post von {address}", en: "Post from {address}" } });
    assert.equal(two.mail.subject, "Post von erna@own.example / Post from erna@own.example");
  });

  it("keeps the original's subject where it is told to, and has the usual one where there is none", async () => {
    for (const [value, subject] of [
      [" Re: Befund", "Re: Befund"],
      [" =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\n =?UTF-8?Q?_aus_K=C3=B6ln?=", "Grüße aus Köln"],
      [Buffer.from(" Grüße").toString("latin1"), "Grüße"],
      [" =?utf-8?Q?a=0D=0ABcc:_x@evil.example?=", "a Bcc: x@evil.example"],
      [" =?utf-8?B?PT91dGYtOD9RP3g/PQ==?=", "=?utf-8?Q?x?="],
      [" a\u00e2\u0080\u00aeb", "a\ufffdb"],
    ] as const) {
      const { mail } = await notify({ subjectMode: "keep" }, [from, { name: "SUBJECT", value }]);
      assert.equal(mail.subject, subject, JSON.stringify(value));
    }
    for (const fields of [[from], [from, { name: "Subject", value: "  " }]]) {
      const { mail } = await notify({ subjectMode: "keep", languages: ["en"] }, fields);
      assert.equal(mail.subject, "Confidential message from Erna");
    }
  });
});

const hostile = [
  "x\r\nBcc: evil@evil.example",
  "x\nContent-Type: text/html\n\n<script>",
  "x\r\n\r\n--=_mxseal-K7QF3MRT--\r\n",
  "\u0000\u0007\u001b[2J",
  "\u202egpj.exe\u2066",
  "a\u2028b\u2029c\u0085d",
  '"><img src=x onerror=alert(1)>',
  "</title></style><script>",
  "=?utf-8?Q?=0D=0ABcc:_evil@evil.example?=",
  "{organisation}{name}$&$1",
  "\ud800 lone",
  "y".repeat(10_240),
  "ü".repeat(5_000),
  "word ".repeat(2_000),
] as const;

function assertHarmless(fields: readonly HeaderField[], body: Buffer, what: string): void {
  const head = headerBytes(fields).toString("latin1");
  assert.doesNotMatch(head, /^(?:Bcc|bcc)|\r\n\r\n/m, what);
  assert.doesNotMatch(head, /[^\r]\n|\r[^\n]|\u0000/, what);
  const added = fields.filter(({ name }) => ["Subject", "From"].includes(name));
  for (const { value } of added) assert.match(value, /^[\n -~]*$/, what);
  for (const line of body.toString("latin1").split("\r\n")) {
    assert.ok(line.length <= 76 && /^[\t -~]*$/.test(line), what);
  }
}

function assertReadable(text: string, html: string, what: string): void {
  assert.doesNotMatch(text + html, /[\u202a-\u202e\u2066-\u2069\u0000\u0007\u001b]/, what);
  assert.doesNotMatch(html, /<script|<img|onerror=[^&]*>|src=x>/i, what);
  assert.equal(html.match(/<\/html>/g)?.length, 1, what);
}

describe("hostile values in a notification", () => {
  for (const value of hostile) {
    const what = JSON.stringify(value.slice(0, 40));
    it(`stay in their place: ${what}`, async () => {
      const bytes = Buffer.from(value).toString("latin1").replace(/\r?\n/g, "\n ");
      const named = [{ name: "From", value: ` "${bytes.replace(/"/g, "")}" <erna@own.example>` }];
      const texts = { de: value, en: value };
      const subject = { name: "Subject", value: ` ${bytes}` };
      for (const mail of [
        await notify({}, named),
        await notify({ organisation: value, helpContact: texts, helpPhone: value }),
        await notify({ subject: texts, organisation: value }),
        await notify({ subjectMode: "keep" }, [from, subject]),
        await notify({}, [from], `${value}@example.net`),
      ]) {
        const ours = mail.fields.filter(({ name }) => name !== "From");
        assertHarmless(ours, mail.body, what);
        assertReadable(mail.text, mail.html, what);
        assert.equal(mail.mail.attachments.length, 0, what);
        assert.equal(mail.text.match(/https:\/\/post\.example\.org\/m\//g)?.length, 2, what);
      }
    });
  }

  it("never make a subject that is too long for a line of a mailbox", async () => {
    const random = seededRandom(71);
    for (let count = 0; count < 300; count += 1) {
      const text = Array.from({ length: random.below(400) }, () =>
        random.pick(["a", "ü", "😀", "\n", "=?", "?=", "\u202e", "\u0301", " "]),
      ).join("");
      const value = Buffer.from(text).toString("latin1").replace(/\n/g, "\n ");
      const { fields, body } = await notify({ subjectMode: "keep" }, [
        from,
        { name: "Subject", value: ` ${value}` },
      ]);
      assertHarmless(
        fields.filter(({ name }) => name !== "From"),
        body,
        `round ${count}`,
      );
      const encoded = fields.find(({ name }) => name === "Subject")?.value ?? "";
      assert.ok(
        encoded.split("\n").every((line) => line.length <= 78),
        `round ${count}`,
      );
    }
  });
});

describe("hostile values in a code mail", () => {
  for (const value of hostile) {
    const what = JSON.stringify(value.slice(0, 40));
    it(`stay in their place: ${what}`, async () => {
      const entry = {
        told: { kind: "new", code: "K7QF-3MRT-9XWD", remembered: false } as const,
        id: "K7QF3MRT",
        expiresAt: sentAt + 1e9,
      };
      const facts = {
        from: "mxseal@own.example",
        to: `${value}@own.example`,
        messageId: codeMailId("g", ["K7QF3MRT"], "own.example"),
        inReplyTo: null,
        sentAt,
        nowMs: sentAt,
        codes: [{ ...entry, recipient: `${value}@example.net` }],
      };
      const { headers, body } = buildCodeMail(facts, { ...plain, organisation: value });
      const others = headers.filter(({ name }) => name !== "To");
      assertHarmless(others, body, what);
      assert.doesNotMatch(headerBytes(headers).toString("latin1"), /^bcc|\r\n\r\n/im, what);
      const mail = await readMail(headers, body);
      assertReadable(mail.text ?? "", mail.html ?? "", what);
    });
  }
});
