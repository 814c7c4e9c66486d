/**
 * A work gate for each key: who asks for one thing many times at once waits for nobody but oneself,
 * and takes one place where all others wait. In memory are the gates where somebody is.
 */
import { WorkGate, type WorkGateLimits } from "./work-gate.ts";

interface Place {
  readonly gate: WorkGate;
  /** Who works, or waits. */
  users: number;
}

export class KeyedGate {
  readonly #limits: WorkGateLimits;
  readonly #places = new Map<string, Place>();

  /** `limits`: of each key. */
  constructor(limits: WorkGateLimits) {
    this.#limits = limits;
  }

  /** How many keys are known at this moment. */
  get size(): number {
    return this.#places.size;
  }

  /** As `WorkGate.enter`. */
  async enter(key: string, signal: AbortSignal): Promise<Disposable | undefined> {
    const place = this.#places.get(key) ?? { gate: new WorkGate(this.#limits), users: 0 };
    this.#places.set(key, place);
    place.users += 1;
    const pass = await place.gate.enter(signal);
    if (pass === undefined) {
      this.#leave(key, place);
      return undefined;
    }
    return {
      [Symbol.dispose]: () => {
        pass[Symbol.dispose]();
        this.#leave(key, place);
      },
    };
  }

  #leave(key: string, place: Place): void {
    place.users -= 1;
    if (place.users === 0) this.#places.delete(key);
  }
}
