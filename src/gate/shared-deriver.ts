/**
 * One key deriver for all messages that are looked through at the same time. Each derivation takes
 * 64 MiB, and whoever may send mail may send a hundred messages full of what looks like codes: they
 * wait for each other, one derivation of each in turn. The deriver lives while somebody needs it.
 */
import type { CodeKeyInput } from "../seal/code-key.ts";

/** Derives outside this process, which has no 64 MiB to spare; one call at a time. */
export interface KeyDeriver extends AsyncDisposable {
  derive(input: CodeKeyInput): Promise<Buffer>;
}

export class SharedDeriver {
  readonly #start: () => KeyDeriver;
  #deriver: KeyDeriver | undefined;
  #users = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(start: () => KeyDeriver) {
    this.#start = start;
  }

  /** To be disposed of after its last call has been answered. */
  join(): KeyDeriver {
    this.#users += 1;
    return {
      derive: (input) => this.#inTurn(input),
      [Symbol.asyncDispose]: () => this.#leave(),
    };
  }

  #inTurn(input: CodeKeyInput): Promise<Buffer> {
    const derived = this.#last.then(() => {
      this.#deriver ??= this.#start();
      return this.#deriver.derive(input);
    });
    // Who asked hears of a rejection; it is not for who comes next.
    this.#last = derived.catch(() => undefined);
    return derived;
  }

  async #leave(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    const deriver = this.#deriver;
    this.#deriver = undefined;
    await deriver?.[Symbol.asyncDispose]();
  }
}
