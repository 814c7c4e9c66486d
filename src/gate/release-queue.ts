/**
 * The release queue: which queue files to flush and when, so that mail which waited for a decision
 * leaves soon after it, and never in a loop. Keyed by the queue ID of the first pass; a pure state
 * machine, whose clock and commands belong to `gate/release-runner.ts`.
 *
 * A recipient is released when, after a flush, qmgr is seen asking for it and taking the wanted
 * way. Lookups name no queue ID, so this is a conclusion and not a proof: the file stays known
 * until a listing of the queue shows it gone (`gate/release-listing.ts`), and a listing that still
 * shows the recipient waiting takes it up again. What does not fit into the bounds is refused and
 * found by a later listing: forgetting costs time, never mail.
 */
import { parseMailAddress } from "../base/mail-address.ts";
import { FlushRate } from "./flush-rate.ts";
import {
  needsSighting,
  outlastCacheMs,
  type Place,
  placeDueAt,
  type QueueFile,
  type ReleaseLimits,
  recipientKey,
  releaseLimits,
  settleMs,
  type WaitingRecipient,
} from "./release-entry.ts";
import type { Way } from "./transaction.ts";

export interface WaitingMail {
  readonly queueId: string;
  readonly recipient: string;
  /** When it was last known to wait: the answer `retry` or the 451. */
  readonly since: number;
  /** Set for a row of the store's held mail. */
  readonly heldAs?: string;
}

/** A recipient of one file that no longer waits for us. */
export interface Released {
  readonly queueId: string;
  readonly recipient: string;
  /** Present when the store may hold a row for it. */
  readonly heldAs: string | undefined;
}

export class ReleaseQueue {
  readonly #limits: ReleaseLimits;
  readonly #rate: FlushRate;
  readonly #files = new Map<string, QueueFile>();
  readonly #recipients = new Map<string, WaitingRecipient>();
  /** Keys of recipients without a file. */
  readonly #unplaced = new Set<string>();
  /** Flushes younger than the least pause, oldest first: a file may be forgotten and come back. */
  readonly #lastFlushes = new Map<string, number>();
  #placeCount = 0;
  #flushedAllAt = Number.NEGATIVE_INFINITY;
  #listedAt = Number.NEGATIVE_INFINITY;

  constructor(limits: Partial<ReleaseLimits> = {}) {
    this.#limits = { ...releaseLimits, ...limits };
    this.#rate = new FlushRate(this.#limits.maxFlushesPerSecond);
  }

  /** Notes that this recipient of this file waits. False when there is no room for it. */
  waiting(mail: WaitingMail): boolean {
    const key = recipientKey(mail.recipient);
    const known = this.#files.get(mail.queueId)?.places.get(key);
    if (known === undefined) return this.#addPlace(key, mail);
    known.heldAs ??= mail.heldAs;
    if (mail.since <= known.since) return true;
    known.since = mail.since;
    if (known.seenAt !== undefined && mail.since > known.seenAt) known.seenAt = undefined;
    this.#fileOf(mail.queueId).missed = 0;
    return true;
  }

  /** Notes that this recipient waits in a file whose queue ID nobody told. */
  waitingSomewhere(address: string, nowMs: number): boolean {
    const key = recipientKey(address);
    const recipient = this.#recipientFor(key, address, nowMs);
    if (recipient === undefined) return false;
    recipient.missed = 0;
    if (recipient.queueIds.size === 0) this.#unplaced.add(key);
    return true;
  }

  /** qmgr's lookup was answered. Returns the file that this shows to be leaving, if any. */
  answered(address: string, way: Way, nowMs: number): Released | undefined {
    if (this.#recipients.size === 0) return undefined;
    const recipient = this.#recipients.get(recipientKey(address));
    if (recipient === undefined) return undefined;
    recipient.answeredAt.set(way, nowMs);
    this.decided(address, way, nowMs);
    return way === "retry" ? undefined : this.#markSeen(recipient, nowMs);
  }

  /** The way the recipient's mail would take now. Must be what the lookups answer already. */
  decided(address: string, way: Way, nowMs: number): void {
    const key = recipientKey(address);
    const recipient = this.#recipients.get(key);
    if (recipient === undefined || recipient.wanted === way) return;
    recipient.wanted = way;
    recipient.wantedAt = nowMs;
    for (const queueId of recipient.queueIds) {
      const place = this.#files.get(queueId)?.places.get(key);
      if (place === undefined) continue;
      place.flushes = 0;
      place.seenAt = undefined;
    }
  }

  /** The files to flush now, longest due first; they count as flushed. */
  take(nowMs: number): readonly string[] {
    const due = [...this.#dueFiles(nowMs)].sort((a, b) => a.dueAt - b.dueAt);
    const ready = due.filter(({ file, sighted }) => sighted || this.#listedAt > file.lastFlushAt);
    return ready.slice(0, this.#rate.spend(ready.length, nowMs)).map(({ file }) => {
      this.#countFlush(file, nowMs);
      return file.queueId;
    });
  }

  /** The command did not reach Postfix: the attempt does not count, its time does. */
  flushFailed(queueId: string): void {
    const file = this.#files.get(queueId);
    if (file === undefined) return;
    file.flushes -= 1;
    for (const place of file.places.values()) place.flushes = Math.max(0, place.flushes - 1);
  }

  /** Every file was flushed: what waited before is not flushed again at once. */
  flushedAll(nowMs: number): void {
    this.#flushedAllAt = nowMs;
    for (const file of this.#files.values()) this.#countFlush(file, nowMs);
  }

  /** Whether a listing would help: a recipient without a file, or a file flushed twice in vain. */
  wantsListing(nowMs: number): boolean {
    for (const key of this.#unplaced) {
      const recipient = this.#recipients.get(key);
      if (recipient === undefined || recipient.wanted === "retry") continue;
      const settledAt = recipient.wantedAt + settleMs;
      if (settledAt <= nowMs && this.#listedAt < settledAt) return true;
    }
    for (const { file, sighted } of this.#dueFiles(nowMs)) {
      if (!sighted && this.#listedAt <= file.lastFlushAt) return true;
    }
    return false;
  }

  /** A listing that began at `startedAt` has ended, in whatever way. */
  listed(startedAt: number): void {
    this.#listedAt = Math.max(this.#listedAt, startedAt);
  }

  files(): Iterable<QueueFile> {
    return this.#files.values();
  }

  file(queueId: string): QueueFile | undefined {
    return this.#files.get(queueId);
  }

  recipients(): MapIterator<WaitingRecipient> {
    return this.#recipients.values();
  }

  recipient(address: string): WaitingRecipient | undefined {
    return this.#recipients.get(recipientKey(address));
  }

  /** Recipients that wait in a file nobody could name. */
  *unplaced(): Iterable<WaitingRecipient> {
    for (const key of this.#unplaced) {
      const recipient = this.#recipients.get(key);
      if (recipient !== undefined) yield recipient;
    }
  }

  /** Forgets one recipient of one file. */
  drop(queueId: string, key: string): Released | undefined {
    const file = this.#files.get(queueId);
    const place = file?.places.get(key);
    if (file === undefined || place === undefined) return undefined;
    file.places.delete(key);
    this.#placeCount -= 1;
    if (file.places.size === 0) this.#files.delete(queueId);
    const recipient = this.#recipients.get(key);
    recipient?.queueIds.delete(queueId);
    if (recipient?.queueIds.size === 0) this.#recipients.delete(key);
    return { queueId, recipient: recipient?.address ?? key, heldAs: place.heldAs };
  }

  /** Forgets a recipient that waits in no known file. */
  dropUnplaced(address: string): void {
    const key = recipientKey(address);
    if (this.#unplaced.delete(key)) this.#recipients.delete(key);
  }

  /** Forgets what nothing was heard of for longer than Postfix keeps a message. */
  expire(nowMs: number): readonly Released[] {
    const released: Released[] = [];
    for (const file of this.#files.values()) {
      for (const [key, place] of file.places) {
        if (place.since >= nowMs - this.#limits.maxAgeMs) continue;
        const gone = this.drop(file.queueId, key);
        if (gone !== undefined) released.push(gone);
      }
    }
    return released;
  }

  #addPlace(key: string, mail: WaitingMail): boolean {
    const { maxFiles, maxPlaces } = this.#limits;
    if (this.#placeCount >= maxPlaces) return false;
    if (!this.#files.has(mail.queueId) && this.#files.size >= maxFiles) return false;
    const recipient = this.#recipientFor(key, mail.recipient, mail.since);
    if (recipient === undefined) return false;
    const file = this.#fileOf(mail.queueId);
    // What waited before everything was flushed has just been flushed.
    if (mail.since <= this.#flushedAllAt) file.lastFlushAt = this.#flushedAllAt;
    file.missed = 0;
    const { since, heldAs } = mail;
    file.places.set(key, { since, flushes: 0, seenAt: undefined, heldAs });
    this.#placeCount += 1;
    recipient.queueIds.add(mail.queueId);
    this.#unplaced.delete(key);
    return true;
  }

  #fileOf(queueId: string): QueueFile {
    const known = this.#files.get(queueId);
    if (known !== undefined) return known;
    const lastFlushAt = this.#lastFlushes.get(queueId) ?? Number.NEGATIVE_INFINITY;
    const file: QueueFile = { queueId, places: new Map(), lastFlushAt, flushes: 0, missed: 0 };
    this.#files.set(queueId, file);
    return file;
  }

  #recipientFor(key: string, address: string, nowMs: number): WaitingRecipient | undefined {
    const known = this.#recipients.get(key);
    if (known !== undefined) return known;
    if (this.#recipients.size >= this.#limits.maxRecipients) return undefined;
    const recipient: WaitingRecipient = {
      address,
      domain: parseMailAddress(address)?.domain,
      wanted: "retry",
      wantedAt: nowMs,
      answeredAt: new Map(),
      queueIds: new Set(),
      missed: 0,
    };
    this.#recipients.set(key, recipient);
    return recipient;
  }

  /** One lookup shows one file: of those flushed and not yet seen, the one flushed first. */
  #markSeen(recipient: WaitingRecipient, nowMs: number): Released | undefined {
    const key = recipientKey(recipient.address);
    let first: { readonly file: QueueFile; readonly place: Place } | undefined;
    for (const queueId of recipient.queueIds) {
      const file = this.#files.get(queueId);
      const place = file?.places.get(key);
      if (file === undefined || place === undefined) continue;
      if (place.seenAt !== undefined || place.flushes === 0) continue;
      if (first === undefined || file.lastFlushAt < first.file.lastFlushAt) first = { file, place };
    }
    if (first === undefined) return undefined;
    first.place.seenAt = nowMs;
    const { file, place } = first;
    return { queueId: file.queueId, recipient: recipient.address, heldAs: place.heldAs };
  }

  *#dueFiles(nowMs: number): Iterable<DueFile> {
    for (const file of this.#files.values()) {
      let due: DueFile | undefined;
      for (const [key, place] of file.places) {
        const dueAt = this.#dueAt(key, place, file);
        if (dueAt === undefined || dueAt > nowMs) continue;
        const sighted = !needsSighting(place) || due?.sighted === true;
        due = { file, dueAt: Math.min(dueAt, due?.dueAt ?? dueAt), sighted };
      }
      if (due !== undefined) yield due;
    }
  }

  #dueAt(key: string, place: Place, file: QueueFile): number | undefined {
    const recipient = this.#recipients.get(key);
    return recipient && placeDueAt(place, recipient, file, this.#limits);
  }

  #countFlush(file: QueueFile, nowMs: number): void {
    file.lastFlushAt = nowMs;
    file.flushes += 1;
    this.#rememberFlush(file.queueId, nowMs);
    for (const [key, place] of file.places) {
      const wanted = this.#recipients.get(key)?.wanted;
      if (wanted !== "retry" && place.seenAt === undefined) place.flushes += 1;
    }
  }

  #rememberFlush(queueId: string, nowMs: number): void {
    for (const [old, at] of this.#lastFlushes) {
      if (at > nowMs - outlastCacheMs) break;
      this.#lastFlushes.delete(old);
    }
    this.#lastFlushes.delete(queueId);
    this.#lastFlushes.set(queueId, nowMs);
  }
}

interface DueFile {
  readonly file: QueueFile;
  readonly dueAt: number;
  /** Whether it may be flushed without a listing since the last flush. */
  readonly sighted: boolean;
}
