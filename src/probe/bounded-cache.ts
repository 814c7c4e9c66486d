/**
 * What was found out lately, by key: kept for a time, at most so many entries and so much weight
 * altogether; what was not used longest goes first.
 */
import type { Clock } from "../base/clock.ts";

export interface CacheLimits<V> {
  readonly clock: Clock;
  readonly keptMs: number;
  readonly maxEntries: number;
  readonly maxWeight: number;
  /** In the unit of `maxWeight`; asked once per value. */
  readonly weigh: (value: V) => number;
}

interface Entry<V> {
  readonly value: V;
  readonly takenAt: number;
  readonly weight: number;
}

export class BoundedCache<V> {
  readonly #limits: CacheLimits<V>;
  /** In the order of use, the last one at the end. */
  readonly #entries = new Map<string, Entry<V>>();
  #weight = 0;

  constructor(limits: CacheLimits<V>) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  get weight(): number {
    return this.#weight;
  }

  /** Nothing that was taken before `notBefore` (epoch milliseconds). */
  get(key: string, notBefore = 0): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const age = this.#limits.clock.now() - entry.takenAt;
    // A negative age is a clock that was set back: how old the entry is nobody knows.
    if (age < 0 || age >= this.#limits.keptMs) {
      this.#drop(key, entry);
      return undefined;
    }
    if (entry.takenAt < notBefore) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Neither kept: what is older than what is known, and what alone outweighs the cache. */
  set(key: string, value: V, takenAt: number): void {
    const old = this.#entries.get(key);
    if (old !== undefined && old.takenAt > takenAt) return;
    if (old !== undefined) this.#drop(key, old);
    const weight = this.#limits.weigh(value);
    if (weight > this.#limits.maxWeight) return;
    this.#entries.set(key, { value, takenAt, weight });
    this.#weight += weight;
    this.#trim();
  }

  #trim(): void {
    const { maxEntries, maxWeight } = this.#limits;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= maxEntries && this.#weight <= maxWeight) return;
      this.#drop(key, entry);
    }
  }

  #drop(key: string, entry: Entry<V>): void {
    this.#entries.delete(key);
    this.#weight -= entry.weight;
  }
}
