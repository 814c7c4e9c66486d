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

/** Fields that name other messages: old programs write words and subjects beside the names. */
const threads: readonly string[] = ["In-Reply-To", "References"];
const messageName = /<[^<>\s"()\\]{1,250}>/g;
const namesOnly = /^\s*(?:<[^<>\s"()\\]{1,250}>\s*)+$/;
/** The last ones are the nearest in the thread. */
const maxNames = 50;

/**
 * One removal for each name that must go, in the order of appearance; Subject and
 * MIME fields too. A thread field with words in it (RFC 5322 §4.5.4) keeps its names alone.
 * A name with a blank at its end is a name of its own, as it is for who carries out the edits.
 */
export function reduceToAllowed(fields: readonly HeaderField[]): readonly HeaderEdit[] {
  const kept = threads.map((name) => cleanThread(fields, name));
  const reduced = new Set(kept.filter(({ unfit }) => unfit).map(({ key }) => key));
  const seen = new Set<string>();
  const edits: HeaderEdit[] = [];
  for (const { name } of fields) {
    const key = name.toLowerCase();
    if ((allowed.has(key) && !reduced.has(key)) || seen.has(key)) continue;
    seen.add(key);
    edits.push({ kind: "remove", name });
  }
  return [...edits, ...kept.flatMap(({ edit }) => edit ?? [])];
}

/** Of a mail of ours that has `own` fields besides: one removal for each name that is neither. */
export function removeForeign(
  fields: readonly HeaderField[],
  own: readonly string[],
): readonly HeaderEdit[] {
  const kept = new Set(own.map((name) => name.toLowerCase()));
  return reduceToAllowed(fields.filter(({ name }) => !kept.has(name.toLowerCase())));
}

/** The names of the original that the edits would leave although they may not stay. */
export function forbiddenLeft(
  fields: readonly HeaderField[],
  edits: readonly HeaderEdit[],
): readonly string[] {
  const removed = new Set(
    edits.filter(({ kind }) => kind === "remove").map(({ name }) => name.toLowerCase()),
  );
  return fields
    .map(({ name }) => name)
    .filter((name) => !removed.has(name.toLowerCase()) && !allowed.has(name.toLowerCase()));
}

interface CleanThread {
  readonly key: string;
  /** Whether what is there must go. */
  readonly unfit: boolean;
  /** What comes in its place. */
  readonly edit: HeaderEdit | undefined;
}

function cleanThread(fields: readonly HeaderField[], name: string): CleanThread {
  const key = name.toLowerCase();
  const values = fields
    .filter((field) => field.name.toLowerCase() === key)
    .map(({ value }) => value);
  if (values.every((value) => namesOnly.test(value))) return { key, unfit: false, edit: undefined };
  const names = values.flatMap((value) => value.match(messageName) ?? []).slice(-maxNames);
  if (names.length === 0) return { key, unfit: true, edit: undefined };
  const value = ` ${names.join("\n ")}`;
  return { key, unfit: true, edit: { kind: "insert", at: "end", name, value } };
}
