import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAuthor } from "../../src/mime/author.ts";
import { readMessageId, readSentAt } from "../../src/mime/message-identity.ts";
import { buildNotification } from "../../src/mime/notification.ts";
import { plainTemplate } from "../../src/mime/template.ts";
import { notificationStyle } from "../../src/mime/template-style.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { applyEdits, readMail } from "./read-mail.ts";

const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
const sentAt = Date.UTC(2026, 10, 23, 17, 19);
const link = `https://post.example.org/m/${"A".repeat(43)}`;
const original = [
  { name: "Received", value: " by mail.own.example (Postfix, from userid 0)\n\tid 4abc; x" },
  { name: "DKIM-Signature", value: " v=1; SECRET" },
  { name: "From", value: latin1(' "Jürgen <b> & Söhne" <juergen@own.example>') },
  { name: "To", value: " erna@example.net" },
  { name: "Subject", value: " SECRET plans" },
  { name: "Thread-Topic", value: " SECRET plans" },
  { name: "Date", value: " Mon, 23 Nov 2026 18:19:00 +0100" },
  { name: "Message-ID", value: " <abc@own.example>" },
  { name: "Content-Type", value: " text/plain; name=SECRET" },
];
const facts = {
  author: readAuthor(original, "juergen@own.example"),
  recipient: "erna@example.net",
  link,
  linkStart: "https://post.example.org/",
  id: "K7QF3MRT",
  sentAt,
  expiresAt: sentAt + 30 * 86_400_000,
  timeZone: "Europe/Berlin",
};
const style = notificationStyle(plainTemplate("Söhne GmbH"), undefined);

describe("notification", () => {
  const { edits, body } = buildNotification(original, facts, style);
  const fields = applyEdits(original, edits);

  it("says who, to whom, when, until when, the number and the link, in both languages", async () => {
    const mail = await readMail(fields, body);
    for (const text of [mail.text ?? "", mail.html ?? ""]) {
      assert.equal(text.split("K7QF3MRT").length, 3);
      assert.match(text, /23\. November 2026 um 18:19 MEZ/);
      assert.match(text, /23 November 2026 at 18:19 CET/);
      assert.match(text, /23\. Dezember 2026/);
      assert.ok(text.includes(link) && text.includes("erna@example.net"));
      assert.match(text, /nie per E-Mail/);
      assert.match(text, /never by e-mail/);
      assert.match(text, /Söhne GmbH/);
    }
    assert.match(mail.text ?? "", /^Von: Jürgen <b> & Söhne <juergen@own\.example>$/m);
  });

  it("has a subject of its own that any mail program can read", async () => {
    const mail = await readMail(fields, body);
    assert.equal(
      mail.subject,
      "Vertrauliche Nachricht von Jürgen <b> & Söhne / Confidential message from Jürgen <b> & Söhne",
    );
    const subject = fields.find(({ name }) => name === "Subject")?.value ?? "";
    assert.match(subject, /^[\n\u0020-\u007e]*$/);
  });

  it("keeps nothing of the original but its allowed fields", () => {
    const all = JSON.stringify(fields) + body.toString("latin1");
    assert.ok(!all.includes("SECRET"));
    assert.deepEqual(
      fields.map(({ name }) => name),
      ["Received", "From", "To", "Date", "Message-ID", "Subject", "MIME-Version", "Content-Type"],
    );
  });

  it("escapes names in HTML, shows the link as its own text, and loads nothing", async () => {
    const { html = "" } = await readMail(fields, body);
    assert.ok(html.includes("Jürgen &lt;b&gt; &amp; Söhne"));
    const links = [...html.matchAll(/<a [^>]*href="([^"]*)"[^>]*>([^<]*)<\/a>/g)];
    assert.deepEqual(
      links.map(([, target, text]) => [target, text]),
      [
        [link, link],
        [link, link],
      ],
    );
    assert.ok(!/<img|<script|src=|url\(|<b>/i.test(html));
  });

  it("has the link in the body alone", () => {
    assert.ok(!JSON.stringify(edits).includes("AAAAAAAA"));
  });

  it("is the same for the same facts, since Postfix may ask twice", () => {
    assert.deepEqual(buildNotification(original, facts, style), { edits, body });
  });
});

describe("author", () => {
  it("is the first mailbox of From, decoded, or the envelope's sender", () => {
    for (const [from, name, address] of [
      [" Erna <erna@own.example>", "Erna", "erna@own.example"],
      [" =?utf-8?Q?J=C3=BCrgen?= <j@own.example>", "Jürgen", "j@own.example"],
      [" j@own.example", "j@own.example", "j@own.example"],
      [" A <a@own.example>, B <b@own.example>", "A", "a@own.example"],
      [" Group: A <a@own.example>;", "A", "a@own.example"],
      [" nonsense", "nonsense", "sender@own.example"],
      ["", "sender@own.example", "sender@own.example"],
    ] as const) {
      const author = readAuthor([{ name: "From", value: from }], "sender@own.example");
      assert.deepEqual(author, { name, address }, from);
    }
  });

  it("cannot smuggle lines, turned writing or a wall of text", () => {
    const random = seededRandom(31);
    const seed = Buffer.from(' "J\u202e\r\n x" =?utf-8?B?DQpYOiB5?= <j@own.example>');
    for (let count = 0; count < 1000; count += 1) {
      const value = mutate(seed, random).toString("latin1");
      const author = readAuthor([{ name: "From", value }], "sender@own.example");
      assert.ok(author.name.length <= 254 && author.address.length <= 254);
      assert.ok(!/[\u0000-\u001f\u202a-\u202e]/.test(author.name + author.address));
    }
    const long = readAuthor(
      [{ name: "From", value: ` ${"x".repeat(9000)} <a@b.example>` }],
      "s@x.example",
    );
    assert.ok(long.name.length <= 80);
  });
});

describe("message identity", () => {
  const dated = (value: string): number => readSentAt([{ name: "Date", value }], sentAt);

  it("takes the Date field where it is plausible", () => {
    assert.equal(dated(" Sun, 22 Nov 2026 18:00:00 +0100 (CET)"), Date.UTC(2026, 10, 22, 17));
    for (const wrong of [
      "",
      " nonsense",
      " 1 Jan 1970 00:00:00 +0000",
      " 1 Jan 2099 00:00:00 +0000",
    ]) {
      assert.equal(dated(wrong), sentAt, wrong);
    }
  });

  it("takes a Message-ID that another mail can name, and no other", () => {
    for (const [value, id] of [
      [" <a.b@c>", "<a.b@c>"],
      ["\n <a.b@c>", "<a.b@c>"],
      [" <a b@c>", null],
      [" <a>\n\tX: y", null],
      [" <<a>>", null],
      [` <${"a".repeat(300)}>`, null],
      ["", null],
    ] as const) {
      assert.equal(readMessageId([{ name: "Message-Id", value }]), id, JSON.stringify(value));
    }
    assert.equal(readMessageId([]), null);
  });
});
