/**
 * Netstrings (D. J. Bernstein, 1997): `LENGTH:BYTES,` with LENGTH in decimal, without leading
 * zeros. Input may be split anywhere and hold several at once. A string that announces more than
 * the limit is refused at its length, before any of its bytes are kept.
 */
import { ProtocolError } from "../base/errors.ts";
import { ByteQueue } from "./byte-queue.ts";

const colon = 0x3a;
const comma = 0x2c;
const zero = 0x30;

export class NetstringParser {
  readonly #queue = new ByteQueue();
  readonly #limitBytes: number;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes of an incomplete string are waiting, or of complete ones not asked for yet. */
  get pending(): boolean {
    return this.#queue.length > 0;
  }

  push(chunk: Buffer): void {
    this.#queue.append(chunk);
  }

  /** The next complete string as text, undefined when more bytes are needed. */
  next(): string | undefined {
    const queue = this.#queue;
    const digits = this.#countDigits();
    if (digits === undefined) return undefined;
    const start = digits + 1;
    const end = start + this.#lengthOf(digits);
    const terminator = queue.at(end);
    if (terminator === undefined) return undefined;
    if (terminator !== comma) throw new ProtocolError("bad-terminator", "no comma after a string");
    const text = queue.text(start, end);
    queue.consume(end + 1);
    return text;
  }

  /** How many digits stand before the colon; undefined while the colon has not arrived. */
  #countDigits(): number | undefined {
    const mostDigits = String(this.#limitBytes).length;
    for (let offset = 0; ; offset += 1) {
      const byte = this.#queue.at(offset);
      if (byte === undefined) return undefined;
      if (byte === colon && offset > 0) return offset;
      if (byte < zero || byte > zero + 9) throw new ProtocolError("bad-length", "length expected");
      if (offset >= mostDigits) throw new ProtocolError("too-long", "string over the limit");
    }
  }

  #lengthOf(digits: number): number {
    let length = 0;
    for (let offset = 0; offset < digits; offset += 1) {
      length = length * 10 + (this.#queue.at(offset) ?? zero) - zero;
    }
    if (digits > 1 && this.#queue.at(0) === zero) {
      throw new ProtocolError("bad-length", "length with a leading zero");
    }
    if (length > this.#limitBytes) throw new ProtocolError("too-long", "string over the limit");
    return length;
  }
}

/** `text` must be well-formed; its length is counted in bytes of UTF-8. */
export function encodeNetstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`;
}
