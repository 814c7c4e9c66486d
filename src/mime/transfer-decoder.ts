/**
 * Content-Transfer-Encoding (RFC 2045 §6) taken off piece by piece, in memory of one piece. What
 * breaks the grammar is skipped or stays as it is; nothing fails.
 */
export type TransferEncoding = "base64" | "quoted-printable" | "identity";

export interface TransferDecoder {
  push(bytes: Buffer): Buffer;
  /** What was waiting for more. */
  end(): Buffer;
}

/** `value`: of the field, in any case, comments and marks around it or not. */
export function transferEncodingOf(value: string): TransferEncoding {
  const name = value.replace(/\([^()]*\)/g, "").toLowerCase();
  if (name.includes("base64")) return "base64";
  return name.includes("quoted-printable") ? "quoted-printable" : "identity";
}

export function createTransferDecoder(encoding: TransferEncoding): TransferDecoder {
  switch (encoding) {
    case "base64":
      return new Base64Decoder();
    case "quoted-printable":
      return new QuotedPrintableDecoder();
    case "identity":
      return { push: (bytes) => bytes, end: () => Buffer.alloc(0) };
  }
}

/** Some programs end each line with padding: every `=` begins a new group (RFC 2045 §6.8). */
class Base64Decoder implements TransferDecoder {
  #waiting = "";

  push(bytes: Buffer): Buffer {
    const text = this.#waiting + bytes.toString("latin1").replace(/[^A-Za-z0-9+/=]+/g, "");
    const units = text.split(/=+/);
    const open = units.pop() ?? "";
    const wholeLength = open.length - (open.length % 4);
    this.#waiting = open.slice(wholeLength);
    const whole = open.slice(0, wholeLength);
    if (units.length === 0) return Buffer.from(whole, "base64");
    return Buffer.concat([...units, whole].map((unit) => Buffer.from(unit, "base64")));
  }

  end(): Buffer {
    return Buffer.from(this.#waiting, "base64");
  }
}

const equals = 0x3d;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
/** Relays pad lines with blanks (RFC 2045 §6.7, rule 3): these may stand between an `=` and its line end. */
const maxPaddingBytes = 80;

/** By byte; -1 for none. */
const hexDigits = Int8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[\dA-Fa-f]/.test(character) ? Number.parseInt(character, 16) : -1;
});

/** Keeps what follows an `=` until it is known: two digits, or the end of a line that goes on. */
class QuotedPrintableDecoder implements TransferDecoder {
  #waiting: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): Buffer {
    const input = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    const end = undecidedFrom(input);
    this.#waiting = Buffer.from(input.subarray(end));
    return decodeQuoted(input.subarray(0, end), false);
  }

  end(): Buffer {
    return decodeQuoted(this.#waiting, true);
  }
}

/** Only the last `=` may be: what follows one before it is known. */
function undecidedFrom(input: Buffer): number {
  const last = input.lastIndexOf(equals);
  const followed = input.length - last;
  if (last < 0 || followed > maxPaddingBytes + 1) return input.length;
  return followed < 3 || input.subarray(last + 1).every(isPadding) ? last : input.length;
}

function decodeQuoted(input: Buffer, isLast: boolean): Buffer {
  const output = Buffer.allocUnsafeSlow(input.length);
  let length = 0;
  for (let at = 0; at < input.length; ) {
    const next = input.indexOf(equals, at);
    const end = next < 0 ? input.length : next;
    length += input.copy(output, length, at, end);
    if (next < 0) break;
    const softEnd = softBreakEnd(input, next, isLast);
    const byte = softEnd === undefined ? hexByte(input, next + 1) : undefined;
    if (softEnd === undefined) output[length++] = byte ?? equals;
    at = softEnd ?? (byte === undefined ? next + 1 : next + 3);
  }
  return output.subarray(0, length);
}

/** Behind the line end, or the part's, that an `=` at `at` takes away. */
function softBreakEnd(input: Buffer, at: number, isLast: boolean): number | undefined {
  let behind = at + 1;
  while (behind <= at + maxPaddingBytes && isPadding(input[behind])) behind += 1;
  if (input[behind] === lineFeed) return behind + 1;
  return isLast && behind === input.length ? behind : undefined;
}

function isPadding(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === carriageReturn;
}

function hexByte(input: Buffer, at: number): number | undefined {
  const [high, low] = [hexDigits[input[at] ?? 0] ?? -1, hexDigits[input[at + 1] ?? 0] ?? -1];
  return high < 0 || low < 0 ? undefined : high * 16 + low;
}
