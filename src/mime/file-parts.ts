/**
 * Files as the last parts of a multipart/mixed body (RFC 2046 §5.1.3), made piece by piece while
 * their bytes come: a mail of any size takes the memory of one piece. Every line is short and 7-bit.
 */
import { fileParameter } from "./file-parameter.ts";
import { fileTypeOf } from "./file-type.ts";

export interface PartFile {
  /** Cleaned (`file-name.ts`). */
  readonly name: string;
  readonly sizeBytes: number;
}

/** 57 bytes make a line of 76 characters (RFC 2045 §6.8). */
const bytesPerLine = 57;

/**
 * `plain`: the files' bytes, one after the other. Yields from the delimiter after the part before
 * to the closing one. Rejects as `plain` does, and when it is longer or shorter than the files.
 */
export async function* fileParts(
  boundary: string,
  files: readonly PartFile[],
  plain: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const source = new CutSource(plain);
  for (const file of files) {
    yield Buffer.from(partHead(boundary, file), "latin1");
    yield* base64Lines(source.take(file.sizeBytes));
  }
  await source.expectEnd();
  yield Buffer.from(`\r\n--${boundary}--\r\n`, "latin1");
}

function partHead(boundary: string, { name }: PartFile): string {
  return [
    "",
    `--${boundary}`,
    `Content-Type: ${fileTypeOf(name)}`,
    "Content-Disposition: attachment;",
    ...fileParameter(name),
    "Content-Transfer-Encoding: base64",
    "",
    "",
  ].join("\r\n");
}

async function* base64Lines(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    const wholeLines = bytes.length - (bytes.length % bytesPerLine);
    if (wholeLines > 0) yield linesOf(bytes.subarray(0, wholeLines));
    rest = bytes.subarray(wholeLines);
  }
  if (rest.length > 0) yield linesOf(rest);
}

function linesOf(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("base64").replace(/.{1,76}/g, "$&\r\n"), "latin1");
}

/** Bytes that come in pieces, given out in cuts of another length. */
class CutSource {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(plain: AsyncIterable<Buffer>) {
    this.#pieces = plain[Symbol.asyncIterator]();
  }

  async *take(bytes: number): AsyncGenerator<Buffer> {
    let left = bytes;
    while (left > 0) {
      if (!(await this.#fill())) throw new Error("a mail's files are shorter than it says");
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async expectEnd(): Promise<void> {
    if (await this.#fill()) throw new Error("a mail's files are longer than it says");
  }

  /** False at the end. */
  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#pieces.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }
}
