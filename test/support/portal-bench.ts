/**
 * A portal on a real store in a directory of its own, and messages sealed into it the way the
 * milter seals them, past the rights that the portal has. Time stands still unless a test moves it.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOwnerOf } from "../../src/base/code-owner.ts";
import { createPortal, type Portal, type PortalOptions } from "../../src/portal/portal.ts";
import { sealChunks } from "../../src/seal/chunk-cipher.ts";
import { drawCode } from "../../src/seal/code.ts";
import { codeVersionOf } from "../../src/seal/code-version.ts";
import { deriveLinkToken, formatLinkToken, lookupIdOf } from "../../src/seal/link-token.ts";
import { deriveManageToken, formatManageToken, manageIdOf } from "../../src/seal/manage-token.ts";
import { wrapForSender } from "../../src/seal/manage-wrap.ts";
import { type PreparedCode, prepareCode, wrapUnder } from "../../src/seal/message-key.ts";
import {
  makeRememberedKeys,
  type RememberedContext,
  wrapForRemembered,
} from "../../src/seal/remembered-code.ts";
import type { SealedStore } from "../../src/store/sealed-store.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { portalRights } from "../../src/store/store-rights.ts";
import { usualAttemptLimits } from "./attempt-limits.ts";
import { FixedClock } from "./fixed-clock.ts";
import { RecordingLog } from "./recording-log.ts";

export interface PortalBench extends AsyncDisposable {
  readonly portal: Portal;
  readonly store: Store;
  readonly clock: FixedClock;
  readonly log: RecordingLog;
  /** What the portal has beside the store. */
  readonly keys: PortalOptions["keys"];
  readonly storePath: string;
  seal(original: Buffer, change?: SealChange): Promise<SealedSample>;
}

export interface SealChange {
  readonly expiresAt?: number;
  readonly code?: string;
  /** The code is one that stands for the recipient, and made some time before. */
  readonly remembered?: "drawn" | "own";
  /** Instead of `code`: derived before, for many messages that nobody opens by their code. */
  readonly prepared?: PreparedCode;
}

export interface SealedSample {
  readonly id: string;
  readonly lookupId: string;
  /** `/m/TOKEN` */
  readonly path: string;
  readonly token: string;
  readonly code: string;
  readonly messageKey: Buffer;
  readonly codeVersion: string;
  /** `/s/TOKEN` */
  readonly managePath: string;
}

export const sampleSender = "dr.weber@praxis.example";
export const sampleRecipient = "erika.muster@mail.example";
const dayMs = 24 * 3600_000;

/** `wrapStore`: what stands between portal and store; sealing goes past it. */
export async function openBench(
  change: Partial<PortalOptions> = {},
  wrapStore: (store: SealedStore) => SealedStore = (store) => store,
): Promise<PortalBench> {
  const directory = await mkdtemp(join(tmpdir(), "mxseal-portal-"));
  const storePath = join(directory, "store.db");
  const store = await openStore(storePath);
  const portalStore = await openStore(storePath, { rights: portalRights });
  const clock = new FixedClock(Date.UTC(2026, 10, 23, 9, 30));
  const log = new RecordingLog();
  const keys = { pepper: randomBytes(32), sessionKey: randomBytes(32) };
  const removeStore = async (): Promise<void> => {
    await portalStore[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  };
  const portal = await createPortal({
    store: wrapStore(portalStore.sealed),
    manage: portalStore.manage,
    remembered: portalStore.remembered,
    replies: portalStore.replies,
    keys,
    baseUrl: "http://127.0.0.1",
    listenAt: { host: "127.0.0.1", port: 0 },
    trustedProxies: [],
    branding: { organisation: "Praxis Dr. Weber" },
    attemptLimits: usualAttemptLimits,
    timeZone: "Europe/Berlin",
    clock,
    log,
    ...change,
  }).catch(async (error: unknown) => {
    await removeStore();
    throw error;
  });
  return {
    portal,
    store,
    clock,
    log,
    keys,
    storePath,
    seal: (original, sealChange = {}) =>
      sealSample({ store, pepper: keys.pepper, now: clock.now() }, original, sealChange),
    [Symbol.asyncDispose]: async () => {
      await portal.close();
      await removeStore();
    },
  };
}

interface SealPlace {
  readonly store: Store;
  readonly pepper: Buffer;
  readonly now: number;
}

async function sealSample(
  { store, pepper, now }: SealPlace,
  original: Buffer,
  change: SealChange,
): Promise<SealedSample> {
  const hash = createHash("sha256").update(original).update(randomBytes(8)).digest();
  const tokenKey = randomBytes(32);
  const token = deriveLinkToken(tokenKey, hash, sampleRecipient);
  const manageToken = deriveManageToken(tokenKey, hash, sampleRecipient);
  const lookupId = lookupIdOf(token);
  const form = change.remembered ?? "drawn";
  const prepared = change.prepared ?? (await prepareCode(change.code ?? drawCode(), pepper, form));
  const { code } = prepared;
  const messageKey = randomBytes(32);
  const context = { token, code, pepper, lookupId, recipient: sampleRecipient };
  const { remembered } = change;
  const codeKey = Buffer.from(prepared.codeKey);
  const wrapped =
    remembered === undefined
      ? wrapUnder({ ...prepared, codeKey }, { ...context, messageKey })
      : await wrapRemembered({ ...context, messageKey, form: remembered, now });
  const wrap = wrapForSender(manageToken, context, { messageKey, linkToken: token });
  const blob = await store.sealed.createBlob(now);
  let chunkCount = 0;
  for await (const chunk of sealChunks(once(original), messageKey)) {
    await store.sealed.appendChunk(blob, chunkCount, chunk);
    chunkCount += 1;
  }
  const id = randomBytes(4).toString("hex");
  await store.sealed.commit(
    {
      id,
      lookupId,
      sender: sampleSender,
      recipient: sampleRecipient,
      originQueueId: null,
      sizeBytes: original.length,
      chunkCount,
      ...wrapped,
      manage: { id: manageIdOf(manageToken), wrap },
      createdAt: now,
      expiresAt: change.expiresAt ?? now + 30 * dayMs,
    },
    blob,
    { group: id, sender: sampleSender, sealedContent: randomBytes(16), createdAt: now },
  );
  const text = formatLinkToken(token);
  const managePath = `/s/${formatManageToken(manageToken)}`;
  const secrets = { messageKey, codeVersion: codeVersionOf(wrapped) };
  return { id, lookupId, path: `/m/${text}`, token: text, code, ...secrets, managePath };
}

async function wrapRemembered(
  input: RememberedContext & {
    readonly messageKey: Buffer;
    readonly code: string;
    readonly pepper: Buffer;
    readonly form: "drawn" | "own";
    readonly now: number;
  },
) {
  const { messageKey, code, pepper, form, now } = input;
  const owner = codeOwnerOf(sampleSender, sampleRecipient);
  if (owner === undefined) throw new Error("the samples are addresses");
  const keys = makeRememberedKeys(await prepareCode(code, pepper, form), owner);
  const made = { owner, form, madeBy: sampleSender, madeAt: now - dayMs };
  const wrapped = wrapForRemembered(keys.publicKey, messageKey, input);
  return { ...wrapped, code: { kind: "new-remembered", code: { ...keys, ...made } } as const };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
