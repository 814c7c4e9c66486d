/**
 * Bytes that arrived and are not consumed yet, for parsers whose input may be split anywhere.
 * A chunk that arrives while nothing waits is used where it lies; only what was split is copied,
 * into a store that doubles, so that input in single bytes costs no more than linear time.
 * The queue has no bound of its own: its parser refuses input before it grows too long.
 */
const nothing = Buffer.alloc(0);

export class ByteQueue {
  #store: Buffer = nothing;
  #start = 0;
  #end = 0;
  /** The store is ours and may be written to; a chunk's memory belongs to the socket. */
  #owned = false;

  get length(): number {
    return this.#end - this.#start;
  }

  append(chunk: Buffer): void {
    if (this.length === 0) this.#adopt(chunk);
    else this.#copy(chunk);
  }

  /** The byte at `offset` of what is not consumed; undefined beyond its end. */
  at(offset: number): number | undefined {
    return offset < this.length ? this.#store[this.#start + offset] : undefined;
  }

  /** Offset of the first `pattern` at or after `from`, or -1. */
  find(pattern: string, from: number): number {
    const found = this.#store.indexOf(pattern, this.#start + from, "latin1");
    return found === -1 || found + pattern.length > this.#end ? -1 : found - this.#start;
  }

  /** Bytes as text; what is not UTF-8 turns into U+FFFD. */
  text(from: number, to: number): string {
    return this.#store.toString("utf8", this.#start + from, this.#start + to);
  }

  /** The first bytes without a copy; they change with the next `append`. */
  view(to: number): Buffer {
    return this.#store.subarray(this.#start, this.#start + to);
  }

  consume(count: number): void {
    this.#start += count;
    // An empty queue must not keep a socket's 64 KiB chunk alive on an idle connection.
    if (this.#start === this.#end) this.#adopt(nothing);
  }

  #adopt(chunk: Buffer): void {
    this.#store = chunk;
    this.#start = 0;
    this.#end = chunk.length;
    this.#owned = false;
  }

  #copy(chunk: Buffer): void {
    if (!this.#owned || this.#end + chunk.length > this.#store.length) this.#grow(chunk.length);
    chunk.copy(this.#store, this.#end);
    this.#end += chunk.length;
  }

  #grow(more: number): void {
    const length = this.length;
    const grown = Buffer.allocUnsafe(Math.max(256, 2 * (length + more)));
    this.#store.copy(grown, 0, this.#start, this.#end);
    this.#store = grown;
    this.#start = 0;
    this.#end = length;
    this.#owned = true;
  }
}
