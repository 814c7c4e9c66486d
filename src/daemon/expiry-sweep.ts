/**
 * Deletes what has expired: all of it, a little at a time with pauses between, so that neither this
 * process nor the others, which want the store as well, wait behind thousands of messages.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import { ClockGuard } from "./clock-guard.ts";

export interface ExpirySweepParts {
  readonly store: { readonly sealed: Pick<SealedStore, "sweep" | "sweepMark" | "noteDoubt"> };
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const messagesPerStep = 20;
/** Longer than another process pauses before it asks for the lock again. */
const pauseMs = 25;

/** One call, every minute or so, does all there is to do by then. */
export function expirySweep(parts: ExpirySweepParts): () => Promise<void> {
  const { clock, log } = parts;
  const limit = new LogLimit(clock, 10 * 60_000);
  const guard = new ClockGuard(clock);
  let isFirst = true;
  return async () => {
    let count = 0;
    try {
      if (isFirst) await recallDoubt(parts, guard);
      isFirst = false;
      for await (const some of steps(parts, guard, limit)) count += some;
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      if (limit.passes(error.code)) log.warn({ error }, "expired messages could not be deleted");
    }
    if (count > 0) log.info({ count }, "expired messages and old traces deleted");
  };
}

async function recallDoubt({ store, clock }: ExpirySweepParts, guard: ClockGuard): Promise<void> {
  const mark = await store.sealed.sweepMark();
  if (mark !== undefined && guard.recall(mark)) await store.sealed.noteDoubt(clock.now());
}

async function* steps(
  { store, clock, log, signal }: ExpirySweepParts,
  guard: ClockGuard,
  limit: LogLimit,
): AsyncGenerator<number> {
  while (!signal.aborted) {
    if (!guard.isTrusted()) {
      const text =
        "the clock jumped ahead, or mxseal was off for long: nothing is deleted for a day; see that the clock is right";
      if (limit.passes("clock")) log.error({}, text);
      return;
    }
    const count = await store.sealed.sweep(clock.now(), messagesPerStep);
    if (count === 0) return;
    yield count;
    await delay(pauseMs);
  }
}
