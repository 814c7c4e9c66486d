/** How long to wait before a process that ended is started again. */
export interface RestartPauseLimits {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Having run this long, a process is taken for healthy, and its next end for a first one. */
  readonly healthyMs: number;
}

export class RestartPause {
  readonly #limits: RestartPauseLimits;
  #nextMs: number;

  constructor(limits: RestartPauseLimits) {
    this.#limits = limits;
    this.#nextMs = limits.firstMs;
  }

  /** The pause after a process that ran for `ranMs`; doubles until one was healthy. */
  after(ranMs: number): number {
    const { firstMs, longestMs, healthyMs } = this.#limits;
    const pauseMs = ranMs >= healthyMs ? firstMs : this.#nextMs;
    this.#nextMs = Math.min(longestMs, pauseMs * 2);
    return pauseMs;
  }
}
