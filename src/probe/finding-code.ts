/**
 * Every finding a probe can make: its stable code, its weight and the facts that its sentence
 * names, in order. The sentences stand in `finding-text-en.ts` and `finding-text-de.ts`, what the
 * remote postmaster should do about it in `remedy.ts`.
 *
 * Facts are stored with the verdict. Words of our own among them (`the greeting`, `refused`) are
 * written in English, always alike, so that `phrase-de.ts` can say them in German.
 */
import type { Severity } from "../base/verdict.ts";
import { type TlsRule, tlsRules } from "../tls-profile/tls-profile.ts";

const table = {
  "mx-lookup-failed": { severity: "unknown", facts: ["domain", "reason"] },
  "no-such-domain": { severity: "fail", facts: ["domain"] },
  "null-mx": { severity: "fail", facts: ["domain"] },
  "null-mx-with-others": { severity: "fail", facts: ["domain"] },
  "no-mail-host": { severity: "fail", facts: ["domain"] },
  "mx-name-invalid": { severity: "fail", facts: ["name"] },
  "mx-host-alias": { severity: "warn", facts: ["host", "target"] },
  "host-without-address": { severity: "fail", facts: ["host"] },
  "host-lookup-failed": { severity: "unknown", facts: ["host", "type", "reason"] },
  "too-many-hosts": { severity: "info", facts: ["count", "limit"] },
  "too-many-addresses": { severity: "info", facts: ["count", "limit"] },
  "no-ipv6-route": { severity: "info", facts: [] },
  "connection-failed": { severity: "unknown", facts: ["reason"] },
  "connection-lost": { severity: "unknown", facts: ["stage"] },
  "no-answer-in-time": { severity: "unknown", facts: ["stage", "seconds"] },
  "try-again-later": { severity: "unknown", facts: ["stage", "reply"] },
  "greeting-refused": { severity: "unknown", facts: ["reply"] },
  "not-smtp": { severity: "unknown", facts: ["stage", "fault"] },
  "probe-timeout": { severity: "unknown", facts: [] },
  "starttls-not-offered": { severity: "fail", facts: [] },
  "starttls-refused": { severity: "fail", facts: ["stage", "reply"] },
  "starttls-injection": { severity: "fail", facts: [] },
  "tls-handshake-failed": { severity: "fail", facts: ["reason"] },
  "cipher-not-enforceable": { severity: "fail", facts: ["cipher"] },
  "tls-interrupted": { severity: "unknown", facts: [] },
  "certificate-missing": { severity: "fail", facts: [] },
  "certificate-expired": { severity: "fail", facts: ["label", "since"] },
  "certificate-not-yet-valid": { severity: "fail", facts: ["label", "from"] },
  "certificate-self-signed": { severity: "fail", facts: ["label"] },
  "certificate-chain-incomplete": { severity: "fail", facts: ["label", "issuer"] },
  "certificate-untrusted": { severity: "fail", facts: ["issuer", "reason"] },
  "certificate-name-mismatch": { severity: "fail", facts: ["names", "expected"] },
  "certificate-common-name-only": { severity: "fail", facts: ["commonName"] },
  "assurance-too-weak": { severity: "fail", facts: ["found", "least"] },
  "assurance-not-known": { severity: "unknown", facts: ["found"] },
  "rival-not-seen": { severity: "unknown", facts: ["where"] },
  "weak-server-not-excludable": { severity: "fail", facts: ["name", "where"] },
  "name-not-expressible": { severity: "fail", facts: ["name"] },
  "host-resting": { severity: "unknown", facts: ["reason", "until"] },
  "connection-queue-full": { severity: "unknown", facts: [] },
  "tlsa-lookup-failed": { severity: "unknown", facts: ["name", "reason"] },
  "tlsa-insecure": { severity: "info", facts: ["name"] },
  "tlsa-unusable": { severity: "warn", facts: ["name"] },
  "tlsa-record-unusable": { severity: "warn", facts: ["record", "why"] },
  "dane-mx-insecure": { severity: "info", facts: ["domain"] },
  "dane-not-enforceable": { severity: "info", facts: [] },
  "dane-matched": { severity: "info", facts: ["record"] },
  "dane-mismatch": { severity: "fail", facts: ["name", "wouldMatch"] },
  "dane-ta-untrusted": { severity: "fail", facts: ["record", "reason"] },
  "dane-name-mismatch": { severity: "fail", facts: ["names", "expected"] },
  "passed-over-under-dane": { severity: "info", facts: [] },
  "passed-over-by-preference": { severity: "info", facts: [] },
  "sts-lookup-failed": { severity: "warn", facts: ["name", "reason"] },
  "sts-record-invalid": { severity: "warn", facts: ["name", "fault"] },
  "sts-fetch-failed": { severity: "warn", facts: ["url", "reason"] },
  "sts-policy-invalid": { severity: "warn", facts: ["url", "fault"] },
  "sts-policy-kept": { severity: "info", facts: ["id", "until"] },
  "sts-testing": { severity: "info", facts: [] },
  "sts-none": { severity: "info", facts: [] },
  "sts-mx-not-listed": { severity: "fail", facts: ["host", "patterns"] },
  /** `cause`: stored as the code of the finding that kept the check from telling, then its facts. */
  "recheck-inconclusive": { severity: "warn", facts: ["at", "cause"] },
} as const;

type Table = typeof table;

/** Codes whose weight stands here; that of a `TlsRule` comes from the profile. */
export type ProbeCode = keyof Table;
export type FindingCode = ProbeCode | TlsRule;

type Strings<T extends readonly unknown[]> = { readonly [K in keyof T]: string };

/** A string for each fact. */
export type FactsOf<C extends FindingCode> = C extends ProbeCode
  ? Strings<Table[C]["facts"]>
  : readonly [found: string, expected: string];

/** One language's sentences: none can be missing, and each gets the facts of its code. */
export type FindingTexts = { readonly [C in FindingCode]: (...facts: FactsOf<C>) => string };

export const findingCodes: readonly FindingCode[] = [
  ...(Object.keys(table) as ProbeCode[]),
  ...tlsRules,
];

export function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(table, code) || tlsRules.some((rule) => rule === code);
}

export function severityOf(code: ProbeCode): Severity {
  return table[code].severity;
}

/** The names of a code's facts, in order. */
export function factNames(code: FindingCode): readonly string[] {
  return isProbeCode(code) ? table[code].facts : ["found", "expected"];
}

function isProbeCode(code: FindingCode): code is ProbeCode {
  return Object.hasOwn(table, code);
}
