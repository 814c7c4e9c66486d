/**
 * The headers of a message in their order, byte for byte (characters 0 to 255).
 *
 * A value is what stands between the colon and the header's last line end, leading blanks included;
 * folded lines are joined by LF alone. The original bytes are therefore `name + ":" + value` with
 * each LF written as CR LF, and CR LF at the end: `bytes()` does that.
 */
export interface Header {
  readonly name: string;
  readonly value: string;
}

export class HeaderList implements Iterable<Header> {
  readonly #headers: readonly Header[];

  constructor(headers: readonly Header[]) {
    this.#headers = headers;
  }

  get length(): number {
    return this.#headers.length;
  }

  [Symbol.iterator](): Iterator<Header> {
    return this.#headers[Symbol.iterator]();
  }

  /** The raw value of the nth header of that name (1 is the topmost), whatever the name's case. */
  get(name: string, nth: number = 1): string | undefined {
    return this.#named(name)[nth - 1]?.value;
  }

  count(name: string): number {
    return this.#named(name).length;
  }

  /** The header section as it was received, without the empty line that ends it. */
  bytes(): Buffer {
    const lines = this.#headers.map(({ name, value }) => `${name}:${value}\n`);
    return Buffer.from(lines.join("").replaceAll("\n", "\r\n"), "latin1");
  }

  #named(name: string): readonly Header[] {
    const wanted = name.toLowerCase();
    return this.#headers.filter((header) => header.name.toLowerCase() === wanted);
  }
}
