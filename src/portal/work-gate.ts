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

interface Waiter {
  readonly key: string;
  readonly call: () => void;
}

export class WorkGate {
  readonly #limits: WorkGateLimits;
  readonly #waiting: Waiter[] = [];
  /** By key. */
  readonly #running = new Map<string, number>();
  #runningInAll = 0;

  constructor(limits: WorkGateLimits) {
    this.#limits = limits;
  }

  /**
   * Resolves with a pass to be disposed of after the work; undefined when there is no room, or when
   * `signal` says that nobody wants the work done any more. `key`: for whom; a place that becomes
   * free goes to whom has fewest, and among those to who waits longest.
   */
  async enter(signal?: AbortSignal, key = ""): Promise<Disposable | undefined> {
    if (signal?.aborted === true) return undefined;
    if (this.#runningInAll < this.#limits.running) this.#take(key);
    else if (this.#waiting.length >= this.#limits.waiting) return undefined;
    else if (!(await this.#turn(signal, key))) return undefined;
    return { [Symbol.dispose]: () => this.#leave(key) };
  }

  /** True when a running piece handed its place over, false when it took too long or was given up. */
  #turn(signal: AbortSignal | undefined, key: string): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (hasTurn: boolean): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", giveUp);
        resolve(hasTurn);
      };
      const waiter: Waiter = { key, call: () => settle(true) };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        settle(false);
      };
      const timer = setTimeout(giveUp, this.#limits.waitMs);
      signal?.addEventListener("abort", giveUp);
      this.#waiting.push(waiter);
    });
  }

  #take(key: string): void {
    this.#runningInAll += 1;
    this.#running.set(key, this.#runningOf(key) + 1);
  }

  #leave(key: string): void {
    this.#runningInAll -= 1;
    const left = this.#runningOf(key) - 1;
    if (left > 0) this.#running.set(key, left);
    else this.#running.delete(key);
    const next = this.#next();
    if (next === undefined) return;
    this.#take(next.key);
    next.call();
  }

  #next(): Waiter | undefined {
    const fewest = Math.min(...this.#waiting.map((waiter) => this.#runningOf(waiter.key)));
    const index = this.#waiting.findIndex((waiter) => this.#runningOf(waiter.key) === fewest);
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  #runningOf(key: string): number {
    return this.#running.get(key) ?? 0;
  }
}
