/** The catalogues of the mails: everything said in every language, with all that it is about. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { languages } from "../../src/base/language.ts";
import { codeMailWords } from "../../src/mime/code-mail-words.ts";
import { notificationWords } from "../../src/mime/notification-words.ts";
import { smsFailureWords } from "../../src/mime/sms-failure-words.ts";

/** Arguments for the entries that are functions. */
const given: Readonly<Record<string, readonly unknown[]>> = {
  lead: ["<one>", "<two>"],
  enter: ["<one>"],
  enterAgreed: ["<one>"],
  agreedWhy: ["<one>"],
  agreed: ["<one>", "<two>"],
  genuine: ["<one>"],
  why: ["<one>"],
  failed: ["<one>"],
  unreachable: [17],
  whereIsCode: ["<one>"],
};

function said(words: object): ReadonlyMap<string, string> {
  const texts = Object.entries(words).flatMap(([key, value]): [string, string][] => {
    if (typeof value === "string") return [[key, value]];
    if (typeof value !== "function") return [];
    if (key === "heading") return [1, 2].map((count) => [`${key} ${count}`, value(count)]);
    if (/subject$/i.test(key))
      return [0, 1].map((others) => [`${key} ${others}`, value("X", others)]);
    const values = given[key];
    assert.ok(values, `the test knows no arguments for ${key}`);
    const text: string = value(...values);
    for (const one of values) assert.ok(text.includes(String(one)), `${key}: ${text}`);
    return [[key, text]];
  });
  return new Map(texts);
}

for (const [name, catalogue] of Object.entries({
  notificationWords,
  codeMailWords,
  smsFailureWords,
})) {
  describe(`the catalogue ${name}`, () => {
    it("has all languages, with the same entries, none empty", () => {
      assert.deepEqual(Object.keys(catalogue).toSorted(), [...languages].toSorted());
      const keys = languages.map((language) => Object.keys(catalogue[language]).toSorted());
      assert.deepEqual(keys[0], keys[1]);
      for (const language of languages) {
        for (const [key, text] of said(catalogue[language])) {
          assert.match(text, /^\S.*\S$/s, `${language} ${key}`);
          assert.doesNotMatch(text, /undefined|\[object|\n/, `${language} ${key}`);
        }
      }
    });

    it("says nothing in the wrong language", () => {
      const german = said(catalogue.de);
      const same = [...said(catalogue.en)].filter(([key, text]) => german.get(key) === text);
      // "Code" is the word in both.
      assert.deepEqual(
        same.filter(([, text]) => text !== "Code"),
        [],
      );
    });
  });
}
