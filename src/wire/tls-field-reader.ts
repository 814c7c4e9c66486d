/**
 * Reads the fields of a TLS structure in order (RFC 8446 §3): numbers and vectors with a length in
 * front. Never reads beyond what it was given.
 */
import { ProtocolError } from "../base/errors.ts";

export class TlsFieldReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Unsigned, big-endian, of 1 to 3 bytes. Throws ProtocolError `too-short`, as all of these. */
  number(size: 1 | 2 | 3): number {
    return this.bytes(size).readUIntBE(0, size);
  }

  /** A view, not a copy. */
  bytes(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) {
      throw new ProtocolError("too-short", "a TLS field reaches beyond its message");
    }
    const view = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return view;
  }

  /** A vector whose length stands in the first `size` bytes. */
  vector(size: 1 | 2 | 3): Buffer {
    return this.bytes(this.number(size));
  }
}
