/** A new body in pieces of 16 to 256 KiB, line ends made CR LF. */
const leastPieceBytes = 16 * 1024;
/** Four whole frames of the milter protocol. */
const pieceBytes = 4 * 65_535;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export type NewBody = Uint8Array | string | AsyncIterable<Uint8Array>;

/** At least one piece comes out: an empty body is one empty piece. Strings are sent as UTF-8. */
export async function* bodyPieces(body: NewBody): AsyncGenerator<Buffer> {
  const parts: Buffer[] = [];
  let partBytes = 0;
  let last = 0;
  let empty = true;
  for await (const chunk of chunksOf(body)) {
    if (chunk.length === 0) continue;
    parts.push(withNetworkLineEnds(chunk, last));
    partBytes += chunk.length;
    last = chunk.at(-1) ?? last;
    empty = false;
    if (partBytes >= leastPieceBytes) {
      yield* split(parts.splice(0));
      partBytes = 0;
    }
  }
  if (empty || partBytes > 0) yield* split(parts);
}

/** Small chunks are put together, large ones taken apart without a copy. */
function* split(parts: readonly Buffer[]): Generator<Buffer> {
  const [first] = parts;
  const whole = first !== undefined && parts.length === 1 ? first : Buffer.concat(parts);
  for (let at = 0; at < whole.length || at === 0; at += pieceBytes) {
    yield whole.subarray(at, at + pieceBytes);
  }
}

async function* chunksOf(body: NewBody): AsyncGenerator<Buffer> {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) {
    for await (const chunk of body) yield bufferOver(chunk);
    return;
  }
  const whole = typeof body === "string" ? Buffer.from(body) : bufferOver(body);
  for (let at = 0; at < whole.length; at += pieceBytes) yield whole.subarray(at, at + pieceBytes);
}

function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `before` is the byte that came before this chunk: its CR may belong to our first LF. */
function withNetworkLineEnds(chunk: Buffer, before: number): Buffer {
  const bare: number[] = [];
  for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) {
    if ((at === 0 ? before : chunk[at - 1]) !== carriageReturn) bare.push(at);
  }
  if (bare.length === 0) return chunk;
  const result = Buffer.allocUnsafe(chunk.length + bare.length);
  let from = 0;
  let to = 0;
  for (const at of bare) {
    to += chunk.copy(result, to, from, at);
    result[to] = carriageReturn;
    to += 1;
    from = at;
  }
  chunk.copy(result, to, from);
  return result;
}
