/**
 * How much one client network may send within an hour, over all messages: replies, and bytes of
 * files, also of those that came to nothing; and how many it may be sending at once. Who replies
 * has opened a message, so this spares the sender's mailbox and the store, not a secret. Kept in
 * memory and bounded; what is forgotten begins anew.
 */
import type { Clock } from "../base/clock.ts";

const repliesPerHour = 20;
const uploadsAtOnce = 4;
const hourMs = 3_600_000;
const maxNetworks = 10_000;

interface Count {
  readonly since: number;
  replies: number;
  bytes: number;
}

export class ReplyGuard {
  readonly #clock: Clock;
  readonly #bytesPerHour: number;
  readonly #counts = new Map<string, Count>();
  /** Only of networks that are sending; the portal's own bound on that bounds it. */
  readonly #uploads = new Map<string, number>();

  constructor(clock: Clock, bytesPerHour: number) {
    this.#clock = clock;
    this.#bytesPerHour = bytesPerHour;
  }

  mayReply(network: string): boolean {
    return (this.#current(network)?.replies ?? 0) < repliesPerHour;
  }

  replied(network: string): void {
    this.#count(network).replies += 1;
  }

  /** Counts them; false when they are more than the hour has left. */
  takeBytes(network: string, bytes: number): boolean {
    const count = this.#count(network);
    if (count.bytes + bytes > this.#bytesPerHour) return false;
    count.bytes += bytes;
    return true;
  }

  /** A place to be disposed of after the upload; undefined when too many are under way. */
  beginUpload(network: string): Disposable | undefined {
    const running = this.#uploads.get(network) ?? 0;
    if (running >= uploadsAtOnce) return undefined;
    this.#uploads.set(network, running + 1);
    return { [Symbol.dispose]: () => this.#endUpload(network) };
  }

  #endUpload(network: string): void {
    const left = (this.#uploads.get(network) ?? 0) - 1;
    if (left > 0) this.#uploads.set(network, left);
    else this.#uploads.delete(network);
  }

  #count(network: string): Count {
    const known = this.#current(network);
    if (known !== undefined) return known;
    const count = { since: this.#clock.now(), replies: 0, bytes: 0 };
    this.#counts.set(network, count);
    if (this.#counts.size > maxNetworks) this.#forgetOldest();
    return count;
  }

  #forgetOldest(): void {
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
