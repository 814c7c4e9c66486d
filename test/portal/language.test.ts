import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pickLanguage } from "../../src/portal/language.ts";

const cases: readonly (readonly [wanted: unknown, accept: string | undefined, language: string])[] =
  [
    [undefined, undefined, "en"],
    [undefined, "de", "de"],
    [undefined, "de-AT,de;q=0.9,en;q=0.8", "de"],
    [undefined, "en-GB,en;q=0.9,de;q=0.8", "en"],
    [undefined, "fr,en;q=0.3,de;q=0.7", "de"],
    [undefined, "fr-FR", "en"],
    [undefined, "de;q=0,en;q=0.1", "en"],
    [undefined, "*", "en"],
    [undefined, "de;q=nonsense", "de"],
    ["de", "en", "de"],
    ["en", "de", "en"],
    ["xx", "de", "de"],
    [["de", "en"], "de", "de"],
    [undefined, ",;;=,q=,".repeat(2000), "en"],
  ];

describe("pickLanguage", () => {
  for (const [wanted, accept, language] of cases) {
    const shown = accept === undefined ? "nothing" : JSON.stringify(accept.slice(0, 40));
    it(`answers ${language} to ?lang=${String(wanted)} and a browser that wishes ${shown}`, () => {
      assert.equal(pickLanguage(wanted, accept), language);
    });
  }
});
