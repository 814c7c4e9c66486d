import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatInstant, formatTable, printable } from "../../src/cli/text-table.ts";

describe("formatTable", () => {
  it("aligns the columns and leaves no blanks at the end", () => {
    const table = formatTable(
      ["A", "LONG", "B"],
      [
        ["wide cell", "x", ""],
        ["y", "", "z"],
      ],
    );
    assert.deepEqual(table.split("\n"), [
      "A          LONG  B",
      "wide cell  x",
      "y                z",
      "",
    ]);
  });
});

describe("printable", () => {
  it("keeps text of any language and shows what is no text as a question mark", () => {
    assert.equal(printable("Grüße, 東京"), "Grüße, 東京");
    assert.equal(printable("a\u001b[31mb\nc\u2028d\u200ee\u0000"), "a?[31mb?c?d?e?");
  });
});

describe("formatInstant", () => {
  it("writes UTC to the minute", () => {
    assert.equal(formatInstant(Date.UTC(2026, 0, 2, 3, 4, 59)), "2026-01-02 03:04Z");
  });
});
