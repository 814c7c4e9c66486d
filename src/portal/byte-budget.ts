/**
 * How much opened mail the process holds in memory at once, over all requests. A download that a
 * slow phone reads keeps its share until the last byte is gone.
 */
export class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** undefined when the share is not to be had now. */
  reserve(bytes: number): Reservation | undefined {
    if (bytes > this.#left) return undefined;
    this.#left -= bytes;
    return new Reservation(bytes, (given) => {
      this.#left += given;
    });
  }
}

export class Reservation implements Disposable {
  readonly #giveBack: (bytes: number) => void;
  #held: number;

  constructor(bytes: number, giveBack: (bytes: number) => void) {
    this.#held = bytes;
    this.#giveBack = giveBack;
  }

  /** Gives back what is more than `bytes`. */
  shrinkTo(bytes: number): void {
    const surplus = Math.max(0, this.#held - bytes);
    this.#held -= surplus;
    this.#giveBack(surplus);
  }

  /** Harmless when called again. */
  [Symbol.dispose](): void {
    this.shrinkTo(0);
  }
}
