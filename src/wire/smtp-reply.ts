/**
 * SMTP replies as a client reads them (RFC 5321 §4.2.1): one or several lines, each with a
 * three-digit code; the reply is complete at the first line whose code no hyphen follows.
 *
 * Protocol: lines end in CRLF; a bare LF is taken as well, as Postfix's client does. When the
 * lines of one reply carry different codes the last one counts (RFC 5321 §4.2.1, end).
 * Limits: a line of 2048 bytes, 128 lines and 64 KiB per reply; RFC 5321 §4.5.3.1.5 asks for 512
 * bytes per line, real servers exceed that. More is a `ProtocolError`, never more memory.
 * Security: the text is the peer's. It may hold anything, terminal escapes included.
 */
import { ProtocolError } from "../base/errors.ts";

export interface SmtpReply {
  /** 200 to 599. */
  readonly code: number;
  /** What follows the code, line by line, without the separator. */
  readonly lines: readonly string[];
}

const maxLineBytes = 2048;
const maxLines = 128;
const maxReplyBytes = 65536;
const linePattern = /^([2-5][0-9][0-9])(?:([ -])(.*))?$/s;

/** Collects bytes as they arrive and hands out whole replies. Call `next` after every `push`. */
export class SmtpReplyReader {
  #rest: Buffer = Buffer.alloc(0);
  #lines: string[] = [];
  #replyBytes = 0;

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }

  /** True while bytes are there that belong to no reply handed out so far. */
  get hasPendingBytes(): boolean {
    return this.#rest.length > 0 || this.#lines.length > 0;
  }

  /** The next whole reply; undefined when more bytes are needed. Throws `ProtocolError`. */
  next(): SmtpReply | undefined {
    for (let line = this.#takeLine(); line !== undefined; line = this.#takeLine()) {
      const [, code, separator, text] = linePattern.exec(line) ?? [];
      if (code === undefined) throw new ProtocolError("bad-reply", "not the form of an SMTP reply");
      this.#lines.push(text ?? "");
      if (separator !== "-") return this.#complete(Number(code));
      if (this.#lines.length >= maxLines) throw new ProtocolError("too-long", "too many lines");
    }
    return undefined;
  }

  #takeLine(): string | undefined {
    const end = this.#rest.indexOf(0x0a);
    const bytes = end < 0 ? this.#rest.length : end + 1;
    if (bytes > maxLineBytes) throw new ProtocolError("too-long", "a line is too long");
    if (this.#replyBytes + bytes > maxReplyBytes) {
      throw new ProtocolError("too-long", "a reply is too long");
    }
    if (end < 0) return undefined;
    const stop = end > 0 && this.#rest[end - 1] === 0x0d ? end - 1 : end;
    const line = this.#rest.toString("utf8", 0, stop);
    this.#rest = this.#rest.subarray(bytes);
    this.#replyBytes += bytes;
    return line;
  }

  #complete(code: number): SmtpReply {
    const reply = { code, lines: this.#lines };
    this.#lines = [];
    this.#replyBytes = 0;
    return reply;
  }
}

/**
 * Whether an EHLO reply offers `keyword` (RFC 5321 §4.1.1.1). The first line is the greeting and
 * offers nothing; keywords compare without case.
 */
export function offersExtension(reply: SmtpReply, keyword: string): boolean {
  const wanted = keyword.toUpperCase();
  return reply.lines.slice(1).some((line) => line.trim().split(/\s+/)[0]?.toUpperCase() === wanted);
}
