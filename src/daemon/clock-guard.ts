/**
 * Whether the wall clock may be trusted to delete by. A clock that jumps ahead, by a wrong time
 * server or a hand's slip, would make every sealed message look expired; for a day after such a
 * jump nothing is deleted, which is time to put the clock right. A process that finds the last
 * deletion more than a day ago cannot tell a jump from a machine that was off, and waits as well.
 */
import type { Clock } from "../base/clock.ts";
import type { SweepMark } from "../store/sealed-store.ts";

const toleranceMs = 60 * 60_000;
const doubtMs = 24 * 60 * 60_000;
/** What seems to have lasted longer is another jump. */
const longestDoubtMs = 7 * doubtMs;

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

  /**
   * What earlier processes left. Answers whether a doubt begins that none of them had: the day counts
   * over starts, or a machine that is off at night would never delete.
   */
  recall({ sweptAt, doubtedAt }: SweepMark): boolean {
    const now = this.#clock.now();
    if (now - sweptAt <= doubtMs) return false;
    const doubtedForMs = doubtedAt === null ? -1 : now - doubtedAt;
    const isKnown = doubtedForMs >= 0 && doubtedForMs <= longestDoubtMs;
    const leftMs = isKnown ? doubtMs - doubtedForMs : doubtMs;
    this.#doubtUntil = this.#steadyNow() + leftMs;
    return !isKnown;
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
