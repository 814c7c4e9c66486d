import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeWords } from "postal-mime";
import { encodeDisplayName, encodeHeaderText } from "../../src/mime/encoded-word.ts";
import { findHeader, headerBytes, headerText, textOfBytes } from "../../src/mime/header.ts";
import { forbiddenLeft, reduceToAllowed } from "../../src/mime/header-allow-list.ts";
import { seededRandom } from "../support/random.ts";

const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

describe("header fields", () => {
  it("become the bytes they came from, folds, missing blanks and 8-bit included", () => {
    const fields = [
      { name: "Received", value: " from a (b [192.0.2.1])\n\tby c (Postfix)" },
      { name: "X", value: "" },
      { name: "Subject", value: "\xff\xfe" },
    ];
    assert.equal(
      headerBytes(fields).toString("latin1"),
      "Received: from a (b [192.0.2.1])\r\n\tby c (Postfix)\r\nX:\r\nSubject:\xff\xfe\r\n",
    );
    assert.equal(headerBytes([]).length, 0);
  });

  it("are found topmost first in any case and read unfolded", () => {
    const fields = [
      { name: "SUBJECT", value: " one\n\ttwo " },
      { name: "Subject", value: " three" },
    ];
    assert.equal(headerText(findHeader(fields, "subject") ?? ""), "one\ttwo");
    assert.equal(findHeader(fields, "to"), undefined);
  });

  it("are read as UTF-8 where they are UTF-8 and as latin1 where they are not", () => {
    assert.equal(textOfBytes(latin1("Jürgen")), "Jürgen");
    assert.equal(textOfBytes("J\xfcrgen"), "Jürgen");
    assert.equal(textOfBytes("already €"), "already €");
  });
});

describe("the allow-list", () => {
  it("removes each name once, however it is written, and keeps what mail needs", () => {
    const names = [
      "Received",
      "DKIM-Signature",
      "From",
      "To",
      "Cc",
      "Date",
      "Message-ID",
      "SUBJECT",
      "Subject",
      "Thread-Topic",
      "Thread-Index",
      "Keywords",
      "Comments",
      "MIME-Version",
      "Content-Type",
      "content-type",
      "Content-Language",
      "X-Mailer",
      "X-MXSeal-Way",
      "X-MXSeal-Id",
      "Reply-To",
      "References",
      "In-Reply-To",
      "Resent-From",
      "Resent-Bcc",
      "Bcc",
      "Autocrypt",
      "Disposition-Notification-To",
      "Authentication-Results",
    ];
    const removed = reduceToAllowed(names.map((name) => ({ name, value: " <x@own.example>" }))).map(
      ({ name }) => name,
    );
    assert.deepEqual(removed, [
      "DKIM-Signature",
      "SUBJECT",
      "Thread-Topic",
      "Thread-Index",
      "Keywords",
      "Comments",
      "MIME-Version",
      "Content-Type",
      "Content-Language",
      "X-Mailer",
      "X-MXSeal-Way",
      "X-MXSeal-Id",
      "Resent-Bcc",
      "Bcc",
      "Autocrypt",
      "Disposition-Notification-To",
      "Authentication-Results",
    ]);
  });
});

describe("names beside the allow-list", () => {
  // A name with a blank at its end hid behind its twin: one removal was made for both, and the
  // milter's removal goes by the exact name.
  const odd = [
    "Subject",
    "Subject ",
    "X-A\t",
    "x-a",
    "From ",
    "\u00a0From",
    "References\t",
    "In-Reply-To ",
    "Fr\u00f6m",
    "From\0",
    "",
    "constructor",
    "__proto__",
    "X".repeat(50_000),
  ];
  const fields = odd.map((name) => ({ name, value: " SECRET" }));

  it("are removed each under its own spelling", () => {
    const edits = reduceToAllowed(fields);
    assert.deepEqual(
      edits.map(({ kind, name }) => [kind, name]),
      odd.map((name) => ["remove", name]),
    );
    assert.deepEqual(forbiddenLeft(fields, edits), []);
  });

  it("are noticed where a removal is missing", () => {
    const [, ...short] = reduceToAllowed(fields);
    assert.deepEqual(forbiddenLeft(fields, short), ["Subject"]);
    assert.deepEqual(forbiddenLeft([{ name: "From", value: " x" }], []), []);
  });
});

describe("encoded words", () => {
  it("leave short ASCII alone", () => {
    assert.equal(encodeHeaderText("Code for erna@example.org"), "Code for erna@example.org");
    assert.equal(encodeDisplayName("Muster GmbH - Post"), "Muster GmbH - Post");
    assert.equal(encodeDisplayName('Muster "GmbH" & Co.'), '"Muster \\"GmbH\\" & Co."');
  });

  it("never let a text pass as an encoded word of its own", () => {
    assert.equal(decodeWords(encodeHeaderText("=?UTF-8?Q?x?=")), "=?UTF-8?Q?x?=");
    assert.equal(decodeWords(encodeDisplayName("=?UTF-8?Q?x?=")), "=?UTF-8?Q?x?=");
  });

  it("give back any text, in words of at most 75 characters, cut between characters", () => {
    const random = seededRandom(23);
    const letters = ["a", "ß", "€", "😀", " ", "=", "?", '"', "\u0301", "é"];
    for (let count = 0; count < 500; count += 1) {
      const text = Array.from({ length: 1 + random.below(120) }, () => random.pick(letters)).join(
        "",
      );
      const encoded = encodeHeaderText(`x${text}x`);
      assert.match(encoded, /^[\u0020-\u007e]*(?:\n [\u0020-\u007e]*)*$/);
      assert.ok(
        encoded.split("\n ").every((word) => word.length <= 75),
        encoded,
      );
      assert.equal(decodeWords(encoded.replaceAll("\n ", " ")), `x${text}x`);
    }
  });
});
