/** What browsers and others send as their wish for a language: one of ours is the answer. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pickLanguage } from "../../src/portal/language.ts";
import { mutate, seededRandom } from "../support/random.ts";

describe("a wish for a language of any bytes", () => {
  it("is answered with a language that there is", () => {
    const sample = Buffer.from("de-AT, de;q=0.9, en-GB;q=0.8, *;q=0.1");
    const picked = new Map<string, number>();
    for (let seed = 0; seed < 10_000; seed += 1) {
      const random = seededRandom(seed);
      const header = mutate(sample, random).toString("latin1");
      const wanted = random.pick([null, "de", "fr", 7, ["en"], header]);
      const language = pickLanguage(wanted, header);
      picked.set(language, (picked.get(language) ?? 0) + 1);
    }
    assert.deepEqual([...picked.keys()].toSorted(), ["de", "en"]);
  });

  it("counts with its first twenty ranges only", () => {
    assert.equal(pickLanguage(undefined, `${"fr,".repeat(19)}de`), "de");
    assert.equal(pickLanguage(undefined, `${"fr,".repeat(20)}de`), "en");
    assert.equal(pickLanguage(undefined, `${";".repeat(50_000)},de`), "de");
  });
});
