/**
 * One piece of work that several askers wait for. Each has a signal of its own: who leaves leaves
 * alone, and with the last one the work is told to end. What comes of the work, an error too,
 * reaches everybody who still waits.
 */
import { MxsealError } from "../base/errors.ts";

export class SharedWork<T> {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly #controller = new AbortController();
  readonly #outcome: Promise<T>;
  #waiting = 0;

  /** `work` begins at once; its signal is aborted when nobody waits any more. */
  constructor(startedAt: number, work: (signal: AbortSignal) => Promise<T>) {
    this.startedAt = startedAt;
    this.#outcome = work(this.#controller.signal);
    this.#outcome.catch((error: unknown) => {
      // Whoever waits is told. With nobody left the end of the work is no news, a bug still is.
      const isExpected = error instanceof MxsealError || error === this.#controller.signal.reason;
      if (this.#waiting === 0 && !isExpected) throw error;
    });
  }

  /** Nobody waits any more and the work is ending: too late to join. */
  get isAbandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Rejects with the signal's reason when the asker leaves first. */
  async join(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    this.#waiting += 1;
    const gone = Promise.withResolvers<never>();
    const onAbort = (): void => gone.reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([this.#outcome, gone.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#controller.abort();
    }
  }
}
