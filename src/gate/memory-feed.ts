/**
 * Keeps the lookup memory equal to the store: everything at the start, then whatever the change
 * marks say is new, four times a second. While the store is in trouble the last answers stay, one
 * line in the log says what to mend and one when it works again.
 */
import { setTimeout as sleep, setImmediate as yieldToOthers } from "node:timers/promises";
import type { Domain } from "../base/domain.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { ChangeMarks, Store } from "../store/store.ts";
import type { VerdictChange } from "../store/verdict-store.ts";
import type { DecisionMemory } from "./decision-memory.ts";

/** Told after the memory has it. */
export type MemoryChange =
  | { readonly kind: "verdicts"; readonly domains: readonly Domain[] }
  | { readonly kind: "rules" };

export interface MemoryFeedOptions {
  readonly store: Pick<Store, "marks" | "verdicts" | "rules">;
  readonly memory: DecisionMemory;
  readonly log: Log;
  /** Not called for what the first poll loads. */
  readonly onChange?: (change: MemoryChange) => void;
  readonly intervalMs?: number;
  readonly pause?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

const usualIntervalMs = 250;
const changesPerPage = 100;
/** Read at a time while lookups are answered: for about as long as a few of them take. */
const changesPerTurn = 25;

export class MemoryFeed {
  readonly #options: MemoryFeedOptions;
  #verdictMark = 0;
  /** Undefined until the rules were read once. */
  #ruleMark: number | undefined;
  #loaded = false;
  #troubled = false;
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(options: MemoryFeedOptions) {
    this.#options = options;
  }

  /** Polls until the signal is given. A trouble of the store is logged, never thrown. */
  async run(signal: AbortSignal): Promise<void> {
    const pause = this.#options.pause ?? pauseUntilAborted;
    while (!signal.aborted) {
      await this.poll();
      await pause(this.#options.intervalMs ?? usualIntervalMs, signal);
    }
  }

  /** Brings the memory up to date; calls during one that works share the next. */
  poll(): Promise<void> {
    this.#next ??= this.#last.then(() => {
      this.#next = undefined;
      this.#last = this.#pollOnce();
      return this.#last;
    });
    return this.#next;
  }

  async #pollOnce(): Promise<void> {
    try {
      const marks = await this.#options.store.marks();
      await this.#readRules(marks);
      await this.#readVerdicts(marks);
      this.#loaded = true;
      this.#noteTrouble(undefined);
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      this.#noteTrouble(error);
    }
  }

  async #readRules({ rules: mark }: ChangeMarks): Promise<void> {
    if (mark === this.#ruleMark) return;
    this.#options.memory.replaceRules(await this.#options.store.rules.list());
    this.#ruleMark = mark;
    this.#tell({ kind: "rules" });
  }

  async #readVerdicts({ verdicts: mark }: ChangeMarks): Promise<void> {
    if (mark === this.#verdictMark) return;
    // A mark that went back belongs to another database, as after restoring a backup.
    if (mark < this.#verdictMark) return this.#reload();
    this.#verdictMark = await this.#readPages(this.#verdictMark, (page) => this.#apply(page));
  }

  async #reload(): Promise<void> {
    const present = new Set<Domain>();
    const mark = await this.#readPages(0, (page) => {
      for (const { domain, verdict } of page) if (verdict !== undefined) present.add(domain);
      this.#apply(page);
    });
    this.#options.memory.keepOnly(present);
    this.#verdictMark = mark;
  }

  /** Returns the mark of the last change. Interrupted, it begins again: reading twice is no harm. */
  async #readPages(
    after: number,
    apply: (page: readonly VerdictChange[]) => void,
  ): Promise<number> {
    const limit = this.#loaded ? changesPerTurn : changesPerPage;
    let mark = after;
    for (;;) {
      const page = await this.#options.store.verdicts.changesSince(mark, limit);
      apply(page);
      mark = page.at(-1)?.mark ?? mark;
      if (page.length < limit) return mark;
      // Lookups are answered between two pages.
      await yieldToOthers();
    }
  }

  #apply(changes: readonly VerdictChange[]): void {
    for (const { domain, verdict } of changes) {
      if (verdict === undefined) this.#options.memory.forget(domain);
      else this.#options.memory.publishVerdict(verdict);
    }
    if (changes.length === 0) return;
    this.#tell({ kind: "verdicts", domains: changes.map(({ domain }) => domain) });
  }

  #tell(change: MemoryChange): void {
    if (this.#loaded) this.#options.onChange?.(change);
  }

  #noteTrouble(error: MxsealError | undefined): void {
    const { log } = this.#options;
    if (error !== undefined && !this.#troubled) {
      log.error(
        { error, code: error.code },
        `${error.message}; last answers stay. ${error.advice}`,
      );
    }
    if (error === undefined && this.#troubled) log.info({}, "the store works again");
    this.#troubled = error !== undefined;
  }
}

async function pauseUntilAborted(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
