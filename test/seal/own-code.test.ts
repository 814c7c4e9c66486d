import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judgeOwnCode, parseOwnCode } from "../../src/seal/own-code.ts";
import { seededRandom } from "../support/random.ts";

const addresses = [
  "dr.weber@praxis-nord.example",
  "erika.muster@mail.example",
  "o'connor@mail.example",
];

describe("a code of one's own", () => {
  for (const typed of [
    "Blaue Katze 4711",
    "blaue katze 4711",
    "BLAUE-KATZE-4711",
    " blaue\u00a0katze\u20114711. ",
    "ｂｌａｕｅ katze 4711",
  ]) {
    it(`is the same however it is typed: ${JSON.stringify(typed)}`, () => {
      assert.deepEqual(parseOwnCode(typed), { ok: true, value: "blauekatze4711" });
    });
  }

  for (const [said, typed] of [
    ["O'Neill sagt 77", "o\u2019neill SAGT 77"],
    ["Straße am Bach 7", "STRASSE AM BACH 7"],
    ["Blaue Katze 4711", "\u2067Blaue\u2060 Katze 4711\u2069"],
    ['"Blaue" Katze 4711', "\u201eBlaue\u201c Katze 4711"],
    ["Katze\u2764 blau 4711", "Katze\u2764\ufe0f blau 4711"],
    [
      "\u0391\u0392\u0393\u0394\u0395 \u0396\u0397\u0398\u0399\u03a3 77",
      "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03b9\u03c3 77",
    ],
  ] as const) {
    it(`is the same however a telephone writes it: ${JSON.stringify(typed)}`, () => {
      assert.equal(parseOwnCode(said).ok, true);
      assert.deepEqual(parseOwnCode(typed), parseOwnCode(said));
    });
  }

  it("keeps letters of every script and their accents", () => {
    assert.deepEqual(parseOwnCode("Größe übt Müßiggang"), {
      ok: true,
      value: "grösseübtmüssiggang",
    });
    assert.deepEqual(parseOwnCode("синяя кошка 11"), { ok: true, value: "синяякошка11" });
  });

  for (const [input, fault] of [
    ["", "short"],
    ["katze 471", "short"],
    ["- - - - - - - - - - - -", "short"],
    ["k".repeat(65), "long"],
    ["k ".repeat(101), "long"],
  ] as const) {
    it(`is none when ${fault}: ${JSON.stringify(input.slice(0, 30))}`, () => {
      assert.deepEqual(parseOwnCode(input), { ok: false, error: fault });
      assert.deepEqual(judgeOwnCode(input, addresses), { ok: false, error: fault });
    });
  }

  for (const [input, fault] of [
    ["aaaaaaaaaaaa", "simple"],
    ["abab abab abab", "simple"],
    ["1234567890", "simple"],
    ["9876543210", "simple"],
    ["abcdefghijkl", "simple"],
    ["qwertzuiop", "simple"],
    ["asdfghjklö", "simple"],
    ["Passwort1234", "simple"],
    ["administrator1", "simple"],
    ["Geheim-12345", "simple"],
    ["Sommer 2026!!", "simple"],
    ["hallo 47111174", "simple"],
    ["112233445566", "simple"],
    ["aabbccddeeff", "simple"],
    ["1q2w3e4r5t", "simple"],
    ["+49 170 9182736", "simple"],
    ["1980-02-29 4711", "simple"],
    ["O\u2019Connor 4711 x", "address"],
    ["Muster 20261128", "address"],
    ["weber katze 99", "address"],
    ["PRAXIS 471199", "address"],
  ] as const) {
    it(`is not taken when it is easily guessed (${fault}): ${input}`, () => {
      assert.deepEqual(judgeOwnCode(input, addresses), { ok: false, error: fault });
    });
  }

  for (const input of [
    "Blaue Katze 4711",
    "K7QF-3MRT-9XW7",
    "Test mit Regenwurm",
    "синяя кошка 11",
    "Straße 1984 Kamel",
  ]) {
    it(`is taken when it is not: ${input}`, () => {
      assert.deepEqual(judgeOwnCode(input, addresses), parseOwnCode(input));
    });
  }

  it("normalises what it has normalised to the same, whatever comes in", () => {
    for (let seed = 0; seed < 3_000; seed += 1) {
      const random = seededRandom(seed);
      const points = Array.from({ length: 8 + random.below(60) }, () =>
        random.below(random.pick([0x80, 0x250, 0x3000, 0x20000])),
      );
      const parsed = parseOwnCode(String.fromCodePoint(...points));
      if (!parsed.ok) continue;
      assert.deepEqual(parseOwnCode(parsed.value), parsed);
    }
  });
});
