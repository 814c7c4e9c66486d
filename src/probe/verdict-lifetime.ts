/**
 * How long a verdict holds. A proven one is refreshed twice a day and kept for a week, so that a
 * resolver's bad day does not stop the mail, but never beyond the end of a certificate it rests
 * on. An unknown one is asked again soon.
 */
import type { VerdictStatus } from "../base/verdict.ts";

export interface Lifetime {
  readonly refreshAfterMs: number;
  readonly expiresAfterMs: number;
}

export type Lifetimes = Readonly<Record<VerdictStatus, Lifetime>>;

const minute = 60_000;
const hour = 60 * minute;

export const defaultLifetimes: Lifetimes = {
  proven: { refreshAfterMs: 12 * hour, expiresAfterMs: 7 * 24 * hour },
  failed: { refreshAfterMs: hour, expiresAfterMs: 24 * hour },
  unknown: { refreshAfterMs: 5 * minute, expiresAfterMs: 15 * minute },
  "no-mail": { refreshAfterMs: hour, expiresAfterMs: hour },
};

/** `notAfter`: when the first certificate ends that the verdict rests on; Infinity without one. */
export function verdictTimes(
  lifetime: Lifetime,
  checkedAt: number,
  notAfter: number,
): { readonly checkedAt: number; readonly refreshAfter: number; readonly expiresAt: number } {
  const expiresAt = Math.min(checkedAt + lifetime.expiresAfterMs, notAfter);
  // An hour before a certificate ends its successor is usually there; not more often than 5 min.
  const lastCall = Math.max(expiresAt - hour, checkedAt + 5 * minute);
  const regular = checkedAt + lifetime.refreshAfterMs;
  const refreshAfter = Math.min(regular, notAfter < Infinity ? lastCall : regular, expiresAt);
  return { checkedAt, refreshAfter, expiresAt };
}
