/** Header fields that strangers write: read or not, never a fault, and never more than is shown. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAuthor } from "../../src/mime/author.ts";
import { parseContentType } from "../../src/mime/content-type.ts";
import { readMessageId, readSentAt } from "../../src/mime/message-identity.ts";
import { mutate, type Random, seededRandom } from "../support/random.ts";

const samples: Readonly<Record<string, readonly string[]>> = {
  from: [
    ' "Doe, Jane" <jane@example.com>',
    " =?UTF-8?B?SsO8cmdlbg==?= <j@example.com>, other@example.com",
    " Friends: a@example.com, <b@example.com>;",
    " jane@example.com (Jane (of (many)) words)",
  ],
  date: [" Mon, 23 Nov 2026 10:00:00 +0100 (CET)", " 23 Nov 26 10:00 GMT"],
  "message-id": [" <20261123.1@example.com>"],
  "content-type": [
    ' text/plain; charset="utf-8"; format=flowed',
    ' multipart/mixed;\n\tboundary="a\\"b"; x*0=y',
  ],
};

function fieldOf(name: string, random: Random): { name: string; value: string } {
  const bytes = mutate(Buffer.from(random.pick(samples[name] ?? [])), random);
  return { name, value: bytes.toString("latin1") };
}

describe("a header field of any bytes", () => {
  it("gives an author that fits a line, or the envelope's sender", () => {
    for (let seed = 0; seed < 5000; seed += 1) {
      const author = readAuthor([fieldOf("from", seededRandom(seed))], "sender@example.com");
      const { name, address } = author;
      assert.ok(name.length <= 254 && address.length <= 254, `seed ${seed}`);
      assert.doesNotMatch(name + address, /[\p{Cc}\p{Zl}\p{Zp}]/u, `seed ${seed}`);
      assert.ok(address.includes("@") && name !== "", `seed ${seed}`);
    }
  });

  it("gives an instant near the receipt and a name that others can quote", () => {
    const receivedAt = Date.UTC(2026, 10, 23, 12);
    for (let seed = 0; seed < 5000; seed += 1) {
      const random = seededRandom(seed);
      const sentAt = readSentAt([fieldOf("date", random)], receivedAt);
      assert.ok(Math.abs(sentAt - receivedAt) <= 30 * 86_400_000, `seed ${seed}`);
      const id = readMessageId([fieldOf("message-id", random)]);
      assert.ok(id === null || /^<[\u0021-\u007e]+>$/.test(id), `seed ${seed}`);
    }
  });

  it("gives a content type of the plain grammar, or none", () => {
    let read = 0;
    for (let seed = 0; seed < 5000; seed += 1) {
      const type = parseContentType(fieldOf("content-type", seededRandom(seed)).value);
      if (type === undefined) continue;
      read += 1;
      assert.match(type.type, /^[^\s"/;A-Z]+\/[^\s"/;A-Z]+$/, `seed ${seed}`);
    }
    assert.ok(read > 100, `only ${read} were read`);
  });

  it("is read to a limit, however long and nested it is", () => {
    const long = [
      "(".repeat(100_000),
      "<".repeat(100_000),
      "a@b,".repeat(50_000),
      `"${"\\".repeat(100_000)}`,
      "=?UTF-8?Q?=".repeat(20_000),
      `text/plain${";a=b".repeat(50_000)}`,
      " ".repeat(100_000),
    ];
    for (const value of long) {
      const author = readAuthor([{ name: "From", value }], "sender@example.com");
      assert.ok(author.name.length <= 254 && author.address.length <= 254);
      assert.equal(readMessageId([{ name: "Message-ID", value }]), null);
      assert.equal(readSentAt([{ name: "Date", value }], 1), 1);
      assert.equal(parseContentType(value), undefined);
    }
  });
});
