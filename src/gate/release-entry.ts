/**
 * What the release queue knows of one queue file and one recipient, and when a flush is due.
 *
 * qmgr(8) keeps its last address resolution for 30 s (one entry: sender and recipient), so a flush
 * soon after an old answer may meet that answer again; and `postqueue -i` does nothing while the
 * file is being delivered, which is most likely right after the 451. Hence the pauses: short before
 * the first flush, then never under 31 s, doubling from a minute, and an end.
 */
import type { Domain } from "../base/domain.ts";
import { addressKey, parseMailAddress } from "../base/mail-address.ts";
import type { Way } from "./transaction.ts";

/** One recipient that waits, in whatever files. */
export interface WaitingRecipient {
  /** As first seen. */
  readonly address: string;
  readonly domain: Domain | undefined;
  /** The way its mail would take by the last known decision; `retry`: none yet. */
  wanted: Way;
  wantedAt: number;
  /** When each way was last answered to qmgr. */
  readonly answeredAt: Map<Way, number>;
  readonly queueIds: Set<string>;
  /** Listings in a row that did not find a file of it. */
  missed: number;
}

/** One recipient within one file. */
export interface Place {
  /** When it was last known to wait. */
  since: number;
  /** Flushes of the file since the present decision. */
  flushes: number;
  /** When qmgr was seen taking the wanted way after a flush. */
  seenAt: number | undefined;
  /** The recipient as the store's row of held mail spells it. */
  heldAs: string | undefined;
}

export interface QueueFile {
  readonly queueId: string;
  /** By `recipientKey`. */
  readonly places: Map<string, Place>;
  lastFlushAt: number;
  /** Flushes in the file's whole life. */
  flushes: number;
  /** Listings in a row that did not show it. */
  missed: number;
}

export interface ReleaseLimits {
  readonly maxFiles: number;
  readonly maxPlaces: number;
  readonly maxRecipients: number;
  /** Flushes for one recipient and decision; then the file is left to qmgr's own schedule. */
  readonly maxFlushes: number;
  readonly maxFlushesPerFile: number;
  readonly maxFlushesPerSecond: number;
  /** Longer than any maximal_queue_lifetime that makes sense. */
  readonly maxAgeMs: number;
}

export const releaseLimits: ReleaseLimits = {
  maxFiles: 20_000,
  maxPlaces: 100_000,
  maxRecipients: 50_000,
  maxFlushes: 10,
  maxFlushesPerFile: 50,
  maxFlushesPerSecond: 10,
  maxAgeMs: 6 * 24 * 60 * 60_000,
};

/** From the 451 or the decision to the first flush: by then the file has left `active`. */
export const settleMs = 1_500;
/** Outlasts qmgr's cache of 30 s; also the least pause between two flushes of one file. */
export const outlastCacheMs = 31_000;
const longestPauseMs = 60 * 60_000;
/** From this flush on a listing must first have shown that the file still waits. */
const blindFlushes = 2;

/** The form in which addresses of lookups, held rows and listings are compared. */
export function recipientKey(address: string): string {
  const parsed = parseMailAddress(address);
  return parsed === undefined ? address.toLowerCase() : addressKey(parsed);
}

/** When flushing the file may next help this recipient; undefined: not by what is known now. */
export function placeDueAt(
  place: Place,
  recipient: WaitingRecipient,
  file: QueueFile,
  limits: ReleaseLimits,
): number | undefined {
  if (recipient.wanted === "retry" || place.seenAt !== undefined) return undefined;
  if (file.missed > 0 || file.flushes >= limits.maxFlushesPerFile) return undefined;
  if (place.flushes >= limits.maxFlushes) return undefined;
  if (place.flushes === 0) {
    const settledAt = Math.max(place.since, recipient.wantedAt) + settleMs;
    return Math.max(settledAt, file.lastFlushAt + outlastCacheMs);
  }
  return Math.max(
    file.lastFlushAt + pauseMs(place.flushes),
    lastOldAnswerAt(recipient) + outlastCacheMs,
  );
}

/** Whether the next flush for this recipient must be preceded by a listing newer than the last. */
export function needsSighting(place: Place): boolean {
  return place.flushes >= blindFlushes;
}

function pauseMs(flushes: number): number {
  if (flushes <= 1) return outlastCacheMs;
  return Math.min(60_000 * 2 ** (flushes - 2), longestPauseMs);
}

function lastOldAnswerAt(recipient: WaitingRecipient): number {
  const old = [...recipient.answeredAt].filter(([way]) => way !== recipient.wanted);
  return Math.max(Number.NEGATIVE_INFINITY, ...old.map(([, at]) => at));
}
