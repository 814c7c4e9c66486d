/**
 * A new body in pieces: line ends made CR LF, each piece as long as a whole number of milter frames
 * (65 535 bytes), the last one excepted.
 */
const pieceBytes = 4 * 65_535;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export type NewBody = Uint8Array | string | AsyncIterable<Uint8Array>;

/** At least one piece comes out: an empty body is one empty piece. Strings are sent as UTF-8. */
export async function* bodyPieces(body: NewBody): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let last = 0;
  let count = 0;
  for await (const chunk of chunksOf(body)) {
    const fixed = withNetworkLineEnds(chunk, last);
    last = chunk.at(-1) ?? last;
    rest = rest.length === 0 ? fixed : Buffer.concat([rest, fixed]);
    for (; rest.length >= pieceBytes; count += 1) {
      yield rest.subarray(0, pieceBytes);
      rest = rest.subarray(pieceBytes);
    }
  }
  if (rest.length > 0 || count === 0) yield rest;
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
