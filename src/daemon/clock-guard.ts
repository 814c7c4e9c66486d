/**
 * Whether the wall clock may be trusted to delete by. A clock that jumps ahead, by a wrong time
 * server or a hand's slip, would make every sealed message look expired; for a day after such a
 * jump nothing is deleted, which is time to put the clock right. A process that finds the last
 * deletion more than a day ago cannot tell a jump from a machine that was off, and waits as well.
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

  /** When the clock was trusted last, by an earlier process. */
  rememberTrusted(trustedAt: number): void {
    const awayMs = this.#clock.now() - trustedAt;
    if (awayMs > doubtMs) this.#doubtUntil = this.#steadyNow() + doubtMs;
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
