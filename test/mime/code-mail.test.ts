import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildCodeMail, codeMailId } from "../../src/mime/code-mail.ts";
import { mailBytes } from "../../src/mime/own-mail.ts";
import { englishSpelling, germanSpelling, spell } from "../../src/mime/spelling.ts";
import { plainTemplate } from "../../src/mime/template.ts";
import { mailStyle } from "../../src/mime/template-style.ts";
import { readMail } from "./read-mail.ts";

const nowMs = Date.UTC(2026, 10, 23, 17, 20);
const facts = {
  from: "mxseal@own.example",
  to: "juergen@own.example",
  messageId: codeMailId("g", ["K7QF3MRT"], "own.example"),
  inReplyTo: "<abc@own.example>",
  sentAt: nowMs - 60_000,
  nowMs,
  codes: [
    {
      recipient: "erna@example.net",
      told: { kind: "new", code: "K7QF-3MRT-9XWD", remembered: false } as const,
      id: "K7QF3MRT",
      expiresAt: nowMs + 1e9,
    },
    {
      recipient: "otto@example.org",
      told: { kind: "new", code: "0000-0000-001Y", remembered: false } as const,
      id: "AAAABBBB",
      expiresAt: nowMs + 2e9,
    },
  ],
  timeZone: "Europe/Berlin",
};

const style = mailStyle(plainTemplate("Söhne GmbH"), undefined);

describe("code mail", () => {
  const { headers, body } = buildCodeMail(facts, style);
  const valueOf = (wanted: string): string | undefined =>
    headers.find(({ name }) => name === wanted)?.value.trim();

  it("names every recipient with code, spelling and validity, and how to tell it", async () => {
    const mail = await readMail(headers, body);
    for (const text of [mail.text ?? "", mail.html ?? ""]) {
      for (const { recipient, told, id } of facts.codes) {
        assert.ok(text.includes(recipient) && text.includes(told.code) && text.includes(id));
      }
      assert.match(text, /Köln sieben Quickborn Frankfurt, drei München Rostock Tübingen/);
      assert.match(text, /Kilo seven Quebec Foxtrot, three Mike Romeo Tango/);
      assert.match(text, /am Telefon, per SMS oder persönlich/);
      assert.match(text, /Leiten Sie diese E-Mail nicht weiter/);
      assert.match(text, /by phone, by text message or in person/);
      assert.match(text, /Do not forward this e-mail/);
    }
  });

  it("belongs to the original's thread and tells robots to be silent", async () => {
    assert.equal(valueOf("In-Reply-To"), "<abc@own.example>");
    assert.equal(valueOf("References"), "<abc@own.example>");
    assert.equal(valueOf("Auto-Submitted"), "auto-replied");
    assert.equal(valueOf("X-Auto-Response-Suppress"), "All");
    assert.equal(valueOf("Date"), "Mon, 23 Nov 2026 17:20:00 +0000");
    const mail = await readMail(headers, body);
    assert.deepEqual(mail.from, { name: "Söhne GmbH", address: "mxseal@own.example" });
    assert.equal(
      mail.subject,
      "Codes für erna@example.net und 1 weiteren Empfänger / Codes for erna@example.net and 1 more",
    );
  });

  it("names the masked number to which a code goes by SMS as well, beside the code", async () => {
    const codes = facts.codes.map((entry, index) =>
      index === 0 ? { ...entry, smsTo: "+49 … 567" } : entry,
    );
    const mail = buildCodeMail({ ...facts, codes }, style);
    const { text = "", html = "" } = await readMail(mail.headers, mail.body);
    const flat = text.replace(/\s+/g, " ");
    assert.equal(flat.split("Auch per SMS an: +49 … 567").length, 2);
    assert.equal(flat.split("Also by SMS to: +49 … 567").length, 2);
    assert.match(flat, /schicken wir den Code zusätzlich dorthin/);
    assert.match(flat, /we send the code there as well\. If that fails, we tell you/);
    for (const { told } of facts.codes) {
      assert.ok(text.includes(told.code) && html.includes(told.code));
    }
    assert.ok(html.includes("+49 … 567"));
    const without = await readMail(headers, body);
    assert.doesNotMatch(without.text ?? "", /Auch per SMS|Also by SMS|zusätzlich/);
  });

  it("holds no link but the sender's own, whole, beside the words the page must show", async () => {
    assert.ok(!/https?:|href/i.test(body.toString("latin1")));
    const manageLink = `https://post.own.example/s/${"Ab0-_".repeat(9).slice(0, 43)}`;
    const checkWords = { de: "Gipfel Wiese", en: "summit meadow" };
    const codes = facts.codes.map((entry) => ({ ...entry, manageLink, checkWords }));
    const mail = buildCodeMail({ ...facts, codes }, style);
    const { text = "", html = "" } = await readMail(mail.headers, mail.body);
    assert.equal(text.split(manageLink).length, 5, "two recipients, two languages");
    assert.ok(html.includes(`href="${manageLink}"`));
    const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, url = ""]) => url);
    assert.equal(targets.length, 4 * 5, "each with its four actions");
    for (const place of ["", "/recall", "/extend", "/unlock", "/renew"]) {
      assert.equal(targets.filter((url) => url === `${manageLink}${place}`).length, 4, place);
    }
    for (const part of [text, html]) {
      assert.match(part, /Gipfel Wiese/);
      assert.match(part, /summit meadow/);
      assert.match(part.replace(/\s+/g, " "), /before the code is typed/);
      assert.match(part.replace(/\s+/g, " "), /Geben Sie diesen Link niemandem/);
    }
  });

  it("leaves the thread fields out when the original had no name", () => {
    const alone = buildCodeMail({ ...facts, inReplyTo: null }, style);
    assert.ok(!alone.headers.some(({ name }) => /reply|references/i.test(name)));
  });

  it("stays in its lines whatever the sender's address holds", () => {
    const odd = buildCodeMail({ ...facts, to: "a\r\nX-Evil: 1@own.example" }, style);
    const bytes = mailBytes(odd).toString("latin1");
    assert.ok(!/^X-Evil/m.test(bytes));
    assert.equal(bytes.indexOf("\r\n\r\n") > 0, true);
  });

  it("has one Message-ID for one set of messages, in any order, and another for another", () => {
    assert.equal(
      codeMailId("g", ["b", "a"], "x.example"),
      codeMailId("g", ["a", "b"], "x.example"),
    );
    const ids = [
      ["g", "a"],
      ["g", "b"],
      ["h", "a"],
    ].map(([group = "", id = ""]) => codeMailId(group, [id], "x.example"));
    assert.equal(new Set(ids).size, 3);
    assert.match(ids[0] ?? "", /^<mxseal\.[0-9a-f]{32}@x\.example>$/);
  });
});

describe("spelling", () => {
  it("has a word for every character a code may have", () => {
    for (const character of "0123456789ABCDEFGHJKMNPQRSTVWXYZ") {
      assert.notEqual(spell(character, germanSpelling), character);
      assert.notEqual(spell(character, englishSpelling), character);
    }
  });

  it("begins every letter's word with that letter", () => {
    for (const spelling of [germanSpelling, englishSpelling]) {
      for (const letter of "ABCDEFGHJKMNPQRSTVWXYZ")
        assert.ok(spelling.get(letter)?.startsWith(letter));
    }
    assert.equal(spell("K7", germanSpelling), "Köln sieben");
  });
});
