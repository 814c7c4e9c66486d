import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatInstant, formatTable } from "../../src/cli/text-table.ts";

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

describe("formatInstant", () => {
  it("writes UTC to the minute", () => {
    assert.equal(formatInstant(Date.UTC(2026, 0, 2, 3, 4, 59)), "2026-01-02 03:04Z");
  });
});

describe("formatTable on a terminal", () => {
  it("cuts the last column and sets a long first cell on a line of its own", () => {
    const rows = [
      ["short", "b", "a reason that is too long for this terminal"],
      ["a-first-cell-that-is-long", "b", "why"],
    ];
    assert.deepEqual(formatTable(["A", "B", "WHY"], rows, 30).split("\n"), [
      "A      B  WHY",
      "short  b  a reason that is to…",
      "a-first-cell-that-is-long",
      "       b  why",
      "",
    ]);
  });
});
