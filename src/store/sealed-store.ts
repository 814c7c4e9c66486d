/** Sealed messages as the rest of the code sees them, from the first chunk to the tombstone. */
import type { SealWay } from "../rules/seal-options.ts";
import type { AttemptLimits, AttemptOutcome } from "./attempt-limits.ts";
import type { NewCodeJob } from "./code-job-store.ts";
import type { NewRememberedCode } from "./remembered-store.ts";
import type { NewSms } from "./sms-store.ts";

/** One recipient's sealed message. No field opens it: token, code and pepper are elsewhere. */
export interface SealedMessage {
  /** Short public identifier, 8 characters; what commands and logs name. */
  readonly id: string;
  /** Hex of 16 bytes derived from the link token; finds the row, does not open it. */
  readonly lookupId: string;
  readonly sender: string;
  readonly recipient: string;
  /** Queue ID of the message when Postfix first accepted it; null when it could not be learned. */
  readonly originQueueId: string | null;
  readonly sizeBytes: number;
  readonly chunkCount: number;
  readonly salt: Buffer;
  /** AES-256-GCM of the message key under the key that link and code give. Empty when forgotten. */
  readonly wrappedKey: Buffer;
  /** What the sender's link leads to, where there is one (`manage-wrap.ts`). */
  readonly manage: ManageAccess | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Wrong codes since the last right one, and in all since the code was made. */
  readonly wrongCodes: number;
  readonly wrongCodesInAll: number;
  /** Too many wrong codes; it may have ended since: `message-state.ts` tells. */
  readonly lockedAt: number | null;
  /** Null while locked: until the message has a new code. */
  readonly lockedUntil: number | null;
  readonly recalledAt: number | null;
  /** When keys and content went, at its end or because it was recalled; the rest is a tombstone. */
  readonly forgottenAt: number | null;
  /** The last new code; what was opened with an older one is shut. */
  readonly codeRenewedAt: number | null;
  readonly firstOpenedAt: number | null;
  /** `pdf`: nobody was given a link; the recipient has it as an encrypted PDF. */
  readonly way: SealWay;
  /** The code that stands for its recipient; null: it has a code of its own. */
  readonly rememberedCodeId: number | null;
}

export interface ManageAccess {
  /** Hex of 16 bytes derived from the manage token; finds the row, does not open it. */
  readonly id: string;
  /** AES-256-GCM of message key and link token under a key from the manage token. */
  readonly wrap: Buffer;
}

/** What only comes to be in a message's life. */
type LaterFields =
  | "wrongCodes"
  | "wrongCodesInAll"
  | "lockedAt"
  | "lockedUntil"
  | "recalledAt"
  | "forgottenAt"
  | "codeRenewedAt"
  | "firstOpenedAt";

type OptionalFields = "way" | "manage" | "rememberedCodeId";

export interface NewSealedMessage extends Omit<SealedMessage, LaterFields | OptionalFields> {
  /** Without it the sender has no link to it. */
  readonly manage?: ManageAccess;
  /** Without it `portal`. */
  readonly way?: SealWay;
  /** Which code opens it; without it one of its own that cannot be known again in a mail. */
  readonly code?: MessageCode;
  /** Its sender is to hear when it is opened first. */
  readonly readNotice?: boolean;
  /** How long before its end a recipient who has not opened it is to be reminded. */
  readonly reminderBeforeMs?: number | null;
  /** Its code goes by SMS as well. */
  readonly sms?: NewSms | undefined;
}

export type MessageCode =
  /** By which it is known again. */
  | { readonly kind: "own"; readonly guard: Buffer }
  | { readonly kind: "remembered"; readonly id: number }
  /** Comes into force with the message. */
  | { readonly kind: "new-remembered"; readonly code: NewRememberedCode };

/** For who must know whether the clock may be trusted to delete by. */
export interface SweepMark {
  /** The last `sweep`. */
  readonly sweptAt: number;
  /** Since when the clock has been in doubt; null: it is not. */
  readonly doubtedAt: number | null;
}

export interface SealedStore {
  /**
   * A place for chunks that no message owns yet; abandoned ones are swept after an hour. Chunks
   * are durable once their message is committed, not before.
   */
  createBlob(createdAt: number): Promise<number>;
  appendChunk(blob: number, index: number, bytes: Buffer): Promise<void>;
  discardBlob(blob: number): Promise<void>;
  /**
   * Makes the blob a message, together with its code job, in one durable step. `exists` when this
   * `lookupId` has been sealed before, `code-changed` when the remembered code is not in force any
   * more, or another one came into force before the new one: then nothing is changed.
   */
  commit(
    message: NewSealedMessage,
    blob: number,
    job: NewCodeJob,
  ): Promise<"committed" | "exists" | "code-changed">;
  findByLookupId(lookupId: string): Promise<SealedMessage | undefined>;
  /** How many sealed messages there are, tombstones left out. */
  count(): Promise<number>;
  /**
   * Chunk by chunk in order; memory holds one at a time. Rejects with MXSEAL_MESSAGE_GONE when the
   * message is not there, or is deleted meanwhile: what has been read is never silently all.
   */
  readChunks(id: string): AsyncIterable<Buffer>;
  /**
   * Counts an attempt in one atomic step, before any key derivation. The attempt that reaches
   * `perMessage` is still counted and sets `lockedAt`; the ones after it find `locked`. An attempt
   * of a paused network is not counted. The alarm to the sender is raised in the same step.
   */
  countAttempt(
    lookupId: string,
    network: string,
    nowMs: number,
    limits: AttemptLimits,
  ): Promise<AttemptOutcome>;
  /**
   * After the right code: forgets the counted attempts of this message, unlocks it and withdraws
   * what its sender was not yet told of them. The first time its reminder goes, and its read notice
   * comes into being. `network`: whose try it was; `salt`: of the wrap that was opened. False, and
   * nothing of this, when the message has got another code since or is gone: the right code of then
   * is none now.
   */
  resetAttempts(
    lookupId: string,
    openedAt: number,
    network: string,
    salt: Buffer,
  ): Promise<boolean>;
  /** Undefined before the first `sweep`. */
  sweepMark(): Promise<SweepMark | undefined>;
  /** The clock is in doubt; until the next `sweep`. */
  noteDoubt(doubtedAt: number): Promise<void>;
  /**
   * Forgets expired messages: keys, content and all that waits for them. Deletes the content that is
   * left of recalled ones, tombstones 90 days after the message's end, abandoned blobs, and networks
   * whose guesses count no more. At most `limit` of each but these; returns how many it was about,
   * networks left out: 0 when nothing more is to be done.
   */
  sweep(nowMs: number, limit: number): Promise<number>;
}
