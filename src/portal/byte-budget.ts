/**
 * How much opened mail the process holds in memory at once, over all requests. A download that a
 * slow phone reads keeps its share until the last byte is gone; so that nobody who may open one
 * message can hold everything by reading it slowly many times, each message has its part only.
 */
export class ByteBudget {
  readonly #perHolder: number;
  readonly #held = new Map<string, number>();
  #left: number;

  constructor(bytes: number, perHolder: number = bytes) {
    this.#left = bytes;
    this.#perHolder = perHolder;
  }

  /** A share to be disposed of, once or more; undefined when it is not to be had now. */
  reserve(bytes: number, holder = ""): Disposable | undefined {
    if (bytes > this.#left || bytes > this.#perHolder - this.#heldBy(holder)) return undefined;
    this.#take(bytes, holder);
    let held = bytes;
    return {
      [Symbol.dispose]: () => {
        this.#take(-held, holder);
        held = 0;
      },
    };
  }

  #heldBy(holder: string): number {
    return this.#held.get(holder) ?? 0;
  }

  #take(bytes: number, holder: string): void {
    this.#left -= bytes;
    const held = this.#heldBy(holder) + bytes;
    if (held === 0) this.#held.delete(holder);
    else this.#held.set(holder, held);
  }
}
