/**
 * Probes again what is due, everything, or what is named. A few at a time; a domain that cannot be
 * told is no reason to stop, a fault of this machine is: every further probe would meet it too.
 * What another process has renewed meanwhile is left alone.
 */
import type { Clock } from "../base/clock.ts";
import type { Verdict } from "../base/verdict.ts";
import type { VerdictStore, VerdictTurn } from "../store/verdict-store.ts";
import type { Prober } from "./prober.ts";
import { type RefreshItem, RefreshList, type RefreshScope } from "./refresh-list.ts";
import { wasInconclusive } from "./supersede.ts";
import { turnOf } from "./verdict-turn.ts";

export interface RefreshOptions {
  readonly verdicts: VerdictStore;
  readonly prober: Prober;
  readonly clock: Clock;
  readonly scope: RefreshScope;
  /** Domains under way at a time. */
  readonly concurrency: number;
  /** No further domain is begun when it is given; what is under way has `graceMs` to end. */
  readonly signal?: AbortSignal;
  readonly graceMs?: number;
  /** No further domain is begun from then on; what is under way ends in its own time. */
  readonly beginUntil?: number;
  /** Called once, before the first domain. */
  readonly onListed?: (total: number) => void;
  /** Called for each domain as it is done; what it returns is waited for. */
  readonly onChecked?: (progress: RefreshProgress) => void | Promise<void>;
}

export interface RefreshProgress {
  /** In force after the check. */
  readonly verdict: Verdict;
  readonly before: Verdict | undefined;
  /** What the check changed for the domain. */
  readonly turn: VerdictTurn | undefined;
  /** The check could not tell; `verdict` may be an older one that still holds. */
  readonly inconclusive: boolean;
  /** Checked or found renewed. */
  readonly done: number;
  readonly total: number;
}

export interface RefreshSummary {
  /** When the run began. */
  readonly total: number;
  readonly checked: number;
  readonly inconclusive: number;
  /** Another process had renewed them when their turn came. */
  readonly renewed: number;
}

const usualGraceMs = 5_000;

/** Rejects with the first `MxsealError` of the store or the prober, after what is under way. */
export async function refresh(options: RefreshOptions): Promise<RefreshSummary> {
  const list = new RefreshList(options.verdicts, options.scope, options.clock.now());
  const total = await list.count();
  options.onListed?.(total);
  return new Run(options, total).go(list.items());
}

class Run {
  readonly #options: RefreshOptions;
  readonly #total: number;
  #checked = 0;
  #inconclusive = 0;
  #renewed = 0;
  #faulty = false;

  constructor(options: RefreshOptions, total: number) {
    this.#options = options;
    this.#total = total;
  }

  async go(items: AsyncGenerator<RefreshItem, undefined>): Promise<RefreshSummary> {
    const { concurrency, signal, graceMs = usualGraceMs } = this.#options;
    using grace = patience(signal, graceMs);
    const work = (): Promise<void> =>
      this.#workThrough(items, grace.end).catch((error: unknown) => {
        this.#faulty = true;
        throw error;
      });
    const ends = await Promise.allSettled(Array.from({ length: concurrency }, work));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return {
      total: this.#total,
      checked: this.#checked,
      inconclusive: this.#inconclusive,
      renewed: this.#renewed,
    };
  }

  async #workThrough(
    items: AsyncGenerator<RefreshItem, undefined>,
    endOfGrace: Promise<void>,
  ): Promise<void> {
    while (!this.#isOver()) {
      const { value: item } = await items.next();
      if (item === undefined || this.#isOver()) return;
      // The loser's rejection is heard by the race.
      await Promise.race([this.#check(item), endOfGrace]);
    }
  }

  #isOver(): boolean {
    const { signal, beginUntil, clock } = this.#options;
    if (this.#faulty || signal?.aborted === true) return true;
    return beginUntil !== undefined && clock.now() >= beginUntil;
  }

  async #check({ domain, isSettled }: RefreshItem): Promise<void> {
    const { verdicts, prober, scope, onChecked } = this.#options;
    const before = await verdicts.find(domain);
    if (isSettled(before)) {
      this.#renewed += 1;
      return;
    }
    if (this.#isOver()) return;
    const verdict = await prober.probe(domain, { fresh: scope.kind === "domains" });
    const inconclusive = wasInconclusive(verdict);
    this.#checked += 1;
    if (inconclusive) this.#inconclusive += 1;
    const done = this.#checked + this.#renewed;
    const turn = turnOf(before, verdict);
    await onChecked?.({ verdict, before, turn, inconclusive, done, total: this.#total });
  }
}

/** `end` resolves `delayMs` after the signal is given; never where there is none. */
function patience(signal: AbortSignal | undefined, delayMs: number) {
  const { promise: end, resolve } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(resolve, delayMs);
  };
  if (signal?.aborted === true) begin();
  else signal?.addEventListener("abort", begin, { once: true });
  const stop = (): void => {
    signal?.removeEventListener("abort", begin);
    clearTimeout(timer);
  };
  return { end, [Symbol.dispose]: stop };
}
