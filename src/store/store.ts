/**
 * What mxseal keeps, as the rest of the code sees it. Every method is asynchronous, because a
 * database across the network is. Verdicts are a cache and may be lost; rules, sealed messages
 * and pending code mails may not: a method that stores one of them resolves only after it would
 * survive a power cut. Every method rejects with MXSEAL_STORE_UNUSABLE when the database cannot do
 * its work; no lookup of Postfix ever waits for any of them.
 */
import type { Domain } from "../base/domain.ts";
import type { Assurance, Verdict, VerdictStatus } from "../base/verdict.ts";
import type { NewRule, Rule } from "../rules/rule.ts";
import type { SealWay } from "../rules/seal-options.ts";
import type { KeyMarkStore } from "./key-mark-store.ts";
import type { AlarmStore, ManageStore } from "./manage-store.ts";
import type { GuardStore, NewRememberedCode, RememberedStore } from "./remembered-store.ts";
import type { ReplyStore } from "./reply-store.ts";
import type { NewSms, SmsStore } from "./sms-store.ts";

export interface Store extends AsyncDisposable {
  readonly verdicts: VerdictStore;
  readonly rules: RuleStore;
  readonly held: HeldStore;
  readonly sealed: SealedStore;
  readonly manage: ManageStore;
  readonly alarms: AlarmStore;
  readonly codeJobs: CodeJobStore;
  readonly noticeJobs: NoticeJobStore;
  readonly replies: ReplyStore;
  readonly sms: SmsStore;
  readonly remembered: RememberedStore & GuardStore;
  readonly stsPolicies: StsPolicyStore;
  readonly leases: LeaseStore;
  readonly keyMarks: KeyMarkStore;
  /** One number per area; it grows with each committed change of any process. Cheap to ask. */
  marks(): Promise<ChangeMarks>;
}

export interface ChangeMarks {
  readonly verdicts: number;
  readonly rules: number;
  readonly held: number;
}

/** Verdicts are listed by domain; `after` continues behind the last one of a page. */
export interface VerdictFilter {
  readonly status?: VerdictStatus;
  readonly after?: Domain;
  readonly limit?: number;
}

/** Status and assurance of a domain changed. */
export interface VerdictTurn {
  readonly domain: Domain;
  readonly turnedAt: number;
  /** undefined: nothing was known before. */
  readonly from: VerdictStanding | undefined;
  readonly to: VerdictStanding;
  /** Less than before: proven is no more, or by a weaker assurance. */
  readonly isDowngrade: boolean;
  /** The weightiest finding of the new verdict, in English; empty when there is none. */
  readonly reason: string;
}

export interface VerdictStanding {
  readonly status: VerdictStatus;
  readonly assurance: Assurance;
}

/** What is to be stored in the place of another verdict. */
export interface VerdictRevision {
  readonly verdict: Verdict;
  readonly turn: VerdictTurn | undefined;
}

/** Which verdicts are to be checked again; all that is given must hold. */
export interface StaleFilter {
  /** `refreshAfter` is not later. Sorts by it: longest overdue first. */
  readonly dueAt?: number;
  /** `checkedAt` is earlier. Sorts by it where `dueAt` is not given: oldest first. */
  readonly checkedBefore?: number;
  /** Mail was routed there since then. */
  readonly usedSince?: number;
}

export interface StaleVerdict {
  readonly domain: Domain;
  readonly checkedAt: number;
  readonly refreshAfter: number;
}

export interface VerdictStore {
  /** `turn`: recorded in the same step, when this verdict changes what the domain is worth. */
  save(verdict: Verdict, turn?: VerdictTurn): Promise<void>;
  /**
   * Stores what `revise` makes of the verdict there is, in one step with reading it: of several
   * processes with news of one domain each sees the other's. `revise` only computes; it may be
   * called again. When it returns the very verdict it was given nothing is stored.
   */
  revise(
    domain: Domain,
    revise: (old: Verdict | undefined) => VerdictRevision,
  ): Promise<VerdictRevision>;
  /** The last turns of a domain, newest first; at most 50 per domain, for two years. */
  history(domain: Domain): Promise<readonly VerdictTurn[]>;
  /**
   * The newest downgrade of each known domain that has not been worth as much again since, newest
   * first. A domain that was forgotten begins anew.
   */
  downgrades(limit: number): Promise<readonly VerdictTurn[]>;
  find(domain: Domain): Promise<Verdict | undefined>;
  list(filter: VerdictFilter): Promise<readonly Verdict[]>;
  /** True when there was one. */
  forget(domain: Domain): Promise<boolean>;
  /** What changed after `mark`, oldest first; `verdict` undefined: forgotten. */
  changesSince(mark: number, limit: number): Promise<readonly VerdictChange[]>;
  /** What is to be checked again, page by page: `after` is the last one of the page before. */
  stale(filter: StaleFilter, limit: number, after?: StaleVerdict): Promise<readonly StaleVerdict[]>;
  countStale(filter: StaleFilter): Promise<number>;
  /** Notes that mail to these domains was routed, so that refresh knows what is used. */
  markUsed(domains: readonly Domain[], usedAt: number): Promise<void>;
}

export interface VerdictChange {
  readonly mark: number;
  readonly domain: Domain;
  readonly verdict: Verdict | undefined;
}

/**
 * What is known of a domain's MTA-STS policy (RFC 8461 §3.3). A cache, but one that protects:
 * losing it opens the window of a first contact again.
 */
export interface StoredStsPolicy {
  readonly domain: Domain;
  /** The last policy that was fetched whole and valid; undefined: never. */
  readonly policy:
    | {
        readonly id: string;
        /** The body as fetched. */
        readonly text: string;
        readonly fetchedAt: number;
        /** fetchedAt + max_age. */
        readonly expiresAt: number;
      }
    | undefined;
  /** The last fetch that failed: not tried again for this id before five minutes have passed. */
  readonly failure:
    | { readonly id: string; readonly failedAt: number; readonly reason: string }
    | undefined;
}

export interface StsPolicyStore {
  find(domain: Domain): Promise<StoredStsPolicy | undefined>;
  /** Replaces what was there. Leaves 30 days after its end; each save removes a few such. */
  save(policy: StoredStsPolicy): Promise<void>;
}

/** A task that only one process may do at a time, for as long as it renews its lease. */
export interface Lease {
  readonly name: string;
  /** Unguessable; names the holder. */
  readonly holder: string;
  /** For people: which command, which process. */
  readonly note: string;
  readonly startedAt: number;
  readonly until: number;
}

export type LeaseOutcome =
  /** `interrupted`: the lease that ran out without being given back, if there was one. */
  | { readonly kind: "taken"; readonly interrupted: Lease | undefined }
  | { readonly kind: "held"; readonly by: Lease };

export interface LeaseStore {
  /** Free, run out or this very holder's: taken. */
  take(lease: Lease, nowMs: number): Promise<LeaseOutcome>;
  /** False: it was lost to somebody else meanwhile. */
  renew(name: string, holder: string, until: number): Promise<boolean>;
  /** Without effect when it is not this holder's. */
  release(name: string, holder: string): Promise<void>;
}

export interface RuleStore {
  add(rule: NewRule): Promise<Rule>;
  /** True when there was one. */
  remove(id: number): Promise<boolean>;
  list(): Promise<readonly Rule[]>;
}

/** Mail that the milter answered with 451 and that the release queue is to set free. */
export interface HeldMail {
  readonly queueId: string;
  /** As the milter received it, without angle brackets. */
  readonly recipient: string;
  readonly domain: Domain;
  readonly heldAt: number;
}

export interface HeldStore {
  /** Adds, or moves `heldAt` of the same queue ID and recipient. */
  put(mail: HeldMail): Promise<void>;
  list(limit: number): Promise<readonly HeldMail[]>;
  remove(queueId: string, recipient: string): Promise<void>;
  removeOlderThan(heldAt: number): Promise<number>;
}

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

export interface AttemptLimits {
  /** Then the message is locked for `lockMs`. */
  readonly perMessage: number;
  readonly lockMs: number;
  /** Wrong ones of the code's whole life; then only a new code helps. */
  readonly perCode: number;
  /** Within `networkWindowMs`; then that network pauses for `networkPauseMs`. */
  readonly perNetwork: number;
  readonly networkWindowMs: number;
  readonly networkPauseMs: number;
  /** Of one network at all messages within an hour; then it pauses until the hour is over. */
  readonly perNetworkHour: number;
  /** So many wrong ones alarm the sender, and so does a lock. */
  readonly alarmAfter: number;
}

export type AttemptOutcome =
  | {
      readonly kind: "counted";
      readonly leftForNetwork: number;
      readonly leftForMessage: number;
      /** Until when the network pauses at all messages, if that was its last try of the hour. */
      readonly hourEndsAt?: number;
    }
  | { readonly kind: "network-paused"; readonly untilAt: number }
  /** `untilAt` null: until the message has a new code. */
  | { readonly kind: "locked"; readonly untilAt: number | null }
  /** Not there, or forgotten. */
  | { readonly kind: "gone" };

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
  /**
   * Forgets expired messages: keys, content and all that waits for them. Deletes the content that is
   * left of recalled ones, tombstones 90 days after the message's end, abandoned blobs, and networks
   * whose guesses count no more. At most `limit` of each but these; returns how many it was about,
   * networks left out: 0 when nothing more is to be done.
   */
  sweep(nowMs: number, limit: number): Promise<number>;
}

/** What the mailer has to tell about a message: `read` to its sender, `reminder` to its recipient. */
export type NoticeKind = "read" | "reminder";

export interface NoticeJob {
  readonly kind: NoticeKind;
  readonly messageId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly firstOpenedAt: number | null;
}

/**
 * A reminder comes into being with its message and ends when that is opened; a read notice comes
 * into being with the first opening. Both go with their message.
 */
export interface NoticeJobStore {
  /** What is to be told now, longest due first; nothing about a message that has expired. */
  due(nowMs: number, limit: number): Promise<readonly NoticeJob[]>;
  /** After Postfix has taken the mail. */
  complete(job: Pick<NoticeJob, "kind" | "messageId">): Promise<void>;
}

/** A code that waits to be mailed to its sender; committed together with its message. */
export interface NewCodeJob {
  /** Messages of one original share it: their codes go into one mail. */
  readonly group: string;
  readonly sender: string;
  /** AES-256-GCM, under a key that is not in the store, of what the mail needs. */
  readonly sealedContent: Buffer;
  readonly createdAt: number;
}

export interface CodeJob extends NewCodeJob {
  readonly id: number;
  readonly messageId: string;
}

/** When a group of jobs is complete, as far as one can tell: one of both suffices. */
export interface Ripeness {
  /** No job of the group was created since. */
  readonly quietSince: number;
  /** The oldest job of the group was created before. */
  readonly overdueSince: number;
}

export interface CodeJobStore {
  /**
   * Jobs of ripe groups, group by group, oldest first. `limit` counts jobs and cuts between groups,
   * never within one: a group has as many jobs as Postfix took recipients for one message
   * (postconf(5) smtpd_recipient_limit).
   */
  ripe(ripeness: Ripeness, limit: number): Promise<readonly CodeJob[]>;
  /** After Postfix has taken the mail. Shreds the jobs. */
  complete(ids: readonly number[]): Promise<void>;
  count(): Promise<number>;
}
