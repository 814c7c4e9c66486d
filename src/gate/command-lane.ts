/** Runs tasks one after the other, in order; refuses more than it can hold. */
import { MxsealError } from "../base/errors.ts";

export class CommandLane {
  readonly #maxWaiting: number;
  readonly #refusal: (waiting: number) => MxsealError;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** `refusal`: what a task hears for which there is no place. */
  constructor(maxWaiting: number, refusal: (waiting: number) => MxsealError = tooManyCommands) {
    this.#maxWaiting = maxWaiting;
    this.#refusal = refusal;
  }

  /** Rejects with the refusal when too many wait, else as the task does. */
  run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#maxWaiting) {
      return Promise.reject(this.#refusal(this.#waiting));
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

function tooManyCommands(waiting: number): MxsealError {
  const text = `${waiting} Postfix commands wait already`;
  return new MxsealError("MXSEAL_POSTFIX_COMMAND_FAILED", text);
}
