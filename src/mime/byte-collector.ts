/** Bytes that come in pieces, kept in one buffer up to a bound: a million tiny pieces cost no more. */
export class ByteCollector {
  readonly #maxBytes: number;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;
  #isCut = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** More came than was kept. */
  get isCut(): boolean {
    return this.#isCut;
  }

  push(bytes: Buffer): void {
    const wanted = bytes.subarray(0, this.#maxBytes - this.#length);
    if (wanted.length < bytes.length) this.#isCut = true;
    this.#makeRoom(this.#length + wanted.length);
    this.#length += wanted.copy(this.#buffer, this.#length);
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #makeRoom(length: number): void {
    if (length <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(length, this.#buffer.length * 2, 1024));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
