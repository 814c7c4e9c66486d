import assert from "node:assert/strict";
import { createCipheriv, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { ChunkSealer, chunkBytes, openChunks, sealChunks } from "../../src/seal/chunk-cipher.ts";
import { mutate, seededRandom } from "../support/random.ts";

const key = randomBytes(32);

async function* each<T>(values: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* values;
}

async function collect(source: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const values: Buffer[] = [];
  for await (const value of source) values.push(value);
  return values;
}

async function seal(plain: Buffer, pieceBytes = plain.length || 1): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < plain.length; at += pieceBytes) {
    pieces.push(plain.subarray(at, at + pieceBytes));
  }
  return collect(sealChunks(each(pieces), key));
}

async function openAll(chunks: readonly Buffer[], withKey = key): Promise<Buffer> {
  return Buffer.concat(await collect(openChunks(each(chunks), withKey)));
}

const isDamage = (error: unknown): boolean =>
  error instanceof MxsealError && error.code === "MXSEAL_SEALED_DAMAGED";

describe("chunk cipher", () => {
  it("gives back every size around the chunk borders, however the bytes came in", async () => {
    const random = seededRandom(3);
    for (const size of [
      0,
      1,
      chunkBytes - 1,
      chunkBytes,
      chunkBytes + 1,
      3 * chunkBytes,
      200_001,
    ]) {
      const plain = randomBytes(size);
      for (const pieceBytes of [size || 1, 65_535, 1 + random.below(5000)]) {
        const chunks = await seal(plain, pieceBytes);
        assert.equal(chunks.length, Math.max(1, Math.ceil(size / chunkBytes)));
        assert.ok((await openAll(chunks)).equals(plain), `${size} in pieces of ${pieceBytes}`);
      }
    }
  });

  it("is AES-256-GCM with prefix, counter and last flag as nonce and the header as its data", async () => {
    const plain = randomBytes(chunkBytes + 10);
    const chunks = await seal(plain);
    const header = chunks[0]?.subarray(0, 11) ?? Buffer.alloc(0);
    assert.equal(header.subarray(0, 4).toString(), "MXS1");
    const nonce = Buffer.concat([header.subarray(4), Buffer.from([0, 0, 0, 1, 1])]);
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(header);
    const body = Buffer.concat([cipher.update(plain.subarray(chunkBytes)), cipher.final()]);
    assert.deepEqual(chunks[1], Buffer.concat([body, cipher.getAuthTag()]));
  });

  it("detects a row that was cut, extended, reordered, mixed or emptied", async () => {
    const chunks = await seal(randomBytes(3 * chunkBytes + 5));
    const others = await seal(randomBytes(3 * chunkBytes + 5));
    const [first, second, third, last] = chunks as [Buffer, Buffer, Buffer, Buffer];
    for (const [name, row] of [
      ["nothing", []],
      ["last chunk gone", [first, second, third]],
      ["first chunk gone", [second, third, last]],
      ["middle gone", [first, third, last]],
      ["swapped", [first, third, second, last]],
      ["repeated", [first, second, second, third, last]],
      ["extended", [...chunks, last]],
      ["followed by another message", [...chunks, ...others]],
      ["another message's chunk", [first, others[1] ?? last, third, last]],
      ["empty chunk", [first, second, third, Buffer.alloc(0)]],
      ["only a header", [first.subarray(0, 11)]],
    ] as const) {
      await assert.rejects(openAll(row), isDamage, name);
    }
  });

  it("does not open under another key", async () => {
    await assert.rejects(openAll(await seal(Buffer.from("secret")), randomBytes(32)), isDamage);
  });

  it("finds every changed byte, in header, text and tag", async () => {
    const random = seededRandom(5);
    const chunks = await seal(randomBytes(chunkBytes + 100));
    for (let count = 0; count < 300; count += 1) {
      const place = random.below(chunks.length);
      const original = chunks[place] ?? Buffer.alloc(0);
      const changed = mutate(original, random);
      if (changed.equals(original)) continue;
      await assert.rejects(openAll(chunks.with(place, changed)), isDamage);
    }
  });

  it("holds two chunks at most while a large message passes", async () => {
    const sealer = new ChunkSealer(key);
    let given = 0;
    for (let count = 0; count < 100; count += 1) {
      for (const chunk of sealer.push(randomBytes(50_000))) given += chunk.length;
      assert.ok(given >= (count + 1) * 50_000 - 2 * chunkBytes);
    }
    assert.equal(sealer.count, Math.floor((100 * 50_000) / chunkBytes));
    assert.ok(sealer.end().length > 16);
  });
});
