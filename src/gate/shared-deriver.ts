/**
 * One key deriver for all messages that are looked through at the same time. Each derivation takes
 * 64 MiB, and whoever may send mail may send a hundred messages full of what looks like codes: they
 * wait for each other, one derivation of each in turn. The deriver lives while somebody needs it.
 */
import { MxsealError } from "../base/errors.ts";
import type { CodeKeyInput } from "../seal/code-key.ts";

/** Derives outside this process, which has no 64 MiB to spare; one call at a time. */
export interface KeyDeriver extends AsyncDisposable {
  /** Undefined once `signal` says that nobody waits. */
  derive(input: CodeKeyInput, signal: AbortSignal): Promise<Buffer | undefined>;
}

/** A hundred times what one takes; then it hangs, and the next one starts anew. */
const longestMs = 30_000;

export class SharedDeriver {
  readonly #start: () => KeyDeriver;
  #deriver: KeyDeriver | undefined;
  #users = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(start: () => KeyDeriver) {
    this.#start = start;
  }

  /**
   * To be disposed of after its last call has been answered. A call rejects with
   * MXSEAL_DERIVATION_LATE when the deriver hangs.
   */
  join(): KeyDeriver {
    this.#users += 1;
    return {
      derive: (input, signal) => this.#inTurn(input, signal),
      [Symbol.asyncDispose]: () => this.#leave(),
    };
  }

  #inTurn(input: CodeKeyInput, signal: AbortSignal): Promise<Buffer | undefined> {
    const derived = this.#last.then(() =>
      signal.aborted ? undefined : this.#derive(input, signal),
    );
    // Who asked hears of a rejection; it is not for who comes next.
    this.#last = derived.catch(() => undefined);
    return derived;
  }

  async #derive(input: CodeKeyInput, signal: AbortSignal): Promise<Buffer | undefined> {
    this.#deriver ??= this.#start();
    const late = Promise.withResolvers<"late">();
    const timer = setTimeout(() => late.resolve("late"), longestMs);
    try {
      const derived = await Promise.race([this.#deriver.derive(input, signal), late.promise]);
      if (derived !== "late") return derived;
    } finally {
      clearTimeout(timer);
    }
    await this.#stop();
    const text = `no key was derived within ${longestMs / 1000} s`;
    throw new MxsealError("MXSEAL_DERIVATION_LATE", text);
  }

  async #leave(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) await this.#stop();
  }

  async #stop(): Promise<void> {
    const deriver = this.#deriver;
    this.#deriver = undefined;
    await deriver?.[Symbol.asyncDispose]();
  }
}
