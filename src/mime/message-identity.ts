/**
 * What a message says of itself: when it was sent and how it is named (RFC 5322 §3.6.1, §3.6.4).
 */
import { findHeader, type HeaderField, headerText } from "./header.ts";

const dayMs = 24 * 60 * 60_000;
const oldestMs = 30 * dayMs;

/** `receivedAt` stands in for a Date that is missing, unreadable, or not from the days before. */
export function readSentAt(fields: readonly HeaderField[], receivedAt: number): number {
  const text = headerText(findHeader(fields, "date") ?? "");
  const sentAt = text.length > 100 ? Number.NaN : Date.parse(text.replace(/\([^()]*\)/g, ""));
  const plausible = sentAt > receivedAt - oldestMs && sentAt < receivedAt + dayMs;
  return plausible ? sentAt : receivedAt;
}

/** Message-ID with its angle brackets; null when there is none that another mail could name. */
export function readMessageId(fields: readonly HeaderField[]): string | null {
  const text = headerText(findHeader(fields, "message-id") ?? "");
  return /^<[!-;=?-~]{1,250}>$/.test(text) ? text : null;
}
