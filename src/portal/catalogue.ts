/** The languages the portal speaks, each with all its sentences. */
import type { Language } from "../base/language.ts";
import type { Words } from "./words.ts";
import { wordsEnglish } from "./words-english.ts";
import { wordsGerman } from "./words-german.ts";

const wordsOf: Readonly<Record<Language, Words>> = { de: wordsGerman, en: wordsEnglish };

export function wordsIn(language: Language): Words {
  return wordsOf[language];
}
