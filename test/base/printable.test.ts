import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { printable } from "../../src/base/printable.ts";

describe("text of strangers made printable", () => {
  it("keeps the letters of any language", () => {
    assert.equal(printable("Grüße, 東京 · שלום 🙂"), "Grüße, 東京 · שלום 🙂");
  });

  it("is one line without control, format, private and direction characters", () => {
    const hostile = "a\r\nb\u001b[31mc\u202ed\u2028e\u0085f\u200bg\ue000h\u061ci";
    const clean = ["a", "b", "[31mc", "d", "e", "f", "g", "h", "i"].join("\uFFFD");
    assert.equal(printable(hostile), clean);
  });

  it("is cut where a limit is given, never within a character", () => {
    assert.equal(printable("ü".repeat(500)).length, 500);
    assert.equal(printable("ü".repeat(500), 200), `${"ü".repeat(199)}…`);
    assert.ok(printable("🙂".repeat(200), 200).isWellFormed());
    assert.equal(printable("🙂".repeat(200), 200).length, 200);
  });
});
