/**
 * How long RCPT may wait for a first probe. The wait is a courtesy that saves a detour, so it is
 * small for each transaction and granted to few at a time.
 */
import type { Clock } from "../base/clock.ts";
import { RecentMap } from "./recent-map.ts";

const maxWaits = 10;
const transactionCapacity = 5000;

export class WaitBudget {
  readonly #perTransactionMs: number;
  readonly #clock: Clock;
  /** What is left, by instance; only of transactions that waited. */
  readonly #leftMs = new RecentMap<string, number>(transactionCapacity);
  #waits = 0;

  constructor(perTransactionMs: number, clock: Clock) {
    this.#perTransactionMs = perTransactionMs;
    this.#clock = clock;
  }

  /** How many ms a recipient of the transaction may wait, 0: not at all. */
  grant(instance: string): number {
    return this.#waits < maxWaits ? this.#leftOf(instance) : 0;
  }

  /** Resolves when `event` settles, either way, or the granted time is over. */
  async spend(instance: string, grantedMs: number, event: Promise<unknown>): Promise<void> {
    const startedAt = this.#clock.now();
    this.#waits += 1;
    const over = Promise.withResolvers<unknown>();
    const timer = setTimeout(over.resolve, grantedMs);
    event.then(over.resolve, over.resolve);
    await over.promise;
    clearTimeout(timer);
    this.#waits -= 1;
    const spentMs = this.#clock.now() - startedAt;
    this.#leftMs.set(instance, Math.max(0, this.#leftOf(instance) - spentMs));
  }

  #leftOf(instance: string): number {
    return this.#leftMs.get(instance) ?? this.#perTransactionMs;
  }
}
