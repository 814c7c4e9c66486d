/** The catalogues of the mails: everything said in every language, with all that it is about. */
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { languages } from "../../src/base/language.ts";
import { alarmNoticeWords } from "../../src/mime/alarm-notice-words.ts";
import { codeMailWords } from "../../src/mime/code-mail-words.ts";
import { messageNoticeWords } from "../../src/mime/message-notice-words.ts";
import { notificationWords } from "../../src/mime/notification-words.ts";
import { pdfNotificationWords } from "../../src/mime/pdf-notification-words.ts";
import { pdfWords } from "../../src/mime/pdf-words.ts";
import { replyMailWords } from "../../src/mime/reply-mail-words.ts";
import { smsFailureWords } from "../../src/mime/sms-failure-words.ts";

const catalogues: Readonly<Record<string, Readonly<Record<"de" | "en", object>>>> = {
  "alarm-notice-words": alarmNoticeWords,
  "code-mail-words": codeMailWords,
  "message-notice-words": messageNoticeWords,
  "notification-words": notificationWords,
  "pdf-notification-words": pdfNotificationWords,
  "pdf-words": pdfWords,
  "reply-mail-words": replyMailWords,
  "sms-failure-words": smsFailureWords,
};

/** Words of one language that are none of the other's. */
const foreign = {
  de: /\b(?:the|and|your|you|with|please|this|message|not|from|it|has|of)\b/i,
  en: /\b(?:der|das|und|nicht|Sie|ist|Ihre?|bitte|mit|für|wurde|von|Nachricht|ein|eine)\b|[äöüß„]/i,
} as const;
/** The same in both: a word of both, and the names of pages. */
const shared = new Set(["Code", "recall", "extend", "unlock", "renew"]);

/** Numbers and names that no text has by itself. */
const marks = ["<one>", "<two>", "<three>"] as const;
/** Entries that choose their words by a number, at its place; they need not say it. */
const counts: Readonly<Record<string, number>> = {
  "code-mail-words subject": 1,
  "code-mail-words agreedSubject": 1,
  "code-mail-words heading": 0,
};

/** Every text, by the way to it; functions with every mark in their arguments' places. */
function textsOf(value: unknown, path: string, catalogue: string): readonly [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return called(value as Speaker, path, catalogue);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    key === "locale" ? [] : textsOf(entry, path === "" ? key : `${path}.${key}`, catalogue),
  );
}

type Speaker = (...values: unknown[]) => unknown;

function called(speak: Speaker, path: string, catalogue: string): readonly [string, string][] {
  const given: unknown[] = marks.slice(0, speak.length);
  assert.equal(given.length, speak.length, `${path} takes more than the test gives`);
  const place = counts[`${catalogue} ${path}`];
  const numbers = place === undefined ? [undefined] : [0, 1, 2];
  return numbers.flatMap((count) => {
    const values = given.map((mark, index) => (index === place ? count : mark));
    const label = count === undefined ? path : `${path} ${count}`;
    return textsOf(speak(...values), label, catalogue);
  });
}

function marksIn(text: string): readonly string[] {
  return marks.filter((mark) => text.includes(mark));
}

describe("the catalogues of the mails", () => {
  it("are all looked at here", () => {
    const folder = join(import.meta.dirname, "../../src/mime");
    const files = globSync("*-words.ts", { cwd: folder }).map((file) => basename(file, ".ts"));
    assert.deepEqual(files.toSorted(), Object.keys(catalogues).toSorted());
  });
});

for (const [name, catalogue] of Object.entries(catalogues)) {
  describe(`the catalogue ${name}`, () => {
    const german = new Map(textsOf(catalogue.de, "", name));
    const english = new Map(textsOf(catalogue.en, "", name));

    it("has all languages, with the same entries, none empty", () => {
      assert.deepEqual(Object.keys(catalogue).toSorted(), [...languages].toSorted());
      assert.deepEqual([...german.keys()].toSorted(), [...english.keys()].toSorted());
      for (const [key, text] of [...german, ...english]) {
        assert.match(text, /^\S(?:.*\S)?$/s, key);
        assert.doesNotMatch(text, /undefined|null|NaN|\[object|=>|\n/, key);
      }
    });

    it("says the same things of what it is given", () => {
      for (const [key, text] of german) {
        assert.deepEqual(marksIn(text), marksIn(english.get(key) ?? ""), key);
      }
    });

    it("says nothing in the wrong language", () => {
      const same = [...english].filter(([key, text]) => german.get(key) === text);
      assert.deepEqual(
        same.filter(([, text]) => !shared.has(text)),
        [],
      );
      for (const [key, text] of german) assert.doesNotMatch(text, foreign.de, key);
      for (const [key, text] of english) assert.doesNotMatch(text, foreign.en, key);
    });
  });
}
