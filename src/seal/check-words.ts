/**
 * Two nouns that stand on the page with the code form and in the mail to the sender. Who passes the
 * code on can say what the page must show before anything is typed: a copy of the page made by
 * somebody who has not seen the link cannot know the words. They are derived from the link token one
 * way (HKDF, RFC 5869) and say 16 of its 256 bits; whoever reads the link can tell them too.
 */
import { hkdfSync } from "node:crypto";
import type { Language } from "../base/language.ts";
import { checkWordList } from "./check-word-list.ts";

/** In each language, with a blank between: `Leiter Apfel`, `ladder apple`. Never twice the same. */
export type CheckWords = Readonly<Record<Language, string>>;

export function checkWordsOf(linkToken: Buffer): CheckWords {
  const info = "mxseal/check-words/v1";
  const [first = 0, drawn = 0] = new Uint8Array(
    hkdfSync("sha256", linkToken, Buffer.alloc(0), info, 2),
  );
  const second = drawn === first ? (drawn + 1) % checkWordList.length : drawn;
  const inLanguage = (language: Language): string =>
    [first, second].map((index) => checkWordList[index]?.[language]).join(" ");
  return { de: inLanguage("de"), en: inLanguage("en") };
}
