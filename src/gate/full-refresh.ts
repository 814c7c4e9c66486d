/**
 * The mark of a refresh of everything that has begun and not ended. It outlives the process, so
 * that the next one leaves out what was checked since the beginning. Kept as a lease that nobody
 * renews: it hinders nobody, the refresh's own lease says who may work.
 */
import { randomUUID } from "node:crypto";
import type { LeaseStore } from "../store/lease-store.ts";

const markName = "refresh-all";
/** An older beginning says too little about today. */
const resumedWithinMs = 24 * 60 * 60_000;

export interface FullRefresh {
  /** When it began, in this process or in one that was interrupted. */
  readonly startedAt: number;
  readonly isResumed: boolean;
  readonly holder: string;
}

/** To be called with the refresh's lease in hand. `anew`: leaves an interrupted one aside. */
export async function beginFullRefresh(
  leases: LeaseStore,
  nowMs: number,
  anew: boolean,
): Promise<FullRefresh> {
  const holder = randomUUID();
  const mark = { name: markName, holder, note: "begun and not ended", until: nowMs };
  const outcome = await leases.take({ ...mark, startedAt: nowMs }, Number.MAX_SAFE_INTEGER);
  const before = outcome.kind === "taken" ? outcome.interrupted?.startedAt : undefined;
  const isResumed = !anew && before !== undefined && isRecent(before, nowMs);
  if (!isResumed) return { startedAt: nowMs, isResumed, holder };
  await leases.take({ ...mark, startedAt: before }, Number.MAX_SAFE_INTEGER);
  return { startedAt: before, isResumed, holder };
}

/** Everything was checked. */
export function endFullRefresh(leases: LeaseStore, { holder }: FullRefresh): Promise<void> {
  return leases.release(markName, holder);
}

function isRecent(startedAt: number, nowMs: number): boolean {
  return startedAt <= nowMs && nowMs - startedAt <= resumedWithinMs;
}
