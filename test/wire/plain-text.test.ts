import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plainText } from "../../src/wire/plain-text.ts";
import { seededRandom } from "../support/random.ts";

describe("text for one line of a protocol", () => {
  for (const [what, input, output] of [
    ["line breaks", "a\r\nb\nc", "a b c"],
    ["NUL and controls", "a\u0000b\u0007c\u0085d", "a b c d"],
    ["Unicode line separators", "a\u2028b", "a b"],
    ["lone surrogates", "a\ud800b", "a\ufffdb"],
    ["blanks at both ends", " a \n", "a"],
    ["nothing else", "Grüße, 100 % [ok]: 你好", "Grüße, 100 % [ok]: 你好"],
  ] as const) {
    it(`replaces ${what}`, () => assert.equal(plainText(input, 100), output));
  }

  it("cuts at the limit without splitting a character", () => {
    assert.equal(plainText("ääää", 5), "ää");
    assert.equal(plainText("你你", 5), "你");
    assert.equal(plainText("abcdef", 5), "abcde");
  });

  it("keeps to its limit and to one line of valid UTF-8 for any input", () => {
    const random = seededRandom(2);
    for (let round = 0; round < 2000; round += 1) {
      const codes = Array.from({ length: random.below(60) }, () => random.below(0x1_0000));
      const limit = random.below(80);
      const text = plainText(String.fromCharCode(...codes), limit);
      assert.ok(Buffer.byteLength(text) <= limit);
      assert.ok(text.isWellFormed());
      assert.doesNotMatch(text, /[\n\r\0]/);
    }
  });
});
