/** One part's body cut out of its mail and decoded, in memory of one piece. */
import type { PartPlace } from "./message-survey.ts";
import { createTransferDecoder } from "./transfer-decoder.ts";

/** A string of a whole file would be a second copy of it. */
const pieceBytes = 64 * 1024;

/** `original`: the mail from its first byte on; it is read no further than the part's end. */
export async function* partBytes(
  original: AsyncIterable<Buffer>,
  place: PartPlace,
): AsyncGenerator<Buffer, void, undefined> {
  const decoder = createTransferDecoder(place.encoding);
  let at = 0;
  for await (const bytes of original) {
    const wanted = cut(bytes, at, place);
    at += bytes.length;
    const decoded = decoder.push(wanted);
    if (decoded.length > 0) yield decoded;
    if (at >= place.endsAt) break;
  }
  const last = decoder.end();
  if (last.length > 0) yield last;
}

/** The same where the whole mail is at hand. */
export function decodePart(original: Buffer, place: PartPlace): Buffer {
  const decoder = createTransferDecoder(place.encoding);
  const body = cut(original, 0, place);
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += pieceBytes) {
    pieces.push(decoder.push(body.subarray(at, at + pieceBytes)));
  }
  return Buffer.concat([...pieces, decoder.end()]);
}

function cut(bytes: Buffer, at: number, { startsAt, endsAt }: PartPlace): Buffer {
  return bytes.subarray(Math.max(0, startsAt - at), Math.max(0, endsAt - at));
}
