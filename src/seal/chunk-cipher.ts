/**
 * A message as a row of sealed chunks: 64 KiB of plaintext each under AES-256-GCM in the STREAM
 * construction (Hoang, Reyhanitabar, Rogaway, Vizár, 2015): the nonce is a random prefix of seven
 * bytes, a 32-bit counter and a flag on the last chunk. Chunk 0 begins with a header that every
 * chunk authenticates. A chunk that is changed, moved, left out, added or follows the last one
 * does not open. Memory holds two chunks, whatever the message's size.
 * Chunks open one by one: what was yielded is genuine, but only the end says it is complete.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { MxsealError } from "../base/errors.ts";

export const chunkBytes: number = 64 * 1024;
const magic = Buffer.from("MXS1");
const prefixBytes = 7;
const headerBytes = magic.length + prefixBytes;
const tagBytes = 16;
const maxChunks = 2 ** 32;

/**
 * Seals piece by piece for callers that are given bytes instead of asking for them. Its memory is
 * one chunk of plaintext and what it has just given out.
 */
export class ChunkSealer {
  readonly #key: Buffer;
  readonly #header: Buffer;
  readonly #plain: Buffer = Buffer.allocUnsafeSlow(chunkBytes);
  #plainBytes = 0;
  #count = 0;

  /** `messageKey`: 32 random bytes that seal this one message only. */
  constructor(messageKey: Buffer) {
    this.#key = messageKey;
    this.#header = Buffer.concat([magic, randomBytes(prefixBytes)]);
  }

  /** How many chunks were given out. */
  get count(): number {
    return this.#count;
  }

  /** The chunks that `plain` completes, each made when it is asked for. */
  *push(plain: Uint8Array): Generator<Buffer, void, undefined> {
    for (let at = 0; at < plain.length; ) {
      // A chunk is given out only when bytes follow it, because the last one bears the flag.
      if (this.#plainBytes === chunkBytes) yield this.#seal(false);
      const taken = plain.subarray(at, at + chunkBytes - this.#plainBytes);
      this.#plain.set(taken, this.#plainBytes);
      this.#plainBytes += taken.length;
      at += taken.length;
    }
  }

  /** The last chunk; the sealer is of no more use afterwards. */
  end(): Buffer {
    const last = this.#seal(true);
    this.#plain.fill(0);
    return last;
  }

  #seal(last: boolean): Buffer {
    const index = this.#count;
    if (index >= maxChunks)
      throw new MxsealError("MXSEAL_TOO_LARGE", "a message has too many chunks");
    this.#count += 1;
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonceOf(this.#header, index, last));
    cipher.setAAD(this.#header);
    const sealed = cipher.update(this.#plain.subarray(0, this.#plainBytes));
    this.#plainBytes = 0;
    const parts = [sealed, cipher.final(), cipher.getAuthTag()];
    const chunk = Buffer.concat(index === 0 ? [this.#header, ...parts] : parts);
    release(sealed);
    return chunk;
  }
}

/**
 * Gives the memory of `bytes` back at once; nobody may use them any more. The collector would let
 * tens of megabytes pile up before it looks. Small buffers share their memory and are left alone.
 */
export function release(bytes: Buffer): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length) buffer.transfer(0);
}

/** One sealed chunk for each 64 KiB; an empty message is one chunk too. */
export async function* sealChunks(
  plain: AsyncIterable<Uint8Array>,
  messageKey: Buffer,
): AsyncGenerator<Buffer, void, undefined> {
  const sealer = new ChunkSealer(messageKey);
  for await (const bytes of plain) yield* sealer.push(bytes);
  yield sealer.end();
}

/**
 * The plaintext, chunk by chunk; `chunks` as they were given out, in their order. Rejects with
 * MXSEAL_SEALED_DAMAGED at the first chunk that is not what was sealed under this key.
 */
export async function* openChunks(
  chunks: AsyncIterable<Buffer>,
  messageKey: Buffer,
): AsyncGenerator<Buffer, void, undefined> {
  const opener = new ChunkOpener(messageKey);
  let waiting: Buffer | undefined;
  for await (const chunk of chunks) {
    if (waiting !== undefined) yield opener.open(waiting, false);
    waiting = chunk;
  }
  if (waiting === undefined) throw damaged("it has no chunk");
  yield opener.open(waiting, true);
}

class ChunkOpener {
  readonly #key: Buffer;
  #header: Buffer | undefined;
  #count = 0;

  constructor(messageKey: Buffer) {
    this.#key = messageKey;
  }

  open(chunk: Buffer, last: boolean): Buffer {
    const index = this.#count;
    this.#count += 1;
    const header = this.#header ?? headerOf(chunk);
    this.#header = header;
    const sealed = index === 0 ? chunk.subarray(headerBytes) : chunk;
    checkSize(sealed, index, last);
    return openOne(sealed, this.#key, { header, index, last });
  }
}

interface Place {
  readonly header: Buffer;
  readonly index: number;
  readonly last: boolean;
}

function openOne(sealed: Buffer, key: Buffer, place: Place): Buffer {
  const nonce = nonceOf(place.header, place.index, place.last);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(place.header).setAuthTag(sealed.subarray(-tagBytes));
  const plain = decipher.update(sealed.subarray(0, -tagBytes));
  try {
    decipher.final();
  } catch (error) {
    plain.fill(0);
    throw damaged(`chunk ${place.index} does not open`, error);
  }
  return plain;
}

function headerOf(chunk: Buffer): Buffer {
  if (chunk.length < headerBytes || !chunk.subarray(0, magic.length).equals(magic)) {
    throw damaged("its header is not there");
  }
  return Buffer.from(chunk.subarray(0, headerBytes));
}

function checkSize(sealed: Buffer, index: number, last: boolean): void {
  const plainBytes = sealed.length - tagBytes;
  const fits = last ? plainBytes >= 0 && plainBytes <= chunkBytes : plainBytes === chunkBytes;
  if (!fits || index >= maxChunks) throw damaged(`chunk ${index} has a wrong size`);
}

function nonceOf(header: Buffer, index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  header.copy(nonce, 0, magic.length);
  nonce.writeUInt32BE(index, prefixBytes);
  nonce.writeUInt8(last ? 1 : 0, 11);
  return nonce;
}

function damaged(what: string, cause?: unknown): MxsealError {
  return new MxsealError("MXSEAL_SEALED_DAMAGED", `a sealed message is damaged: ${what}`, {
    cause,
  });
}
