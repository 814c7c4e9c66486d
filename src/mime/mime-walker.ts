/**
 * The structure of a mail (RFC 2046 §5.1) while its bytes come: which parts it has, what their
 * headers say, where their bodies begin and end. Keeps one line and the few fields that readers
 * need, whatever the mail's size, and stops at the bounds of depth, parts and header.
 */
import { type Delimiter, DelimiterStack, maxDelimiterBytes } from "./delimiter-stack.ts";
import { type PartHeader, PartHeaderReader } from "./part-header.ts";

export type WalkEvent =
  /** A part whose body begins at `atByte`. */
  | { readonly kind: "open"; readonly header: PartHeader; readonly atByte: number }
  /** Of the innermost open part, which is no multipart; to be used before the next event. */
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  /** The innermost open part's body ended before `atByte`. */
  | { readonly kind: "close"; readonly atByte: number };

type Events<T> = Generator<WalkEvent, T, undefined>;

const maxDepth = 50;
const maxParts = 5_000;
const maxHeaderBytes = 1024 * 1024;
const maxHeaderLines = 20_000;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const dash = 0x2d;
const dashedLine = Buffer.from("\n--");
/** `\r\n-`: the most of a delimiter that cannot be told from text. */
const undecidedBytes = 3;

export class MimeWalker {
  readonly #open = new DelimiterStack();
  #state: "header" | "body" | "between" = "header";
  #header = new PartHeaderReader("text/plain");
  #partCount = 1;
  #headerBytes = 0;
  #headerLines = 0;
  #isBeyondBounds = false;
  /** Not walked yet; it begins at byte `#restAt` of the mail. */
  #rest: Buffer = Buffer.alloc(0);
  #restAt = 0;
  #isLineStart = true;

  /** True: the mail is more than may be walked, and no event comes any more. */
  get isBeyondBounds(): boolean {
    return this.#isBeyondBounds;
  }

  *push(bytes: Buffer): Events<void> {
    const data = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const walked = yield* this.#walk(data, false);
    this.#rest = Buffer.from(data.subarray(walked));
    this.#restAt += walked;
  }

  *end(): Events<void> {
    const walked = yield* this.#walk(this.#rest, true);
    if (!this.#isBeyondBounds) yield* this.#closeDownTo(0, walked);
  }

  /** Answers how far it came. */
  *#walk(data: Buffer, isLast: boolean): Events<number> {
    let at = 0;
    while (at < data.length && !this.#isBeyondBounds) {
      const next =
        this.#state === "header"
          ? yield* this.#walkHeader(data, at, isLast)
          : yield* this.#walkBody(data, at, isLast);
      if (next === at) break;
      at = next;
    }
    return at;
  }

  *#walkHeader(data: Buffer, at: number, isLast: boolean): Events<number> {
    const line = lineAt(data, at);
    if (!line.isEnded && !isLast) {
      this.#isBeyondBounds = data.length - at > maxHeaderBytes;
      return at;
    }
    const delimiter = this.#open.match(data, at, line);
    if (delimiter !== undefined) yield* this.#delimit(delimiter, at);
    else if (line.end === at) yield* this.#beginBody(line.next);
    else this.#takeHeaderLine(data.subarray(at, line.end));
    return line.next;
  }

  #takeHeaderLine(line: Buffer): void {
    this.#headerBytes += line.length;
    this.#headerLines += 1;
    this.#header.push(line);
    this.#isBeyondBounds = this.#headerBytes > maxHeaderBytes || this.#headerLines > maxHeaderLines;
  }

  *#beginBody(at: number): Events<void> {
    const header = this.#header.end();
    yield { kind: "open", header, atByte: this.#restAt + at };
    if (header.multipart !== undefined) this.#open.push(header.multipart);
    this.#state = header.multipart === undefined ? "body" : "between";
    this.#isLineStart = true;
  }

  /** Text up to the next delimiter, or that. */
  *#walkBody(data: Buffer, at: number, isLast: boolean): Events<number> {
    const found = this.#findDelimiter(data, at, isLast);
    if (found === undefined) {
      const end = isLast ? data.length : Math.max(at, data.length - undecidedBytes);
      return yield* this.#text(data, at, end);
    }
    if (found.textEnd > at) return yield* this.#text(data, at, found.textEnd);
    if (found.delimiter === undefined) return at;
    yield* this.#delimit(found.delimiter, at);
    return found.next;
  }

  /** Without a step back to the caller for lines that only look like one: a mail may have millions. */
  #findDelimiter(data: Buffer, at: number, isLast: boolean): FoundDelimiter | undefined {
    const isDashed = this.#isLineStart && data[at] === dash && data[at + 1] === dash;
    let begin = isDashed ? at : nextDashed(data, at);
    while (begin !== undefined) {
      const line = lineAt(data, begin);
      const mayGoOn = !line.isEnded && !isLast && line.next - begin <= maxDelimiterBytes;
      const delimiter = mayGoOn ? undefined : this.#open.match(data, begin, line);
      if (mayGoOn || delimiter !== undefined) {
        return { textEnd: textEndBefore(data, at, begin), delimiter, next: line.next };
      }
      begin = nextDashed(data, begin);
    }
    return undefined;
  }

  *#text(data: Buffer, at: number, end: number): Events<number> {
    if (end > at) this.#isLineStart = false;
    if (end > at && this.#state === "body") {
      yield { kind: "bytes", bytes: data.subarray(at, end) };
    }
    return end;
  }

  /** What `delimiter` ends, ends at `at`. */
  *#delimit({ index, isClosing }: Delimiter, at: number): Events<void> {
    yield* this.#closeDownTo(isClosing ? index : index + 1, at);
    this.#isLineStart = true;
    if (isClosing) return;
    this.#state = "header";
    this.#header = new PartHeaderReader(this.#open.defaultType);
    this.#partCount += 1;
    this.#isBeyondBounds = this.#partCount > maxParts || this.#open.depth > maxDepth;
  }

  *#closeDownTo(depth: number, at: number): Events<void> {
    if (this.#state === "header") yield* this.#beginBody(at);
    const atByte = this.#restAt + at;
    if (this.#state === "body") yield { kind: "close", atByte };
    this.#state = "between";
    while (this.#open.depth > depth) {
      this.#open.pop();
      yield { kind: "close", atByte };
    }
  }
}

interface FoundDelimiter {
  readonly textEnd: number;
  /** undefined: its line is not complete yet. */
  readonly delimiter: Delimiter | undefined;
  readonly next: number;
}

/** Where the next line begins that begins with two dashes. */
function nextDashed(data: Buffer, at: number): number | undefined {
  const breakAt = data.indexOf(dashedLine, at);
  return breakAt < 0 ? undefined : breakAt + 1;
}

/** The line end before the delimiter at `begin` belongs to it (RFC 2046 §5.1.1). */
function textEndBefore(data: Buffer, at: number, begin: number): number {
  if (begin === at) return at;
  const breakAt = begin - 1;
  return breakAt > at && data[breakAt - 1] === carriageReturn ? breakAt - 1 : breakAt;
}

interface Line {
  /** Its text's, before the line end. */
  readonly end: number;
  readonly isEnded: boolean;
  readonly next: number;
}

function lineAt(data: Buffer, at: number): Line {
  const found = data.indexOf(lineFeed, at);
  let end = found < 0 ? data.length : found;
  while (end > at && data[end - 1] === carriageReturn) end -= 1;
  return { end, isEnded: found >= 0, next: found < 0 ? data.length : found + 1 };
}
