import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stripComments } from "../../src/mime/comment.ts";

describe("comments of header fields", () => {
  for (const [text, kept] of [
    ["plain", "plain"],
    ["(c) auto-replied", "  auto-replied"],
    ["a(b)c", "a c"],
    ["a (b (c) d) e", "a   e"],
    ["a (b \\) c) d", "a   d"],
    ["a (b \\( c) d", "a   d"],
    ['"(no)" a', '"(no)" a'],
    ['(") a', "  a"],
    ["a ) b", "a ) b"],
    ["a (b", "a (b"],
    ["a (b (c) d", "a (b (c) d"],
    ["", ""],
  ] as const) {
    it(`makes ${JSON.stringify(kept)} of ${JSON.stringify(text)}`, () => {
      assert.equal(stripComments(text), kept);
    });
  }

  it("does so to any depth and length", () => {
    const deep = 50_000;
    assert.equal(stripComments(`${"(".repeat(deep)}${")".repeat(deep)}no`), " no");
    assert.equal(stripComments("(".repeat(deep)).length, deep);
  });

  it("leaves nothing of what stands between closed parentheses, and all of the rest", () => {
    const letters = ["(", ")", "\\", '"', "x", " "];
    for (let number = 0; number < letters.length ** 5; number += 1) {
      const text = Array.from(
        { length: 5 },
        (_, place) => letters[Math.floor(number / letters.length ** place) % letters.length],
      ).join("");
      assert.equal(stripComments(`(${text.replace(/[()\\]/g, "")})y`), " y");
      const kept = stripComments(text);
      assert.ok(kept.length <= text.length);
      if (!text.includes("(")) assert.equal(kept, text);
    }
  });
});
