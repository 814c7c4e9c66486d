/**
 * What a verdict says now, to an administrator who wants at least a certain assurance. A verdict
 * that has expired says nothing; a proof by less than the least assurance is no proof.
 */
import { type Assurance, assurances, type Verdict } from "../base/verdict.ts";

export type LeastAssurance = Exclude<Assurance, "none">;

export type Standing =
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly verdict: Verdict }
  | { readonly kind: "proven"; readonly verdict: Verdict; readonly postfixPolicy: string }
  | { readonly kind: "failed"; readonly verdict: Verdict }
  | { readonly kind: "no-mail"; readonly verdict: Verdict };

export function standingOf(
  verdict: Verdict | undefined,
  least: LeastAssurance,
  nowMs: number,
): Standing {
  if (verdict === undefined || verdict.expiresAt <= nowMs) return { kind: "none" };
  if (isFromTheFuture(verdict, nowMs)) return { kind: "none" };
  if (verdict.status !== "proven") return { kind: verdict.status, verdict };
  if (!isAtLeast(verdict.assurance, least)) return { kind: "failed", verdict };
  // A proof that Postfix cannot be told to enforce must not let mail go.
  if (verdict.postfixPolicy === null || verdict.postfixPolicy === "") {
    return { kind: "unknown", verdict };
  }
  return { kind: "proven", verdict, postfixPolicy: verdict.postfixPolicy };
}

const clockToleranceMs = 10 * 60_000;

/** Made while the clock was wrong: nobody knows how old it is. */
export function isFromTheFuture({ checkedAt }: Verdict, nowMs: number): boolean {
  return checkedAt > nowMs + clockToleranceMs;
}

function isAtLeast(assurance: Assurance, least: LeastAssurance): boolean {
  return assurances.indexOf(assurance) <= assurances.indexOf(least);
}
