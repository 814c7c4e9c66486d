/**
 * How many connections there are at a time: one to an address, few to a mail server and to its
 * network, a bound to all together. Who has to wait waits in the order of arrival, and nobody waits
 * behind others' networks: a place goes to the first for whom every limit has room. A network that
 * holds its connections for long (a tarpit) therefore holds up only those who want to go there.
 *
 * Limits: the queue is bounded, altogether and per network, and so is the wait in it.
 */
import { networkOf } from "./connection-network.ts";

export interface ConnectionLimits {
  /** To one MX host name, over all its addresses. */
  readonly perHost: number;
  /** To one network: /24 of IPv4, /48 of IPv6. */
  readonly perNetwork: number;
  readonly altogether: number;
  readonly waiting: number;
  readonly waitingPerNetwork: number;
  readonly waitMs: number;
}

/** Large providers see many domains of ours at once, and some count connections per minute. */
export const defaultConnectionLimits: ConnectionLimits = {
  perHost: 2,
  perNetwork: 8,
  altogether: 256,
  waiting: 5000,
  waitingPerNetwork: 1000,
  waitMs: 60_000,
};

export interface Place {
  /** MX host name. */
  readonly host: string;
  readonly address: string;
}

interface Waiter {
  readonly keys: PlaceKeys;
  readonly admit: () => void;
}

interface PlaceKeys {
  readonly address: string;
  readonly host: string;
  readonly network: string;
}

export class ConnectionGate {
  readonly #limits: ConnectionLimits;
  readonly #waiting = new Set<Waiter>();
  readonly #waitingIn = new Tally();
  readonly #open = new Tally();
  #openAltogether = 0;

  constructor(limits: Partial<ConnectionLimits> = {}) {
    this.#limits = { ...defaultConnectionLimits, ...limits };
  }

  /**
   * Resolves with the right to connect, to be disposed of when the connection is closed; with
   * `queue-full` when there is no room to wait or the wait was too long; with `aborted` by `signal`.
   */
  async enter(place: Place, signal: AbortSignal): Promise<Disposable | "queue-full" | "aborted"> {
    if (signal.aborted) return "aborted";
    const keys = keysOf(place);
    if (this.#hasRoom(keys)) return this.#admit(keys);
    const { waiting, waitingPerNetwork } = this.#limits;
    if (this.#waiting.size >= waiting) return "queue-full";
    if (this.#waitingIn.count(keys.network) >= waitingPerNetwork) return "queue-full";
    return this.#wait(keys, signal);
  }

  #wait(keys: PlaceKeys, signal: AbortSignal): Promise<Disposable | "queue-full" | "aborted"> {
    return new Promise((resolve) => {
      const leave = (outcome: Disposable | "queue-full" | "aborted"): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        this.#waiting.delete(waiter);
        this.#waitingIn.remove(keys.network);
        resolve(outcome);
      };
      const waiter: Waiter = { keys, admit: () => leave(this.#admit(keys)) };
      const onAbort = (): void => leave("aborted");
      const timer = setTimeout(() => leave("queue-full"), this.#limits.waitMs);
      signal.addEventListener("abort", onAbort);
      this.#waiting.add(waiter);
      this.#waitingIn.add(keys.network);
    });
  }

  #admit(keys: PlaceKeys): Disposable {
    this.#count(keys, "add");
    this.#openAltogether += 1;
    let isOpen = true;
    return {
      [Symbol.dispose]: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#count(keys, "remove");
        this.#openAltogether -= 1;
        this.#admitWaiting();
      },
    };
  }

  #count({ address, host, network }: PlaceKeys, change: "add" | "remove"): void {
    for (const key of [address, host, network]) this.#open[change](key);
  }

  #hasRoom({ address, host, network }: PlaceKeys): boolean {
    const { perHost, perNetwork, altogether } = this.#limits;
    return (
      this.#openAltogether < altogether &&
      this.#open.count(address) === 0 &&
      this.#open.count(host) < perHost &&
      this.#open.count(network) < perNetwork
    );
  }

  #admitWaiting(): void {
    for (const waiter of this.#waiting) {
      if (this.#openAltogether >= this.#limits.altogether) return;
      if (this.#hasRoom(waiter.keys)) waiter.admit();
    }
  }
}

function keysOf({ host, address }: Place): PlaceKeys {
  // The first letter keeps the three kinds apart in one tally.
  return { address: `a ${address}`, host: `h ${host}`, network: `n ${networkOf(address)}` };
}

/** How many of each key there are; keys of which there is none take no room. */
class Tally {
  readonly #counts = new Map<string, number>();

  count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: string): void {
    this.#counts.set(key, this.count(key) + 1);
  }

  remove(key: string): void {
    const left = this.count(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}
