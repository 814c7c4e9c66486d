/**
 * The queue listing of `postqueue -j`: one JSON object per line and queue file (postqueue(1),
 * "JSON OBJECT FORMAT"). The listing is read in chunks, and memory holds one line at a time.
 * A file may be listed twice or missed while it moves between queues; a line that is too long or
 * no such object is skipped and counted, because the next line is sound again.
 */
import { isQueueId } from "./queue-id.ts";

export interface QueueRecipient {
  readonly address: string;
  /** Why the last attempt failed; absent while one is under way. */
  readonly delayReason?: string;
}

export interface QueueEntry {
  /** For example `deferred`, `active`, `hold`. */
  readonly queueName: string;
  readonly queueId: string;
  readonly arrivedAt: number;
  readonly sizeBytes: number;
  readonly sender: string;
  /** Those that are still to be delivered. */
  readonly recipients: readonly QueueRecipient[];
}

/** 4 MiB hold some ten thousand recipients with their reasons. */
export const longestLineBytes: number = 4 * 1024 * 1024;

const newline = 0x0a;

export class QueueListingParser {
  readonly #longestLine: number;
  #parts: Buffer[] = [];
  #length = 0;
  #overlong = false;
  #skippedLines = 0;

  constructor(longestLine: number = longestLineBytes) {
    this.#longestLine = longestLine;
  }

  /** Lines that could not be read so far; the files they name are unknown. */
  get skippedLines(): number {
    return this.#skippedLines;
  }

  /** The entries that this chunk completes. */
  push(chunk: Buffer): readonly QueueEntry[] {
    const entries: QueueEntry[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#finishLine(entries);
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return entries;
  }

  /** To be called once at the end: an unfinished last line counts as skipped. */
  end(): void {
    if (this.#length > 0 || this.#overlong) this.#skippedLines += 1;
    this.#clear();
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length > this.#longestLine) {
      this.#overlong = true;
      this.#parts = [];
    } else if (bytes.length > 0) this.#parts.push(bytes);
  }

  #finishLine(entries: QueueEntry[]): void {
    const line = this.#overlong ? undefined : Buffer.concat(this.#parts).toString("utf8");
    this.#clear();
    if (line?.trim() === "") return;
    const entry = line === undefined ? undefined : parseQueueEntry(line);
    if (entry === undefined) this.#skippedLines += 1;
    else entries.push(entry);
  }

  #clear(): void {
    this.#parts = [];
    this.#length = 0;
    this.#overlong = false;
  }
}

/** One line of the listing; undefined when it is no entry. Unknown members are ignored. */
export function parseQueueEntry(line: string): QueueEntry | undefined {
  const raw = parseObject(line);
  if (raw === undefined) return undefined;
  const { queue_name: queueName, queue_id: queueId, sender } = raw;
  const { arrival_time: arrivedSeconds, message_size: sizeBytes } = raw;
  const recipients = parseRecipients(raw["recipients"]);
  if (typeof queueName !== "string" || typeof queueId !== "string" || !isQueueId(queueId)) {
    return undefined;
  }
  if (typeof sender !== "string" || recipients === undefined) return undefined;
  if (!isCount(arrivedSeconds) || !isCount(sizeBytes)) return undefined;
  return { queueName, queueId, arrivedAt: arrivedSeconds * 1000, sizeBytes, sender, recipients };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseRecipients(raw: unknown): readonly QueueRecipient[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const recipients = raw.map(parseRecipient);
  return recipients.every((recipient) => recipient !== undefined) ? recipients : undefined;
}

function parseRecipient(raw: unknown): QueueRecipient | undefined {
  const { address, delay_reason: delayReason } = asObject(raw) ?? {};
  if (typeof address !== "string") return undefined;
  return typeof delayReason === "string" ? { address, delayReason } : { address };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
