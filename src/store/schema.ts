/**
 * The tables as Kysely sees them, the same for every backend. Instants are epoch milliseconds.
 * What each column means to the rest of the code is said in `store.ts`; the tables themselves are
 * made by each backend's numbered migrations.
 */
import type { Generated } from "kysely";
import type { Domain } from "../base/domain.ts";
import type { Assurance, VerdictStatus } from "../base/verdict.ts";
import type { LeastTls, RuleAction, RuleScope } from "../rules/rule.ts";
import type { SealWay } from "../rules/seal-options.ts";
import type { AlarmKind } from "./manage-store.ts";
import type { NoticeKind } from "./notice-job-store.ts";
import type { SmsFault } from "./sms-store.ts";
import type { ChangeMarks } from "./store.ts";

export interface StoreSchema {
  readonly change_mark: ChangeMarkRow;
  readonly verdict: VerdictRow;
  readonly rule: RuleRow;
  readonly held_mail: HeldMailRow;
  readonly blob: BlobRow;
  readonly chunk: ChunkRow;
  readonly sealed_message: SealedMessageRow;
  readonly attempt: AttemptRow;
  readonly code_job: CodeJobRow;
  readonly verdict_turn: VerdictTurnRow;
  readonly sts_policy: StsPolicyRow;
  readonly lease: LeaseRow;
  readonly notice_job: NoticeJobRow;
  readonly alarm: AlarmRow;
  readonly reply: ReplyRow;
  readonly reply_job: ReplyJobRow;
  readonly sms_job: SmsJobRow;
  readonly sms_call: SmsCallRow;
  readonly sms_failure: SmsFailureRow;
  readonly remembered_code: RememberedCodeRow;
  readonly network_attempt: NetworkAttemptRow;
  readonly key_mark: KeyMarkRow;
  readonly sweep_mark: SweepMarkRow;
}

interface ChangeMarkRow {
  area: keyof ChangeMarks;
  mark: number;
}

interface VerdictRow {
  domain: Domain;
  /** Null together with `body`: forgotten; the row only tells the readers so. */
  status: VerdictStatus | null;
  /** The verdict as JSON. */
  body: string | null;
  checked_at: number;
  refresh_after: number;
  expires_at: number;
  used_at: number | null;
  mark: number;
}

interface RuleRow {
  id: Generated<number>;
  scope_kind: RuleScope["kind"];
  /** Address or domain; empty for the default. */
  scope_value: string;
  action: RuleAction;
  least_tls: LeastTls;
  /** `SealOptions` as JSON; null: the usual ones. */
  seal_options: string | null;
  reason: string;
  author: string;
  created_at: number;
  expires_at: number | null;
}

interface HeldMailRow {
  queue_id: string;
  recipient: string;
  domain: Domain;
  held_at: number;
}

interface BlobRow {
  id: Generated<number>;
  created_at: number;
}

interface ChunkRow {
  blob_id: number;
  position: number;
  bytes: Buffer;
}

interface SealedMessageRow {
  id: string;
  lookup_id: string;
  sender: string;
  recipient: string;
  origin_queue_id: string | null;
  size_bytes: number;
  chunk_count: number;
  salt: Buffer;
  wrapped_key: Buffer;
  blob_id: number;
  attempts: Generated<number>;
  created_at: number;
  expires_at: number;
  locked_at: number | null;
  first_opened_at: number | null;
  way: Generated<SealWay>;
  read_notice: Generated<number>;
  /** Null together with the wrap, which also goes with a recall. */
  manage_id: string | null;
  manage_wrap: Buffer | null;
  wrong_total: Generated<number>;
  locked_until: number | null;
  recalled_at: number | null;
  /** When its keys went, because it expired or was recalled. */
  forgotten_at: number | null;
  code_renewed_at: number | null;
  /** When the sender was last told of wrong codes. */
  alarmed_at: number | null;
  /** How often the reader asked for the code within the day that began then. */
  asked_count: Generated<number>;
  asked_since: number | null;
  /** Null: the message has a code of its own. */
  remembered_code_id: number | null;
  /** Of the message's own code. */
  code_guard: Buffer | null;
}

interface RememberedCodeRow {
  id: Generated<number>;
  sender_domain: Domain;
  /** `addressKey` form. */
  recipient: string;
  form: "drawn" | "own";
  public_key: Buffer;
  wrapped_private_key: Buffer;
  salt: Buffer;
  guard: Buffer;
  made_by: string;
  made_at: number;
  retired_at: number | null;
  /** Wrong guesses at all of its messages, in its whole life. */
  wrong_total: Generated<number>;
  /** The message whose code mail tells it; null: a page did. */
  told_with: string | null;
}

interface AttemptRow {
  message_id: string;
  network: string;
  attempts: number;
  window_started_at: number;
  paused_until: number | null;
}

/** Guesses of one network at all messages, within the hour that began then. */
interface NetworkAttemptRow {
  network: string;
  attempts: number;
  window_started_at: number;
}

interface CodeJobRow {
  id: Generated<number>;
  message_id: string;
  group_name: string;
  sender: string;
  sealed_content: Buffer;
  created_at: number;
}

interface VerdictTurnRow {
  id: Generated<number>;
  domain: Domain;
  turned_at: number;
  /** Null together with the assurance: nothing was known before. */
  from_status: VerdictStatus | null;
  from_assurance: Assurance | null;
  to_status: VerdictStatus;
  to_assurance: Assurance;
  is_downgrade: number;
  /** Of a downgrade: when the domain was worth as much again; null: not yet. */
  regained_at: number | null;
  reason: string;
}

interface StsPolicyRow {
  domain: Domain;
  /** The four of the policy are null together, and so are the three of the failure. */
  policy_id: string | null;
  policy_text: string | null;
  fetched_at: number | null;
  expires_at: number | null;
  failed_id: string | null;
  failed_at: number | null;
  failure_reason: string | null;
}

/** What is to be told about a message by mail, from `due_at` on. */
interface NoticeJobRow {
  message_id: string;
  kind: NoticeKind;
  /** Of a reminder: how long before the message's end. */
  before_ms: number;
  due_at: number;
}

interface AlarmRow {
  message_id: string;
  kind: AlarmKind;
  raised_at: number;
  due_at: number;
}

/** That a recipient answered; goes with the message. */
interface ReplyRow {
  message_id: string;
  number: number;
  created_at: number;
}

/** What was answered, until it is mailed; stays when the message goes. */
interface ReplyJobRow extends ReplyRow {
  id: Generated<number>;
  sender: string;
  recipient: string;
  sealed_content: Buffer;
  /** Of its files; null where it has none. */
  blob_id: number | null;
  chunk_count: Generated<number>;
}

interface SmsJobRow {
  id: Generated<number>;
  message_id: string;
  sealed_content: Buffer;
  created_at: number;
  tries: Generated<number>;
  due_at: number;
}

/** A call of the SMS hook, counted before it was made. */
interface SmsCallRow {
  id: Generated<number>;
  /** Null when the message is gone. */
  message_id: string | null;
  sender: string;
  called_at: number;
}

interface SmsFailureRow {
  message_id: string;
  reason: SmsFault;
  number: string;
  waited_ms: number;
  failed_at: number;
}

interface KeyMarkRow {
  name: string;
  mark: string;
}

interface SweepMarkRow {
  id: number;
  swept_at: number;
  doubted_at: Generated<number | null>;
}

interface LeaseRow {
  name: string;
  holder: string;
  note: string;
  started_at: number;
  until: number;
}
