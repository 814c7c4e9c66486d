/**
 * Findings made and told. A finding keeps its English sentence and the facts in it; other
 * languages are made from the facts when somebody reads them.
 *
 * Security: much of what is quoted comes from strangers (replies, certificates, DNS names); it is
 * made printable and cut short here, in the one place all of it passes, and again when it is told:
 * what a store holds need not have been written by this program.
 */
import type { Language } from "../base/language.ts";
import { printable } from "../base/printable.ts";
import type { Finding } from "../base/verdict.ts";
import type { Shortfall } from "../tls-profile/shortfall.ts";
import {
  type FactsOf,
  type FindingCode,
  type FindingTexts,
  factNames,
  isFindingCode,
  type ProbeCode,
  severityOf,
} from "./finding-code.ts";
import { textsGerman } from "./finding-text-de.ts";
import { textsEnglish } from "./finding-text-en.ts";

const textsOf: Readonly<Record<Language, FindingTexts>> = { de: textsGerman, en: textsEnglish };
const maxQuoted = 200;
/** A whole sentence quotes a few such facts. */
const maxSentence = 1000;
const recheck = "recheck-inconclusive";

export interface Where {
  readonly host?: string;
  readonly address?: string;
}

export function finding<C extends Exclude<ProbeCode, typeof recheck>>(
  code: C,
  facts: FactsOf<C>,
  where: Where = {},
): Finding {
  const shown = facts.map(quoted);
  const detail = sentence(code, shown, textsEnglish);
  return { code, severity: severityOf(code), ...placeOf(where), detail, facts: shown };
}

/** Two shortfalls of one rule are two findings: a chain may have several weak certificates. */
export function shortfallFinding(shortfall: Shortfall, where: Where): Finding {
  const { rule, severity } = shortfall;
  const facts = [shortfall.found, shortfall.expected].map(quoted);
  return {
    code: rule,
    severity,
    ...placeOf(where),
    detail: sentence(rule, facts, textsEnglish),
    facts,
  };
}

/**
 * By which a verdict that stays in force says that its last check, at epoch milliseconds `at`,
 * could not tell; `cause` is what kept it from telling.
 */
export function recheckFinding(at: number, cause: Finding | undefined): Finding {
  const instant = new Date(at).toISOString();
  const detail = textsEnglish[recheck](instant, printable(cause?.detail ?? "", maxSentence));
  const told = { code: recheck, severity: severityOf(recheck), detail: detail.trimEnd() };
  if (cause === undefined) return { ...told, facts: [instant] };
  if (cause.facts === undefined) return told;
  return { ...told, facts: [instant, cause.code, ...cause.facts].map(quoted) };
}

/**
 * The finding's sentence. Where its facts are missing or do not fit its code (a store may be older
 * than this program, or newer), the English sentence that was stored.
 */
export function sayFinding(found: Finding, language: Language): string {
  const stored = printable(found.detail, maxSentence);
  if (found.facts === undefined) return stored;
  const texts = textsOf[language];
  if (found.code !== recheck) return sayByFacts(found.code, found.facts, texts) ?? stored;
  const [instant, code, ...facts] = found.facts;
  if (instant === undefined) return stored;
  const cause = code === undefined ? "" : sayByFacts(code, facts, texts);
  return cause === undefined ? stored : texts[recheck](quoted(instant), cause).trimEnd();
}

function sayByFacts(
  code: string,
  facts: readonly string[],
  texts: FindingTexts,
): string | undefined {
  if (!isFindingCode(code) || code === recheck) return undefined;
  if (facts.length !== factNames(code).length) return undefined;
  return sentence(code, facts.map(quoted), texts);
}

/** That there are as many facts as the code names is the caller's care. */
function sentence(code: FindingCode, facts: readonly string[], texts: FindingTexts): string {
  const say: (...facts: readonly string[]) => string = texts[code];
  return say(...facts);
}

function quoted(fact: string): string {
  return printable(fact, maxQuoted);
}

/** Whoever passes more than a place, a probe's target for example, leaves the rest behind. */
function placeOf({ host, address }: Where): Where {
  return {
    ...(host === undefined ? {} : { host }),
    ...(address === undefined ? {} : { address }),
  };
}
