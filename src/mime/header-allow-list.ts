/**
 * What of the original's header a notification may keep: what mail needs to be delivered, answered,
 * sorted and traced. A list of what may stay, because the list of fields that tell something of
 * the content has no end (Thread-Topic repeats the subject, Keywords and Comments are text,
 * X- fields hold what programs please). A signature over the original (RFC 6376) would be broken.
 */
import type { HeaderEdit, HeaderField } from "./header.ts";

const allowed: ReadonlySet<string> = new Set([
  "received",
  "from",
  "sender",
  "reply-to",
  "to",
  "cc",
  "date",
  "message-id",
  "in-reply-to",
  "references",
  "resent-from",
  "resent-sender",
  "resent-reply-to",
  "resent-to",
  "resent-cc",
  "resent-date",
  "resent-message-id",
  "auto-submitted",
  "precedence",
  "list-id",
]);

/** One edit for each name that must go, in the order of appearance; Subject and MIME fields too. */
export function removalsFor(fields: readonly HeaderField[]): readonly HeaderEdit[] {
  const seen = new Set<string>();
  const edits: HeaderEdit[] = [];
  for (const { name } of fields) {
    const key = name.trimEnd().toLowerCase();
    if (allowed.has(key) || seen.has(key)) continue;
    seen.add(key);
    edits.push({ kind: "remove", name });
  }
  return edits;
}
