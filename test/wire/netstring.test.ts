import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ProtocolError } from "../../src/base/errors.ts";
import { encodeNetstring, NetstringParser } from "../../src/wire/netstring.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { splitRandomly } from "../support/split.ts";

function parseAll(chunks: readonly Buffer[], limit = 1000): readonly string[] {
  const parser = new NetstringParser(limit);
  const texts: string[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let text = parser.next(); text !== undefined; text = parser.next()) texts.push(text);
  }
  return texts;
}

describe("netstrings", () => {
  it("reads several from one chunk, the empty one too", () => {
    assert.deepEqual(parseAll([Buffer.from("3:abc,0:,5:hello,")]), ["abc", "", "hello"]);
  });

  it("counts bytes, not characters", () => {
    assert.equal(encodeNetstring("ü"), "2:ü,");
    assert.deepEqual(parseAll([Buffer.from("2:ü,")]), ["ü"]);
  });

  it("waits for the rest", () => {
    const parser = new NetstringParser(100);
    parser.push(Buffer.from("5:he"));
    assert.equal(parser.next(), undefined);
    assert.ok(parser.pending);
    parser.push(Buffer.from("llo,"));
    assert.equal(parser.next(), "hello");
    assert.ok(!parser.pending);
  });

  for (const [what, input, code] of [
    ["a length that is no number", "x:abc,", "bad-length"],
    ["no length", ":abc,", "bad-length"],
    ["a leading zero", "03:abc,", "bad-length"],
    ["a negative length", "-1:abc,", "bad-length"],
    ["a missing comma", "3:abcd", "bad-terminator"],
    ["more than the limit", "1001:", "too-long"],
    ["an endless length", "99999999", "too-long"],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parseAll([Buffer.from(input)]),
        (error) => error instanceof ProtocolError && error.code === code,
      );
    });
  }

  it("takes a string of exactly the limit", () => {
    const text = "x".repeat(1000);
    assert.deepEqual(parseAll([Buffer.from(encodeNetstring(text))]), [text]);
  });

  it("reads back what was written, split anywhere", () => {
    const random = seededRandom(3);
    for (let round = 0; round < 500; round += 1) {
      const texts = Array.from({ length: 1 + random.below(5) }, () =>
        "ab:,0ü你 ".repeat(random.below(12)).slice(random.below(4)),
      );
      const bytes = Buffer.from(texts.map(encodeNetstring).join(""));
      assert.deepEqual(parseAll(splitRandomly(bytes, random)), texts);
    }
  });

  it("throws nothing but ProtocolError for damaged input", () => {
    const random = seededRandom(4);
    let refused = 0;
    for (let round = 0; round < 3000; round += 1) {
      const bytes = mutate(Buffer.from("12:hello world!,3:abc,0:,"), random);
      try {
        parseAll(splitRandomly(bytes, random), 50);
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error));
        refused += 1;
      }
    }
    assert.ok(refused > 1000, `only ${refused} damaged inputs were refused`);
  });
});
