import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { composeAlternative } from "../../src/mime/alternative-body.ts";
import { encodeQuotedPrintable } from "../../src/mime/quoted-printable.ts";
import { seededRandom } from "../support/random.ts";
import { readMail } from "./read-mail.ts";

describe("quoted-printable", () => {
  it("writes the examples of the standard's rules", () => {
    for (const [text, encoded] of [
      ["", ""],
      ["a=b", "a=3Db"],
      ["ü", "=C3=BC"],
      ["end \nnext\t", "end=20\r\nnext=09"],
      ["From me\n.dot\n..", "=46rom me\r\n=2Edot\r\n=2E."],
      ["\u0000\r", "=00=0D"],
    ] as const) {
      assert.equal(encodeQuotedPrintable(text), encoded);
    }
  });

  it("gives back any text from short 7-bit lines", async () => {
    const random = seededRandom(29);
    const letters = ["a", "=", " ", "\n", "ü", "😀", ".", "F", "-", "\t", "aaaaaaaaaaaaaaaaaaaa"];
    for (let count = 0; count < 200; count += 1) {
      const text = `${Array.from({ length: random.below(300) }, () => random.pick(letters)).join("")}.\n`;
      const { headers, body } = composeAlternative({ text, html: `<p>${text}</p>`, label: "L" });
      const lines = body.toString("latin1").split("\r\n");
      assert.ok(lines.every((line) => line.length <= 76 && /^[\t -~]*$/.test(line)));
      const mail = await readMail(headers, body);
      // The parser ends every text with a line end of its own.
      assert.equal(mail.text, `${text}\n`);
      assert.equal(mail.html?.trimEnd(), `<p>${text}</p>`);
      assert.equal(mail.attachments.length, 0);
    }
  });
});
