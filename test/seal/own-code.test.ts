import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judgeOwnCode, parseOwnCode } from "../../src/seal/own-code.ts";
import { seededRandom } from "../support/random.ts";

const addresses = ["dr.weber@praxis-nord.example", "erika.muster@mail.example"];

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

  it("keeps letters of every script and their accents", () => {
    assert.deepEqual(parseOwnCode("Größe übt Müßiggang"), { ok: true, value: "größeübtmüßiggang" });
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
    ["Muster 20261128", "address"],
    ["weber katze 99", "address"],
    ["PRAXIS 471199", "address"],
  ] as const) {
    it(`is not taken when it is easily guessed (${fault}): ${input}`, () => {
      assert.deepEqual(judgeOwnCode(input, addresses), { ok: false, error: fault });
    });
  }

  it("is taken when it is not", () => {
    const judged = judgeOwnCode("Blaue Katze 4711", addresses);
    assert.deepEqual(judged, { ok: true, value: "blauekatze4711" });
  });

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
