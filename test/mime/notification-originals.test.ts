/**
 * Originals of every kind become the same notification: neither a header nor the structure tells
 * whether it was a text, an invitation, a signed or an encrypted message, or what was attached.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAuthor } from "../../src/mime/author.ts";
import { type HeaderField, headerBytes } from "../../src/mime/header.ts";
import { buildNotification } from "../../src/mime/notification.ts";
import { plainTemplate } from "../../src/mime/template.ts";
import { notificationStyle } from "../../src/mime/template-style.ts";
import { originals, secretPattern } from "../support/original-kinds.ts";
import { applyEdits, readMail } from "./read-mail.ts";

const sentAt = Date.UTC(2026, 10, 23, 17, 19);
const style = notificationStyle(plainTemplate("Own"), undefined);
/** What an original has in any case, and a notification too. */
const common: readonly HeaderField[] = [
  { name: "From", value: " Erna <erna@own.example>" },
  { name: "To", value: " otto@example.net" },
  { name: "Date", value: " Mon, 23 Nov 2026 18:19:00 +0100" },
  { name: "Message-ID", value: " <abc@own.example>" },
];

function rewrite(fields: readonly HeaderField[]) {
  const { edits, body } = buildNotification(
    fields,
    {
      author: readAuthor(fields, "erna@own.example"),
      recipient: "otto@example.net",
      link: `https://post.example.org/m/${"A".repeat(43)}`,
      linkStart: "https://post.example.org/",
      id: "K7QF3MRT",
      sentAt,
      expiresAt: sentAt + 1e9,
      timeZone: "UTC",
    },
    style,
  );
  return { fields: applyEdits(fields, edits), body };
}

const plain = rewrite(common);

describe("an original that is", () => {
  for (const { kind, fields } of originals) {
    it(`${kind} becomes the one notification`, async () => {
      const made = rewrite([...common, ...fields]);
      assert.deepEqual(made.fields, plain.fields);
      assert.ok(made.body.equals(plain.body));
      assert.doesNotMatch(headerBytes(made.fields).toString("latin1"), secretPattern);
      const mail = await readMail(made.fields, made.body);
      assert.equal(mail.attachments.length, 0);
    });
  }
});

describe("the thread of a notification", () => {
  const thread = (name: string, ...values: string[]) => {
    const fields = [...common, ...values.map((value) => ({ name, value }))];
    return rewrite(fields)
      .fields.filter((field) => field.name.toLowerCase() === name.toLowerCase())
      .map(({ value }) => value);
  };

  it("is the original's, byte for byte, where it only names messages", () => {
    for (const value of [" <a@b>", "\n <a@b>\n\t<c@d>", " <ü@b>", "<a@b><c@d>"]) {
      assert.deepEqual(thread("In-Reply-To", value), [value]);
      assert.deepEqual(thread("references", value), [value]);
    }
  });

  it("loses the words that old programs write beside the names", () => {
    for (const [value, kept] of [
      [' <a@b> (Erna\'s message of "SECRET")', [" <a@b>"]],
      [" Your message about SECRET <a@b>", [" <a@b>"]],
      [" SECRET plans", []],
      [" <a@b>, <SECRET plans>, <c@d>", [" <a@b>\n <c@d>"]],
      ["", []],
    ] as const) {
      assert.deepEqual(thread("In-Reply-To", value), kept, value);
      assert.deepEqual(thread("References", value), kept, value);
    }
    assert.deepEqual(thread("In-Reply-To", " <a@b>", " SECRET <c@d>"), [" <a@b>\n <c@d>"]);
  });

  it("stays within bounds, however long it was", () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `<${index}@b>`).join(" ");
    const [kept = ""] = thread("References", ` SECRET ${names}`);
    assert.equal(kept.split("\n").length, 50);
    assert.match(kept, /<4999@b>$/);
    assert.deepEqual(thread("References", ` ${"<".repeat(50_000)}`), []);
  });
});
