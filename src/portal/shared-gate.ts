/**
 * A gate that no client network fills alone: of its places, and of those who wait for one, each
 * network has so many and no more; and a place that becomes free goes to the network with fewest.
 */
import { WorkGate, type WorkGateLimits } from "./work-gate.ts";

export interface SharedGateLimits extends WorkGateLimits {
  readonly perNetwork: number;
}

export class SharedGate {
  readonly #gate: WorkGate;
  readonly #perNetwork: number;
  /** Only of networks that are in or wait; the gate's own bounds bound it. */
  readonly #taken = new Map<string, number>();

  constructor(limits: SharedGateLimits) {
    this.#gate = new WorkGate(limits);
    this.#perNetwork = limits.perNetwork;
  }

  /** As `WorkGate.enter`; who is beyond the network's share does not wait. */
  async enter(network: string, signal?: AbortSignal): Promise<Disposable | undefined> {
    const taken = this.#taken.get(network) ?? 0;
    if (taken >= this.#perNetwork) return undefined;
    this.#taken.set(network, taken + 1);
    const place = await this.#gate.enter(signal, network);
    if (place === undefined) {
      this.#giveBack(network);
      return undefined;
    }
    return {
      [Symbol.dispose]: () => {
        place[Symbol.dispose]();
        this.#giveBack(network);
      },
    };
  }

  #giveBack(network: string): void {
    const left = (this.#taken.get(network) ?? 1) - 1;
    if (left > 0) this.#taken.set(network, left);
    else this.#taken.delete(network);
  }
}
