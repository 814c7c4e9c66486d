/** The form in which programs get a verdict: one JSON object, times as ISO 8601 in UTC. */
import type { Verdict } from "../base/verdict.ts";

export interface VerdictJson
  extends Omit<Verdict, "checkedAt" | "refreshAfter" | "expiresAt" | "noMail"> {
  readonly noMail: NonNullable<Verdict["noMail"]> | null;
  readonly checkedAt: string;
  readonly refreshAfter: string;
  readonly expiresAt: string;
}

/** Every key is always there, so that a program need not ask. */
export function verdictToJson(verdict: Verdict): VerdictJson {
  const { domain, status, assurance, profile, findings, hosts, dnssec, postfixPolicy } = verdict;
  return {
    domain,
    status,
    assurance,
    profile,
    findings,
    hosts,
    dnssec,
    postfixPolicy,
    noMail: verdict.noMail ?? null,
    checkedAt: new Date(verdict.checkedAt).toISOString(),
    refreshAfter: new Date(verdict.refreshAfter).toISOString(),
    expiresAt: new Date(verdict.expiresAt).toISOString(),
  };
}
