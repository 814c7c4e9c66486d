/**
 * When to try again what failed: after half a minute, then ever later up to a longest pause. Kept
 * in memory and bounded; what is forgotten is tried at once.
 */
import type { Clock } from "../base/clock.ts";

const firstPauseMs = 30_000;
const maxEntries = 5_000;

interface Pause {
  readonly pauseMs: number;
  readonly untilAt: number;
  readonly weight: number;
}

export class RetryPlan {
  readonly #clock: Clock;
  readonly #longestPauseMs: number;
  readonly #pauses = new Map<string, Pause>();
  #weight = 0;

  constructor(clock: Clock, longestPauseMs: number) {
    this.#clock = clock;
    this.#longestPauseMs = longestPauseMs;
  }

  /** The sum of what `failed` was told for the keys that have failed lately. */
  get weight(): number {
    return this.#weight;
  }

  mayTry(key: string): boolean {
    const pause = this.#pauses.get(key);
    return pause === undefined || pause.untilAt <= this.#clock.now();
  }

  succeeded(key: string): void {
    this.#weight -= this.#pauses.get(key)?.weight ?? 0;
    this.#pauses.delete(key);
  }

  failed(key: string, weight: number): void {
    const lastMs = this.#pauses.get(key)?.pauseMs ?? firstPauseMs / 2;
    const pauseMs = Math.min(lastMs * 2, this.#longestPauseMs);
    this.succeeded(key);
    this.#pauses.set(key, { pauseMs, untilAt: this.#clock.now() + pauseMs, weight });
    this.#weight += weight;
    if (this.#pauses.size > maxEntries) this.#forgetOldest();
  }

  #forgetOldest(): void {
    for (const key of this.#pauses.keys()) {
      this.succeeded(key);
      return;
    }
  }
}
