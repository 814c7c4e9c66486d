import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wrapText } from "../../src/base/wrap-text.ts";

describe("wrapped text", () => {
  it("fills lines up to the width, with a hanging indent", () => {
    assert.deepEqual(wrapText("aa bb cc dd ee", { width: 9, first: "  - " }), [
      "  - aa bb",
      "    cc dd",
      "    ee",
    ]);
    assert.deepEqual(wrapText("aa bb cc", { width: 6, first: "* ", rest: "> " }), [
      "* aa",
      "> bb",
      "> cc",
    ]);
  });

  it("keeps a word whole that is longer than a line", () => {
    assert.deepEqual(wrapText(`a ${"x".repeat(20)} b`, { width: 8, first: "  " }), [
      "  a",
      `  ${"x".repeat(20)}`,
      "  b",
    ]);
  });

  it("counts letters, not bytes or surrogates", () => {
    assert.deepEqual(wrapText("üü öö 🙂🙂", { width: 8 }), ["üü öö 🙂🙂"]);
  });

  it("of nothing is one line without blanks at its end", () => {
    assert.deepEqual(wrapText(" ", { width: 8, first: "  - " }), ["  -"]);
  });
});
