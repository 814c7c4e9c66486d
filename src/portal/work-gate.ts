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

  /** Resolves with a pass to be disposed of after the work; undefined when there is no room. */
  async enter(): Promise<Disposable | undefined> {
    if (this.#running < this.#limits.running) this.#running += 1;
    else if (this.#waiting.length >= this.#limits.waiting) return undefined;
    else if (!(await this.#turn())) return undefined;
    return { [Symbol.dispose]: () => this.#leave() };
  }

  /** True when a running piece handed its place over, false when it took too long. */
  #turn(): Promise<boolean> {
    return new Promise((resolve) => {
      const called = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(called), 1);
        resolve(false);
      }, this.#limits.waitMs);
      this.#waiting.push(called);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
