/**
 * One pass over the listing of Postfix's queue, which tells the release queue what lookups cannot:
 * which files are gone, which recipients took their way (the reason beside them is no longer ours),
 * and who waits in a file that nobody named (aliases, mail from before a start, lost flushes).
 * The listing is a moving picture: a file counts as gone only when two listings missed it, and
 * nothing that happened shortly before or during a listing is judged by it.
 */
import type { Domain } from "../base/domain.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import type { QueueEntry, QueueRecipient } from "../wire/postqueue-json.ts";
import { delayKind } from "./delay-reason.ts";
import { type Place, type QueueFile, recipientKey } from "./release-entry.ts";
import type { Released, ReleaseQueue } from "./release-queue.ts";
import type { Way } from "./transaction.ts";

/** What changed less than this before the listing began is left to the next one. */
const marginMs = 10_000;
const listingsUntilGone = 2;
const mostRefused = 1_000;

export class ReleaseListing {
  readonly #queue: ReleaseQueue;
  readonly #wayNow: (address: string) => Way;
  readonly #startedAt: number;
  readonly #seenFiles = new Set<string>();
  readonly #released: Released[] = [];
  readonly #refused = new Set<Domain>();

  /** `wayNow` answers what a lookup of this recipient would be answered now. */
  constructor(queue: ReleaseQueue, wayNow: (address: string) => Way, startedAt: number) {
    this.#queue = queue;
    this.#wayNow = wayNow;
    this.#startedAt = startedAt;
  }

  /** One line of the listing, read at `nowMs`. */
  see(entry: QueueEntry, nowMs: number): void {
    if (this.#queue.file(entry.queueId) !== undefined) this.#seenFiles.add(entry.queueId);
    const file = this.#queue.file(entry.queueId);
    if (file !== undefined) this.#judgeFile(file, entry);
    if (entry.queueName !== "deferred" && entry.queueName !== "active") return;
    for (const recipient of entry.recipients) {
      this.#adopt(entry.queueId, recipient, nowMs);
      this.#noteRefused(recipient);
    }
  }

  /** Domains that count as proven and whose servers failed Postfix's enforcement all the same. */
  get refused(): ReadonlySet<Domain> {
    return this.#refused;
  }

  /** `complete`: the listing was read to its end. Returns who no longer waits, for good. */
  end(complete: boolean): readonly Released[] {
    if (complete) {
      for (const file of this.#queue.files()) this.#countFile(file);
      for (const recipient of this.#queue.unplaced()) {
        if (recipient.wanted === "retry" || recipient.wantedAt > this.#startedAt) continue;
        recipient.missed += 1;
        if (recipient.missed >= listingsUntilGone) this.#queue.dropUnplaced(recipient.address);
      }
    }
    this.#queue.listed(this.#startedAt);
    return this.#released;
  }

  #judgeFile(file: QueueFile, entry: QueueEntry): void {
    file.missed = 0;
    if (entry.queueName !== "deferred") return;
    const reasons = new Map(
      entry.recipients.map(({ address, delayReason }) => [
        recipientKey(address),
        delayReason ?? "",
      ]),
    );
    for (const [key, place] of file.places) {
      if (!this.#isSettled(place, file)) continue;
      const reason = reasons.get(key);
      if (reason === undefined || this.#tookItsWay(key, reason)) this.#release(file.queueId, key);
      else if (reason !== "" && delayKind(reason) === "ours") place.seenAt = undefined;
    }
  }

  /** The last attempt failed for a reason that is not ours to mend. */
  #tookItsWay(key: string, reason: string): boolean {
    if (reason === "") return false;
    const kind = delayKind(reason);
    if (kind === "refused") return this.#queue.recipient(key)?.wanted === "mxseal-secure";
    return kind === "foreign";
  }

  #isSettled(place: Place, file: QueueFile): boolean {
    const changedAt = Math.max(place.since, place.seenAt ?? 0, file.lastFlushAt);
    return changedAt + marginMs < this.#startedAt;
  }

  #adopt(queueId: string, { address, delayReason }: QueueRecipient, nowMs: number): void {
    if (this.#queue.file(queueId)?.places.has(recipientKey(address)) === true) return;
    const way = this.#wayNow(address);
    if (!this.#waitsForUs(address, delayReason, way)) return;
    this.#queue.waiting({ queueId, recipient: address, since: nowMs });
    this.#queue.decided(address, way, nowMs);
    this.#seenFiles.add(queueId);
  }

  #noteRefused({ address, delayReason }: QueueRecipient): void {
    if (delayReason === undefined || delayKind(delayReason) !== "refused") return;
    const domain = parseMailAddress(address)?.domain;
    if (domain === undefined || this.#refused.size >= mostRefused) return;
    if (this.#wayNow(address) === "mxseal-secure") this.#refused.add(domain);
  }

  #waitsForUs(address: string, delayReason: string | undefined, way: Way): boolean {
    // No reason: an attempt is under way, or the first one; of interest only for who is sought.
    if (delayReason === undefined) return this.#queue.recipient(address)?.queueIds.size === 0;
    const kind = delayKind(delayReason);
    if (kind === "refused") return way !== "retry" && way !== "mxseal-secure";
    return kind === "ours";
  }

  #countFile(file: QueueFile): void {
    if (this.#seenFiles.has(file.queueId)) return;
    const places = [...file.places.values()];
    if (!places.every((place) => this.#isSettled(place, file))) return;
    file.missed += 1;
    if (file.missed < listingsUntilGone) return;
    for (const key of file.places.keys()) this.#release(file.queueId, key);
  }

  #release(queueId: string, key: string): void {
    const released = this.#queue.drop(queueId, key);
    if (released !== undefined) this.#released.push(released);
  }
}
