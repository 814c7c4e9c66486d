/**
 * One message on its way into the store: hashed and sealed while it streams in, a chunk in memory,
 * the rest in a blob that nobody owns until the message is committed. A small message touches the
 * store only at its end. Above the limit, and after a fault, the rest is swallowed unsealed.
 */
import { createHash, type Hash, randomBytes } from "node:crypto";
import { ChunkSealer, release } from "../seal/chunk-cipher.ts";
import type { SealedStore } from "../store/sealed-store.ts";

export interface FinishedDraft {
  readonly blob: number;
  readonly chunkCount: number;
}

export class SealedDraft {
  readonly messageKey: Buffer = randomBytes(32);
  readonly #store: SealedStore;
  readonly #maxBytes: number;
  readonly #createdAt: number;
  readonly #sealer: ChunkSealer;
  readonly #hash: Hash = createHash("sha256");
  #sizeBytes = 0;
  #written = 0;
  #blob: number | undefined;
  #work: Promise<void> = Promise.resolve();
  #discarded = false;

  constructor(store: SealedStore, maxBytes: number, createdAt: number) {
    this.#store = store;
    this.#maxBytes = maxBytes;
    this.#createdAt = createdAt;
    this.#sealer = new ChunkSealer(this.messageKey);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get tooLarge(): boolean {
    return this.#sizeBytes > this.#maxBytes;
  }

  /** Takes over `plain` and frees it. Resolves when the store has taken what was full. */
  write(plain: Buffer): Promise<void> {
    this.#work = this.#work.then(() => this.#write(plain));
    return this.#work;
  }

  /** SHA-256 of all that was written; asked once, before `finish`. */
  messageHash(): Buffer {
    return this.#hash.digest();
  }

  async finish(): Promise<FinishedDraft> {
    await this.#append(this.#sealer.end());
    return { blob: await this.#blobId(), chunkCount: this.#written };
  }

  /**
   * Frees what the store holds and forgets the key, after the write that may still run; harmless
   * after a commit, for the blob then has an owner.
   */
  async discard(): Promise<void> {
    this.#discarded = true;
    await this.#work.catch(() => undefined); // its writer has heard of it
    this.messageKey.fill(0);
    const blob = this.#blob;
    this.#blob = undefined;
    if (blob !== undefined) await this.#store.discardBlob(blob);
  }

  async #write(plain: Buffer): Promise<void> {
    this.#sizeBytes += plain.length;
    if (!this.tooLarge && !this.#discarded) {
      this.#hash.update(plain);
      for (const chunk of this.#sealer.push(plain)) await this.#append(chunk);
    }
    release(plain);
  }

  async #append(chunk: Buffer): Promise<void> {
    await this.#store.appendChunk(await this.#blobId(), this.#written, chunk);
    this.#written += 1;
    release(chunk);
  }

  async #blobId(): Promise<number> {
    this.#blob ??= await this.#store.createBlob(this.#createdAt);
    return this.#blob;
  }
}
