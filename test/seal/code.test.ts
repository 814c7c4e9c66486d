import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drawCode, parseCode } from "../../src/seal/code.ts";
import { mutate, seededRandom } from "../support/random.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function bare(code: string): string {
  return code.replaceAll("-", "");
}

describe("code", () => {
  it("has the check character that the Luhn algorithm modulo 32 gives", () => {
    // Worked by hand: doubled from the right, digits of base 32 summed, filled up to 32.
    assert.deepEqual(parseCode("0000-0000-0000"), { ok: true, value: "000000000000" });
    assert.deepEqual(parseCode("0000-0000-001Y"), { ok: true, value: "00000000001Y" });
    assert.deepEqual(parseCode("0000-0000-00G1"), { ok: false, error: "check" });
    assert.deepEqual(parseCode("0000-0000-00GZ"), { ok: true, value: "0000000000GZ" });
    assert.deepEqual(parseCode("0000-0000-010Z"), { ok: true, value: "00000000010Z" });
  });

  it("is drawn in groups of four and parses to itself", () => {
    for (let count = 0; count < 500; count += 1) {
      const code = drawCode();
      assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
      assert.deepEqual(parseCode(code), { ok: true, value: bare(code) });
    }
  });

  it("draws every character at every random place", () => {
    const seen = Array.from({ length: 11 }, () => new Set<string>());
    for (let count = 0; count < 2000; count += 1) {
      for (const [place, set] of seen.entries()) set.add(bare(drawCode()).charAt(place));
    }
    assert.deepEqual(
      seen.map((set) => set.size),
      Array.from({ length: 11 }, () => 32),
    );
  });

  it("forgives case, blanks, dashes of any kind and letters that look like digits", () => {
    const expected = { ok: true, value: "00000000001Y" };
    for (const typed of [
      "00000000001y",
      " 0000 0000 001Y\n",
      "oOoO-0000-00Iy",
      "0000–0000—00ly",
      "0000\u00a00000\u200b001Y.",
      "0-0-0-0-0-0-0-0-0-0-1-Y",
    ]) {
      assert.deepEqual(parseCode(typed), expected, typed);
    }
  });

  it("notices every single wrong character", () => {
    const code = bare(drawCode());
    for (let place = 0; place < code.length; place += 1) {
      for (const other of alphabet) {
        if (other === code[place]) continue;
        const typed = code.slice(0, place) + other + code.slice(place + 1);
        assert.deepEqual(parseCode(typed), { ok: false, error: "check" }, typed);
      }
    }
  });

  it("tells a wrong length from a character that no code has", () => {
    for (const [typed, error] of [
      ["", "length"],
      ["0000-0000-001", "length"],
      ["0000-0000-001Y0", "length"],
      ["0".repeat(101), "length"],
      ["0000-0000-001U", "character"],
      ["0000-0000-001Ö", "character"],
      ["0000-0000-001\0", "character"],
    ] as const) {
      assert.deepEqual(parseCode(typed), { ok: false, error }, JSON.stringify(typed));
    }
  });

  it("answers any input with a code of its own alphabet or a reason", () => {
    const random = seededRandom(7);
    for (let count = 0; count < 5000; count += 1) {
      const typed = mutate(Buffer.from(drawCode()), random).toString("latin1");
      const parsed = parseCode(typed);
      if (parsed.ok) assert.match(parsed.value, /^[0-9A-HJKMNP-TV-Z]{12}$/);
      else assert.ok(["length", "character", "check"].includes(parsed.error));
    }
  });
});
