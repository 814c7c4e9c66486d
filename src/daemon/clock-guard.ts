/**
 * Whether the wall clock may be trusted to delete by. A clock that jumps ahead, by a wrong time
 * server or a hand's slip, would make every sealed message look expired; for a day after such a
 * jump nothing is deleted, which is time to put the clock right.
 */
import type { Clock } from "../base/clock.ts";

const toleranceMs = 60 * 60_000;
const doubtMs = 24 * 60 * 60_000;

export class ClockGuard {
  readonly #clock: Clock;
  readonly #steadyNow: () => number;
  #wallAt: number;
  #steadyAt: number;
  #doubtUntil = Number.NEGATIVE_INFINITY;

  /** `steadyNow`: milliseconds of a clock that nobody sets. */
  constructor(clock: Clock, steadyNow: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#steadyNow = steadyNow;
    this.#wallAt = clock.now();
    this.#steadyAt = steadyNow();
  }

  /** To be asked every few minutes: a jump is what happened between two questions. */
  isTrusted(): boolean {
    const wallAt = this.#clock.now();
    const steadyAt = this.#steadyNow();
    const aheadMs = wallAt - this.#wallAt - (steadyAt - this.#steadyAt);
    this.#wallAt = wallAt;
    this.#steadyAt = steadyAt;
    if (aheadMs > toleranceMs) this.#doubtUntil = steadyAt + doubtMs;
    return steadyAt >= this.#doubtUntil;
  }
}
