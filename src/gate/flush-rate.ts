/** How many flushes may go to Postfix: so many per second, never saved up beyond one second. */
export class FlushRate {
  readonly #perSecond: number;
  #credit: number;
  #earnedAt: number | undefined;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#credit = perSecond;
  }

  /** Of `wanted` flushes, how many may go now; they count as gone. */
  spend(wanted: number, nowMs: number): number {
    // A clock set back earns nothing and takes nothing.
    const elapsedMs = Math.max(0, nowMs - (this.#earnedAt ?? nowMs));
    this.#earnedAt = nowMs;
    const earned = (elapsedMs * this.#perSecond) / 1000;
    this.#credit = Math.min(this.#perSecond, this.#credit + earned);
    const spent = Math.min(wanted, Math.floor(this.#credit));
    this.#credit -= spent;
    return spent;
  }
}
