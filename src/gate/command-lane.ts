/** Runs tasks one after the other, in order; refuses more than it can hold. */
import { MxsealError } from "../base/errors.ts";

export class CommandLane {
  readonly #maxWaiting: number;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** Rejects with MXSEAL_POSTFIX_COMMAND_FAILED when too many wait, else as the task does. */
  run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#maxWaiting) {
      const text = `${this.#waiting} Postfix commands wait already`;
      return Promise.reject(new MxsealError("MXSEAL_POSTFIX_COMMAND_FAILED", text));
    }
    this.#waiting += 1;
    const result = this.#tail.then(task);
    this.#tail = result.then(
      () => this.#leave(),
      () => this.#leave(),
    );
    return result;
  }

  #leave(): void {
    this.#waiting -= 1;
  }
}
