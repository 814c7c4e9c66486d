/**
 * What the postmaster of the other side should mend, made from a finding's facts. Codes that
 * nobody there can mend (our route, our patience, our rules) have no remedy.
 */
import type { Language } from "../base/language.ts";
import { printable } from "../base/printable.ts";
import type { Finding } from "../base/verdict.ts";
import { type FactsOf, type FindingCode, factNames, isFindingCode } from "./finding-code.ts";
import { remediesGerman } from "./remedy-text-de.ts";
import { remediesEnglish } from "./remedy-text-en.ts";

const beyondThem = [
  "no-such-domain",
  "null-mx",
  "no-mail-host",
  "too-many-hosts",
  "too-many-addresses",
  "no-ipv6-route",
  "connection-lost",
  "no-answer-in-time",
  "try-again-later",
  "probe-timeout",
  "tls-interrupted",
  "name-not-expressible",
  "host-resting",
  "connection-queue-full",
  "dane-not-enforceable",
  "dane-matched",
  "passed-over-under-dane",
  "passed-over-by-preference",
  "assurance-not-known",
  "rival-not-seen",
  "sts-policy-kept",
  "sts-none",
  "recheck-inconclusive",
] as const;

export type MendableCode = Exclude<FindingCode, (typeof beyondThem)[number]>;

/** One language's remedies: none can be missing, and each gets the facts of its code. */
export type RemedyTexts = { readonly [C in MendableCode]: (...facts: FactsOf<C>) => string };

const textsOf: Readonly<Record<Language, RemedyTexts>> = {
  de: remediesGerman,
  en: remediesEnglish,
};
const maxQuoted = 200;

/** A sentence or two; undefined where nobody there can mend it or the facts are not kept. */
export function findRemedy({ code, facts }: Finding, language: Language): string | undefined {
  if (facts === undefined || !isFindingCode(code) || !isMendable(code)) return undefined;
  if (facts.length !== factNames(code).length) return undefined;
  const say: (...facts: readonly string[]) => string = textsOf[language][code];
  return say(...facts.map((fact) => printable(fact, maxQuoted)));
}

export function isMendable(code: FindingCode): code is MendableCode {
  return !beyondThem.some((one) => one === code);
}
