/**
 * How much one client network may send within an hour, over all messages: replies, and bytes of
 * files, also of those that came to nothing; and how many it may be sending at once. Who replies
 * has opened a message, so this spares the sender's mailbox and the store, not a secret.
 */
import type { Clock } from "../base/clock.ts";
import { HourlyCounts } from "./hourly-counts.ts";

const repliesPerHour = 20;
const uploadsAtOnce = 4;

export class ReplyGuard {
  readonly #bytesPerHour: number;
  readonly #counts: HourlyCounts<{ replies: number; bytes: number }>;
  /** Only of networks that are sending; the portal's own bound on that bounds it. */
  readonly #uploads = new Map<string, number>();

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
}
