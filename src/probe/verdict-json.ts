/** The form in which programs get a verdict: one JSON object, times as ISO 8601 in UTC. */
import type { MtaStsReport, Verdict } from "../base/verdict.ts";

export interface VerdictJson
  extends Omit<
    Verdict,
    "checkedAt" | "refreshAfter" | "expiresAt" | "noMail" | "mtaSts" | "forbiddenBy"
  > {
  readonly noMail: NonNullable<Verdict["noMail"]> | null;
  readonly mtaSts: MtaStsJson | null;
  readonly forbiddenBy: NonNullable<Verdict["forbiddenBy"]> | null;
  readonly checkedAt: string;
  readonly refreshAfter: string;
  readonly expiresAt: string;
}

export interface MtaStsJson extends Omit<MtaStsReport, "fetchedAt"> {
  readonly fetchedAt: string;
}

/** Every key is always there, so that a program need not ask. */
export function verdictToJson(verdict: Verdict): VerdictJson {
  const { domain, status, assurance, profile, findings, hosts, dnssec, postfixPolicy } = verdict;
  const { mtaSts } = verdict;
  return {
    domain,
    status,
    assurance,
    profile,
    findings,
    hosts,
    dnssec,
    mtaSts: mtaSts === undefined ? null : { ...mtaSts, fetchedAt: iso(mtaSts.fetchedAt) },
    forbiddenBy: verdict.forbiddenBy ?? null,
    postfixPolicy,
    noMail: verdict.noMail ?? null,
    checkedAt: iso(verdict.checkedAt),
    refreshAfter: iso(verdict.refreshAfter),
    expiresAt: iso(verdict.expiresAt),
  };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
