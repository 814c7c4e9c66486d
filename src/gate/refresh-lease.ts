/**
 * One refresh at a time on a store: the lease is short and renewed while its holder lives, so that
 * the next one can go on soon after a holder was killed.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Lease, LeaseOutcome, LeaseStore } from "../store/lease-store.ts";

export interface RefreshLeaseTerms {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  /** For people: which command, which process. */
  readonly note: string;
  readonly pause?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

export const refreshLeaseMs = 15_000;
const leaseName = "refresh";
const renewEveryMs = 4_000;

/** A lease that renews itself until it is disposed of. */
export class RefreshLease implements AsyncDisposable {
  readonly #terms: RefreshLeaseTerms;
  readonly #lost = new AbortController();
  readonly #done = new AbortController();
  readonly #renewing: Promise<void>;
  #lease: Lease;
  #fault: MxsealError | undefined;

  /** `lease` is taken. */
  constructor(terms: RefreshLeaseTerms, lease: Lease) {
    this.#terms = terms;
    this.#lease = lease;
    this.#renewing = this.#keepRenewed();
  }

  /** Given when the lease is held no more: another process may be at work. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The store's, when the lease was lost by it. */
  get fault(): MxsealError | undefined {
    return this.#fault;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#done.abort();
    await this.#renewing;
    if (this.#lost.signal.aborted) return;
    await this.#terms.leases.release(this.#lease.name, this.#lease.holder);
  }

  async #keepRenewed(): Promise<void> {
    const pause = this.#terms.pause ?? pauseUntilAborted;
    while (!this.#lost.signal.aborted) {
      await pause(renewEveryMs, this.#done.signal);
      if (this.#done.signal.aborted) return;
      await this.#renew();
    }
  }

  async #renew(): Promise<void> {
    const { leases, clock } = this.#terms;
    const { name, holder, until } = this.#lease;
    const next = clock.now() + refreshLeaseMs;
    try {
      if (await leases.renew(name, holder, next)) this.#lease = { ...this.#lease, until: next };
      else this.#lost.abort();
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      // The store may work again before the lease runs out.
      if (clock.now() < until) return;
      this.#fault = error;
      this.#lost.abort();
    }
  }
}

/** The lease, or that of the process which has it. */
export async function takeRefreshLease(terms: RefreshLeaseTerms): Promise<RefreshLease | Lease> {
  const outcome = await take(terms, terms.clock.now());
  return outcome.kind === "held" ? outcome.by : outcome.lease;
}

export interface RefreshLeaseWait {
  /** Called once, when the lease is not free at once. */
  readonly onWait: (by: Lease) => void;
  readonly signal: AbortSignal;
}

const upkeepPrefix = "mxseal serve";

/** The note of the upkeep within `serve`, which holds the lease for a short time only. */
export function upkeepNote(processId: number): string {
  return `${upkeepPrefix}, process ${processId}`;
}

export function isUpkeep({ note }: Lease): boolean {
  return note.startsWith(upkeepPrefix);
}

const lookEveryMs = 500;
const longestWaitMs = 3 * 60_000;

/**
 * Waits while the holder may be dead, which shows when its lease runs out, and for one that is
 * soon done, but three minutes at most. Resolves to the lease of a holder that lives.
 */
export async function awaitRefreshLease(
  terms: RefreshLeaseTerms,
  wait: RefreshLeaseWait,
): Promise<RefreshLease | Lease> {
  const { clock, pause = pauseUntilAborted } = terms;
  let seen: Lease | undefined;
  let unrenewedMs = 0;
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    // A clock that was set back leaves a dead holder's lease in the future: patience decides then.
    const ranOutAt = unrenewedMs >= refreshLeaseMs ? (seen?.until ?? 0) : 0;
    const outcome = await take(terms, Math.max(clock.now(), ranOutAt));
    if (outcome.kind === "taken") return outcome.lease;
    const { by } = outcome;
    const isRenewed = seen !== undefined && (by.holder !== seen.holder || by.until !== seen.until);
    if (isRenewed && !isUpkeep(by)) return by;
    if (wait.signal.aborted || waitedMs >= longestWaitMs) return by;
    if (seen === undefined) wait.onWait(by);
    unrenewedMs = isRenewed ? 0 : unrenewedMs + lookEveryMs;
    seen = by;
    await pause(lookEveryMs, wait.signal);
  }
}

type Taking =
  | { readonly kind: "taken"; readonly lease: RefreshLease }
  | Extract<LeaseOutcome, { kind: "held" }>;

async function take(terms: RefreshLeaseTerms, asOf: number): Promise<Taking> {
  const startedAt = terms.clock.now();
  const lease: Lease = {
    name: leaseName,
    holder: randomUUID(),
    note: terms.note,
    startedAt,
    until: startedAt + refreshLeaseMs,
  };
  const outcome = await terms.leases.take(lease, asOf);
  return outcome.kind === "held"
    ? outcome
    : { kind: "taken", lease: new RefreshLease(terms, lease) };
}

async function pauseUntilAborted(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
