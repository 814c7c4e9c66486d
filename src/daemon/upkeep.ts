/**
 * What the lookup role does every minute: it notes which domains mail was routed to and probes
 * again what is due of them, so that verdicts in use do not run out. While another process
 * refreshes there is nothing to do, and nobody has to wait long for this one.
 */
import { systemClock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import type { Prober } from "../gate/prober.ts";
import { refresh } from "../gate/refresh.ts";
import { RefreshLease, takeRefreshLease, upkeepNote } from "../gate/refresh-lease.ts";
import type { Usage } from "../gate/usage.ts";
import type { Store } from "../store/store.ts";

export interface UpkeepParts {
  readonly store: Store;
  readonly prober: Prober;
  readonly usage: Usage;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const usedWithinMs = 30 * 86_400_000;
/** Few, so that mail that waits for its first probe finds room beside them. */
const concurrency = 8;
const beginForMs = 30_000;

/** Trouble of the store or the resolver is logged and met again the next time. */
export function upkeep(parts: UpkeepParts): () => Promise<void> {
  const limit = new LogLimit(systemClock, 10 * 60_000);
  return async () => {
    try {
      await parts.usage.flush(parts.store.verdicts, systemClock.now());
      await renewWhatIsDue(parts);
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      if (limit.passes(error.code))
        parts.log.warn({ error }, "verdicts in use could not be renewed");
    }
  };
}

async function renewWhatIsDue({ store, prober, signal }: UpkeepParts): Promise<void> {
  const nowMs = systemClock.now();
  const due = await store.verdicts.countStale({ dueAt: nowMs, usedSince: nowMs - usedWithinMs });
  if (due === 0) return;
  const note = upkeepNote(process.pid);
  const taken = await takeRefreshLease({ leases: store.leases, clock: systemClock, note });
  if (!(taken instanceof RefreshLease)) return;
  await using lease = taken;
  await refresh({
    verdicts: store.verdicts,
    prober,
    clock: systemClock,
    scope: { kind: "due", usedWithinMs },
    concurrency,
    signal: AbortSignal.any([signal, lease.lost]),
    graceMs: 0,
    beginUntil: nowMs + beginForMs,
  });
}
