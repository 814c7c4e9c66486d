/**
 * How many replies one client network may send within an hour, over all messages. Who replies has
 * opened a message, so this spares the sender's mailbox, not a secret. Kept in memory and bounded;
 * what is forgotten begins anew.
 */
import type { Clock } from "../base/clock.ts";

const perHour = 20;
const hourMs = 3_600_000;
const maxNetworks = 10_000;

interface Count {
  readonly since: number;
  replies: number;
}

export class ReplyGuard {
  readonly #clock: Clock;
  readonly #counts = new Map<string, Count>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  mayReply(network: string): boolean {
    return (this.#current(network)?.replies ?? 0) < perHour;
  }

  replied(network: string): void {
    const count = this.#current(network) ?? { since: this.#clock.now(), replies: 0 };
    count.replies += 1;
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
