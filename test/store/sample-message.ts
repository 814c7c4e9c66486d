/** Sealed messages for the tests of the store, with chunks that tell where they belong. */
import type { AttemptLimits } from "../../src/store/attempt-limits.ts";
import type { NewCodeJob } from "../../src/store/code-job-store.ts";
import type { NewSealedMessage, SealedMessage } from "../../src/store/sealed-store.ts";
import type { Store } from "../../src/store/store.ts";

export const chunksPerMessage = 3;
export const monthMs: number = 30 * 86_400_000;

export const sampleLimits: AttemptLimits = {
  perMessage: 20,
  lockMs: 86_400_000,
  perCode: 100,
  perNetwork: 5,
  networkWindowMs: 60_000,
  networkPauseMs: 180_000,
  perNetworkHour: 30,
  alarmAfter: 3,
};

export function chunkOf(id: string, index: number): Buffer {
  return Buffer.alloc(5000, `${id}/${index} `);
}

export function sampleMessage(
  id: string,
  change: Partial<NewSealedMessage> = {},
): NewSealedMessage {
  return {
    id,
    lookupId: `lookup-${id}`,
    sender: "alice@own.example",
    recipient: "bob@far.example",
    originQueueId: "4XyZ",
    sizeBytes: 15_000,
    chunkCount: chunksPerMessage,
    salt: Buffer.from("salt"),
    wrappedKey: Buffer.from("wrapped"),
    createdAt: 1000,
    expiresAt: 1000 + monthMs,
    ...change,
  };
}

export function sampleJob(change: Partial<NewCodeJob> = {}): NewCodeJob {
  return {
    group: "original-1",
    sender: "alice@own.example",
    sealedContent: Buffer.from("sealed job"),
    createdAt: 1000,
    ...change,
  };
}

/** As the store gives back what was just sealed. */
export function asStored(message: NewSealedMessage): SealedMessage {
  return {
    way: "portal",
    ...message,
    rememberedCodeId: null,
    manage: message.manage ?? null,
    wrongCodes: 0,
    wrongCodesInAll: 0,
    lockedAt: null,
    lockedUntil: null,
    recalledAt: null,
    forgottenAt: null,
    codeRenewedAt: null,
    firstOpenedAt: null,
  };
}

export async function fillBlob(store: Store, id: string, createdAt: number): Promise<number> {
  const blob = await store.sealed.createBlob(createdAt);
  for (let index = 0; index < chunksPerMessage; index += 1) {
    await store.sealed.appendChunk(blob, index, chunkOf(id, index));
  }
  return blob;
}

/** Seals a message whose fields follow from its identifier. */
export async function sealMessage(
  store: Store,
  id: string,
  change: Partial<NewSealedMessage> = {},
  job: Partial<NewCodeJob> = {},
): Promise<NewSealedMessage> {
  const message = sampleMessage(id, change);
  const blob = await fillBlob(store, id, message.createdAt);
  await store.sealed.commit(message, blob, sampleJob(job));
  return message;
}

export async function readAll(store: Store, id: string): Promise<readonly Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of store.sealed.readChunks(id)) chunks.push(chunk);
  return chunks;
}
