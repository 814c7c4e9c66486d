/**
 * How much one client network may send within an hour, over all messages: replies, and bytes of
 * files, also of those that came to nothing. Who replies has opened a message, so this spares the
 * sender's mailbox and the store, not a secret.
 */
import type { Clock } from "../base/clock.ts";
import { HourlyCounts } from "./hourly-counts.ts";

const repliesPerHour = 20;

export class ReplyGuard {
  readonly #bytesPerHour: number;
  readonly #counts: HourlyCounts<{ replies: number; bytes: number }>;

  constructor(clock: Clock, bytesPerHour: number) {
    this.#counts = new HourlyCounts(clock, () => ({ replies: 0, bytes: 0 }));
    this.#bytesPerHour = bytesPerHour;
  }

  mayReply(network: string): boolean {
    return this.#counts.of(network).replies < repliesPerHour;
  }

  replied(network: string): void {
    this.#counts.begin(network).replies += 1;
  }

  /** Counts them; false when they are more than the hour has left. */
  takeBytes(network: string, bytes: number): boolean {
    const count = this.#counts.begin(network);
    if (count.bytes + bytes > this.#bytesPerHour) return false;
    count.bytes += bytes;
    return true;
  }
}
