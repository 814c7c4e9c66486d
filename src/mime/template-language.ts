/**
 * In which languages a mail speaks. Of a recipient nothing is known but the domain: its last label
 * says in which order two languages come, never that one of them is left out.
 */
import type { Domain } from "../base/domain.ts";
import type { Language } from "../base/language.ts";

export const templateLanguages = ["de", "en", "both"] as const;
/** `both`: German and English below each other. */
export type TemplateLanguage = (typeof templateLanguages)[number];

/** At least one, in order of appearance, none twice. */
export type LanguageOrder = readonly [Language, ...Language[]];

/** German is an official language there, or, as in `eu`, the label names no place. */
const germanFirst: ReadonlySet<string> = new Set(["at", "ch", "de", "eu", "li", "lu"]);
/** Two letters, but sold to everybody: says nothing of the place. */
const placeless: ReadonlySet<string> = new Set(["ai", "cc", "co", "io", "me", "tv", "ws"]);
const englishFirst: ReadonlySet<string> = new Set(["edu", "gov", "mil"]);

/** `domain`: of who reads the mail; undefined where it is not known. */
export function languageOrder(
  language: TemplateLanguage,
  domain: Domain | undefined,
): LanguageOrder {
  if (language !== "both") return [language];
  return readsEnglishFirst(domain) ? ["en", "de"] : ["de", "en"];
}

function readsEnglishFirst(domain: Domain | undefined): boolean {
  const last = domain?.split(".").at(-1) ?? "";
  if (englishFirst.has(last)) return true;
  const namesCountry = last.length === 2 && !placeless.has(last);
  return namesCountry && !germanFirst.has(last);
}
