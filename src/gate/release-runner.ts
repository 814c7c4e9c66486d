/**
 * Drives the release queue: feeds it what the lookups were answered, what the milter holds and
 * what is decided by now, hands its flushes to Postfix, and compares it with Postfix's own queue
 * every few minutes. Runs in the process that answers the lookups, because a flush is of use only
 * after the decision has been published to their memory.
 *
 * Limits: a fault of the store or of Postfix is logged once in a while and tried again; mail then
 * waits for qmgr's own schedule. After a start every deferred file is tried once, because Postfix
 * may have found nobody at home before. What Postfix refuses at delivery although it counts as
 * proven is reported, to be probed again.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import type { Domain } from "../base/domain.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import type { Store } from "../store/store.ts";
import type { Decider } from "./decider.ts";
import { wayOf } from "./decision-way.ts";
import type { Postqueue } from "./postqueue.ts";
import type { WaitingRecipient } from "./release-entry.ts";
import { ReleaseListing } from "./release-listing.ts";
import { type Released, ReleaseQueue } from "./release-queue.ts";
import type { RouteObserver, TransactionMemory, Way } from "./transaction.ts";

export interface ReleaseRunnerParts {
  readonly decider: Decider;
  readonly transactions: TransactionMemory;
  readonly store: Pick<Store, "held" | "marks">;
  readonly postqueue: Postqueue;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: an empty one with the limits of `gate/release-entry.ts`. */
  readonly queue?: ReleaseQueue;
  /** Postfix refused at delivery what counts as proven; asked at each sweep while it lasts. */
  readonly onRefused?: (domain: Domain) => void;
  /** Resolves after so long, or early when stopped. Default: a timer. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const tickMs = 500;
const storePollMs = 1_000;
/** Decisions looked up per tick: a few milliseconds. */
const decisionsPerTick = 2_000;
const queueIdsPerRecipient = 20;
const heldRowsAtOnce = 5_000;
const firstSweepMs = 45_000;
/** By then Postfix has put down what it was holding in its hands. */
const settledMs = 2_000;
const sweepEveryMs = 5 * 60_000;
const listingPauseMs = 15_000;
/** A listing may take up to a tenth of the time. */
const listingPauseFactor = 10;
const entriesPerListing = 200_000;
const pauseAfterFaultMs = 10_000;
const heldMailAgeMs = 6 * 24 * 60 * 60_000;

export class ReleaseRunner implements RouteObserver {
  readonly #parts: ReleaseRunnerParts;
  readonly #queue: ReleaseQueue;
  readonly #limit: LogLimit;
  /** Released mail whose rows the store still holds. */
  readonly #rows: Released[] = [];
  #cursor: Iterator<WaitingRecipient> | undefined;
  #heldMark: number | undefined;
  #storePollAt: number;
  #flushAllPending = true;
  #pausedUntil: number;
  #sweepAt: number;
  #listAllowedAt: number;

  constructor(parts: ReleaseRunnerParts) {
    this.#parts = parts;
    this.#queue = parts.queue ?? new ReleaseQueue();
    this.#limit = new LogLimit(parts.clock, 60_000);
    const startedAt = parts.clock.now();
    this.#storePollAt = startedAt;
    this.#pausedUntil = startedAt;
    this.#sweepAt = startedAt + firstSweepMs;
    this.#listAllowedAt = startedAt + firstSweepMs;
  }

  /** Called on every lookup; costs a few microseconds and never waits. */
  answered(recipient: string, way: Way): void {
    const nowMs = this.#parts.clock.now();
    if (way === "retry") this.#noteRetry(recipient, nowMs);
    const released = this.#queue.answered(recipient, way, nowMs);
    if (released === undefined) return;
    this.#parts.log.info({ queueId: released.queueId, recipient, way }, "released");
    // The hold port may answer 451 again: then the milter has written the row anew.
    if (way !== "mxseal-hold") this.#keepRow(released);
  }

  /** A hint that saves up to a few seconds: the decision for this domain may have changed. */
  decided(domain: Domain): void {
    const nowMs = this.#parts.clock.now();
    for (const recipient of this.#queue.recipients()) {
      if (recipient.domain === domain) this.#decide(recipient, nowMs);
    }
  }

  /** Mail on its way to a domain that is proven no more is taken up now, not at the next sweep. */
  proofLost(): void {
    this.#sweepAt = Math.min(this.#sweepAt, this.#parts.clock.now() + settledMs);
  }

  /** Works until stopped. The listeners must be up, since Postfix is told to ask at once. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#repeat(() => this.tick(signal), signal),
      this.#repeat(() => this.sweep(signal), signal),
    ]);
  }

  /** One round: read the store, read decisions, flush what is due. */
  async tick(signal: AbortSignal): Promise<void> {
    await this.#pollStore();
    this.#pollDecisions();
    if (this.#parts.clock.now() >= this.#pausedUntil) await this.#flushDue(signal);
  }

  /** Compares with Postfix's queue when it is time. */
  async sweep(signal: AbortSignal): Promise<void> {
    const startedAt = this.#parts.clock.now();
    const wanted = startedAt >= this.#sweepAt || this.#queue.wantsListing(startedAt);
    if (!wanted || startedAt < this.#listAllowedAt) return;
    const listing = new ReleaseListing(this.#queue, (address) => this.#wayNow(address), startedAt);
    const complete = await this.#readListing(listing, signal);
    if (signal.aborted) return;
    for (const domain of listing.refused) this.#parts.onRefused?.(domain);
    for (const released of listing.end(complete)) this.#keepRow(released);
    const endedAt = this.#parts.clock.now();
    for (const released of this.#queue.expire(endedAt)) this.#keepRow(released);
    const pauseMs = Math.max(listingPauseMs, (endedAt - startedAt) * listingPauseFactor);
    this.#listAllowedAt = endedAt + pauseMs;
    this.#sweepAt = endedAt + Math.max(sweepEveryMs, pauseMs);
    await this.#forgetOldRows(endedAt);
  }

  #keepRow(released: Released): void {
    if (released.heldAs !== undefined) this.#rows.push(released);
  }

  #noteRetry(recipient: string, nowMs: number): void {
    const queueIds = this.#parts.transactions.queueIdsOf(recipient).slice(0, queueIdsPerRecipient);
    let noted = queueIds.length > 0 || this.#queue.waitingSomewhere(recipient, nowMs);
    for (const queueId of queueIds) {
      noted = this.#queue.waiting({ queueId, recipient, since: nowMs }) && noted;
    }
    if (!noted && this.#limit.passes("full")) {
      this.#parts.log.warn({}, "the release queue is full; further mail is released by sweeps");
    }
  }

  #wayNow(address: string): Way {
    return wayOf(this.#parts.decider.decide(address));
  }

  #decide(recipient: WaitingRecipient, nowMs: number): void {
    this.#queue.decided(recipient.address, this.#wayNow(recipient.address), nowMs);
  }

  /** A slice of all waiting recipients, going round. */
  #pollDecisions(): void {
    const nowMs = this.#parts.clock.now();
    this.#cursor ??= this.#queue.recipients();
    for (let count = 0; count < decisionsPerTick; count += 1) {
      const { done, value } = this.#cursor.next();
      if (done === true) {
        this.#cursor = undefined;
        return;
      }
      this.#decide(value, nowMs);
    }
  }

  async #pollStore(): Promise<void> {
    const nowMs = this.#parts.clock.now();
    if (nowMs < this.#storePollAt) return;
    this.#storePollAt = nowMs + storePollMs;
    try {
      await this.#removeRows();
      const { held } = await this.#parts.store.marks();
      if (held === this.#heldMark) return;
      for (const mail of await this.#parts.store.held.list(heldRowsAtOnce)) {
        const { queueId, recipient, heldAt } = mail;
        const since = Math.min(heldAt, nowMs);
        this.#queue.waiting({ queueId, recipient, since, heldAs: recipient });
      }
      this.#heldMark = held;
    } catch (error) {
      this.#storePollAt = nowMs + pauseAfterFaultMs;
      this.#report(error, "the store's list of held mail cannot be read; it will be tried again");
    }
  }

  async #removeRows(): Promise<void> {
    for (let row = this.#rows[0]; row !== undefined; row = this.#rows[0]) {
      await this.#parts.store.held.remove(row.queueId, row.heldAs ?? row.recipient);
      this.#rows.shift();
    }
  }

  async #forgetOldRows(nowMs: number): Promise<void> {
    try {
      await this.#parts.store.held.removeOlderThan(nowMs - heldMailAgeMs);
    } catch (error) {
      this.#report(error, "old rows of held mail cannot be removed; it will be tried again");
    }
  }

  async #flushDue(signal: AbortSignal): Promise<void> {
    if (this.#flushAllPending) await this.#flushAll(signal);
    else await this.#flushTaken(this.#queue.take(this.#parts.clock.now()), signal);
  }

  async #flushAll(signal: AbortSignal): Promise<void> {
    try {
      await this.#parts.postqueue.flushAll(signal);
      this.#flushAllPending = false;
      this.#queue.flushedAll(this.#parts.clock.now());
      this.#parts.log.info({}, "asked Postfix to try all deferred mail");
    } catch (error) {
      this.#pauseAfter(error, signal);
    }
  }

  async #flushTaken(queueIds: readonly string[], signal: AbortSignal): Promise<void> {
    for (const [index, queueId] of queueIds.entries()) {
      try {
        await this.#parts.postqueue.flush(queueId, signal);
        this.#parts.log.info({ queueId }, "asked Postfix to try this file");
      } catch (error) {
        for (const undone of queueIds.slice(index)) this.#queue.flushFailed(undone);
        this.#pauseAfter(error, signal);
        return;
      }
    }
  }

  async #readListing(listing: ReleaseListing, signal: AbortSignal): Promise<boolean> {
    let left = entriesPerListing;
    try {
      for await (const entry of this.#parts.postqueue.list(signal)) {
        left -= 1;
        if (left < 0) return false;
        listing.see(entry, this.#parts.clock.now());
      }
      return true;
    } catch (error) {
      if (!signal.aborted) this.#report(error, "Postfix's queue could not be listed to its end");
      return false;
    }
  }

  #pauseAfter(error: unknown, signal: AbortSignal): void {
    this.#pausedUntil = this.#parts.clock.now() + pauseAfterFaultMs;
    if (!signal.aborted) this.#report(error, "Postfix cannot be told to try mail; it waits longer");
  }

  #report(error: unknown, text: string): void {
    if (!(error instanceof MxsealError)) throw error;
    if (this.#limit.passes(text)) this.#parts.log.warn({ error }, text);
  }

  async #repeat(round: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const wait = this.#parts.wait ?? waitFor;
    while (!signal.aborted) {
      await round();
      await wait(tickMs, signal);
    }
  }
}

/** Resolves early when stopped: the loop looks at the signal itself. */
async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
