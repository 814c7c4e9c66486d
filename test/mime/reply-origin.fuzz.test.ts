/** Header sections of strangers, of which an answer's own header is made. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import PostalMime from "postal-mime";
import { mailBytes } from "../../src/mime/own-mail.ts";
import { buildReplyMail } from "../../src/mime/reply-mail.ts";
import { readReplyOrigin } from "../../src/mime/reply-origin.ts";
import { seededRandom } from "../support/random.ts";

const pieces = [
  "Subject: ",
  "Message-ID: ",
  "References: ",
  "\r\n",
  "\n",
  "\r",
  "\0",
  " ",
  "\t",
  "<a@b.test>",
  "<",
  ">",
  "@",
  "=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLnRlc3Q=?=",
  "=?utf-8?Q?=0D=0ABcc:_x?=",
  "\u202e",
  "\xff",
  "ü",
  "Bcc: eve@evil.test",
  "x".repeat(300),
];

describe("what an answer takes over from any header", () => {
  it("makes no further field, no bare line end and no 8-bit byte", async () => {
    const random = seededRandom(20261123);
    for (let round = 0; round < 1500; round += 1) {
      const count = random.below(25);
      const text = Array.from({ length: count }, () => pieces[random.below(pieces.length)]).join(
        "",
      );
      const { subject, references } = await readReplyOrigin(Buffer.from(text));
      assert.ok(references.length <= 20 && subject.length <= 200);
      const mail = buildReplyMail({
        from: "mxseal@own.example",
        organisation: text,
        to: "a@own.example",
        recipient: "b@far.example",
        messageId: "<id@own.example>",
        references,
        subject,
        text,
        id: "m1",
        writtenAt: 0,
        languages: ["de", "en"],
      });
      const bytes = mailBytes(mail).toString("latin1");
      assert.doesNotMatch(bytes, /[^\t\r\n\x20-\x7e]|\r(?!\n)|(?<!\r)\n/);
      assert.ok(bytes.split("\r\n").every((line) => line.length <= 998));
      const { headers, from } = await PostalMime.parse(bytes);
      assert.equal(from?.address, "mxseal@own.example");
      const keys = headers.map(({ key }) => key).sort((a, b) => (a < b ? -1 : 1));
      const thread = references.length > 0 ? ["in-reply-to", "references"] : [];
      const usual = [
        "content-transfer-encoding",
        "content-type",
        "date",
        "from",
        "message-id",
        "mime-version",
        "reply-to",
        "subject",
        "to",
        "x-mxseal-reply",
      ];
      assert.deepEqual(
        keys,
        [...usual, ...thread].sort((a, b) => (a < b ? -1 : 1)),
      );
    }
  });
});
