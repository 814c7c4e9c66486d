/**
 * Keeps one fault from filling the log: the same key passes once per interval. The number of keys
 * is bounded; when it is reached all are forgotten, so that a flood of keys costs lines, never
 * memory.
 */
import type { Clock } from "./clock.ts";

export class LogLimit {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #maxKeys: number;
  readonly #passedAt = new Map<string, number>();

  constructor(clock: Clock, intervalMs: number, maxKeys = 1000) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#maxKeys = maxKeys;
  }

  /** True when a line about `key` may be written now; it then counts as written. */
  passes(key: string): boolean {
    const now = this.#clock.now();
    const last = this.#passedAt.get(key);
    if (last !== undefined && now - last < this.#intervalMs) return false;
    if (this.#passedAt.size >= this.#maxKeys) this.#passedAt.clear();
    this.#passedAt.set(key, now);
    return true;
  }
}
