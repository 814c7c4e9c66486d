/**
 * Who tries one sender's link after the other is turned away: so many that lead to nothing within an
 * hour, and the network waits for the hour's end. A token has 256 bits, so this spares the store,
 * not the secret. Kept in memory and bounded; what is forgotten begins anew.
 */
import type { Clock } from "../base/clock.ts";

const wrongPerHour = 20;
const hourMs = 3_600_000;
const maxNetworks = 10_000;

interface Count {
  readonly since: number;
  wrong: number;
}

export class ManageGuard {
  readonly #clock: Clock;
  readonly #counts = new Map<string, Count>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  mayTry(network: string): boolean {
    return (this.#current(network)?.wrong ?? 0) < wrongPerHour;
  }

  wasWrong(network: string): void {
    const count = this.#current(network) ?? { since: this.#clock.now(), wrong: 0 };
    count.wrong += 1;
    this.#counts.set(network, count);
    if (this.#counts.size <= maxNetworks) return;
    for (const oldest of this.#counts.keys()) {
      this.#counts.delete(oldest);
      return;
    }
  }

  #current(network: string): Count | undefined {
    const count = this.#counts.get(network);
    if (count === undefined || count.since > this.#clock.now() - hourMs) return count;
    this.#counts.delete(network);
    return undefined;
  }
}
