/**
 * What the store still knows of a domain's policy, and for how long that does without the network
 * (RFC 8461 §3.3). A clock that was set back makes ages negative: then nothing is fresh, and what
 * has not expired is in force all the same.
 */
import { parseStsPolicy, type StsPolicy } from "../mta-sts/sts-policy.ts";
import type { StoredStsPolicy } from "../store/sts-policy-store.ts";

export interface KnownStsPolicy {
  readonly id: string;
  readonly policy: StsPolicy;
  readonly fetchedAt: number;
  readonly expiresAt: number;
}

const dayMs = 24 * 3600 * 1000;
const restMs = 5 * 60 * 1000;

/** The stored policy, while it is in force. */
export function knownPolicyOf(
  stored: StoredStsPolicy | undefined,
  nowMs: number,
): KnownStsPolicy | undefined {
  if (stored?.policy === undefined || nowMs >= stored.policy.expiresAt) return undefined;
  const { id, text, fetchedAt, expiresAt } = stored.policy;
  const parsed = parseStsPolicy(text);
  return parsed.ok ? { id, policy: parsed.value, fetchedAt, expiresAt } : undefined;
}

/** Younger than a day: not fetched again as long as its id stays. */
export function isFresh({ fetchedAt }: KnownStsPolicy, nowMs: number): boolean {
  return isWithin(fetchedAt, dayMs, nowMs);
}

/** Why a fetch for this id failed less than five minutes ago; undefined: it may be tried. */
export function restingReason(
  stored: StoredStsPolicy | undefined,
  id: string,
  nowMs: number,
): string | undefined {
  const failed = stored?.failure;
  return failed?.id === id && isWithin(failed.failedAt, restMs, nowMs) ? failed.reason : undefined;
}

function isWithin(at: number, spanMs: number, nowMs: number): boolean {
  return nowMs >= at && nowMs - at < spanMs;
}
