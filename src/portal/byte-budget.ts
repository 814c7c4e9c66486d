/**
 * How much opened mail the process holds in memory at once, over all requests. A download that a
 * slow phone reads keeps its share until the last byte is gone.
 */
export class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** A share to be disposed of, once or more; undefined when it is not to be had now. */
  reserve(bytes: number): Disposable | undefined {
    if (bytes > this.#left) return undefined;
    this.#left -= bytes;
    let held = bytes;
    return {
      [Symbol.dispose]: () => {
        this.#left += held;
        held = 0;
      },
    };
  }
}
