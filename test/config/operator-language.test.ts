import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { operatorLanguage } from "../../src/config/operator-language.ts";

describe("the language of the person at the terminal", () => {
  it("comes from LC_ALL before LC_MESSAGES before LANG", () => {
    assert.equal(operatorLanguage({ LANG: "de_DE.UTF-8" }), "de");
    assert.equal(operatorLanguage({ LC_MESSAGES: "en_GB.UTF-8", LANG: "de_DE.UTF-8" }), "en");
    assert.equal(operatorLanguage({ LC_ALL: "de_AT", LC_MESSAGES: "en_GB", LANG: "C" }), "de");
    assert.equal(operatorLanguage({ LC_ALL: "", LANG: "de" }), "de");
  });

  it("is English where nothing or another language is asked for", () => {
    for (const LANG of ["C", "C.UTF-8", "POSIX", "fr_FR.UTF-8", "deutsch", "", undefined]) {
      assert.equal(operatorLanguage({ LANG }), "en");
    }
  });
});
