/**
 * Lets a bounded number of expensive pieces of work run at once and a bounded number wait for a
 * bounded time; whoever comes beyond that is told at once, which is kinder than a server that
 * slows to a halt. A key derivation takes 64 MiB, so this is what keeps memory bounded.
 */
export interface WorkGateLimits {
  readonly running: number;
  readonly waiting: number;
  readonly waitMs: number;
}

export class WorkGate {
  readonly #limits: WorkGateLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: WorkGateLimits) {
    this.#limits = limits;
  }

  /**
   * Resolves with a pass to be disposed of after the work; undefined when there is no room, or when
   * `signal` says that nobody wants the work done any more.
   */
  async enter(signal?: AbortSignal): Promise<Disposable | undefined> {
    if (signal?.aborted === true) return undefined;
    if (this.#running < this.#limits.running) this.#running += 1;
    else if (this.#waiting.length >= this.#limits.waiting) return undefined;
    else if (!(await this.#turn(signal))) return undefined;
    return { [Symbol.dispose]: () => this.#leave() };
  }

  /** True when a running piece handed its place over, false when it took too long or was given up. */
  #turn(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (hasTurn: boolean): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", giveUp);
        resolve(hasTurn);
      };
      const called = (): void => settle(true);
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(called), 1);
        settle(false);
      };
      const timer = setTimeout(giveUp, this.#limits.waitMs);
      signal?.addEventListener("abort", giveUp);
      this.#waiting.push(called);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
