/**
 * What mxseal keeps, as the rest of the code sees it. Every method is asynchronous, because a
 * database across the network is. Verdicts are a cache and may be lost; rules, sealed messages
 * and pending code mails may not: a method that stores one of them resolves only after it would
 * survive a power cut. Every method rejects with MXSEAL_STORE_UNUSABLE when the database cannot do
 * its work; no lookup of Postfix ever waits for any of them.
 */
import type { Domain } from "../base/domain.ts";
import type { NewRule, Rule } from "../rules/rule.ts";
import type { CodeJobStore } from "./code-job-store.ts";
import type { KeyMarkStore } from "./key-mark-store.ts";
import type { LeaseStore } from "./lease-store.ts";
import type { AlarmStore, ManageStore } from "./manage-store.ts";
import type { NoticeJobStore } from "./notice-job-store.ts";
import type { GuardStore, RememberedStore } from "./remembered-store.ts";
import type { ReplyStore } from "./reply-store.ts";
import type { SealedStore } from "./sealed-store.ts";
import type { SmsStore } from "./sms-store.ts";
import type { StsPolicyStore } from "./sts-policy-store.ts";
import type { VerdictStore } from "./verdict-store.ts";

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
