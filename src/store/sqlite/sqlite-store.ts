/** The store in one SQLite file, for the processes of one machine. */
import { AlarmTable } from "../alarm-table.ts";
import { readMarks } from "../change-mark.ts";
import type { CodeJobStore } from "../code-job-store.ts";
import { CodeJobTable } from "../code-job-table.ts";
import type { Database } from "../database.ts";
import { HeldTable } from "../held-table.ts";
import type { KeyMarkStore } from "../key-mark-store.ts";
import { KeyMarkTable } from "../key-mark-table.ts";
import type { LeaseStore } from "../lease-store.ts";
import { LeaseTable } from "../lease-table.ts";
import type { AlarmStore, ManageStore } from "../manage-store.ts";
import { ManageTable } from "../manage-table.ts";
import type { NoticeJobStore } from "../notice-job-store.ts";
import { NoticeJobTable } from "../notice-job-table.ts";
import type { GuardStore, RememberedStore } from "../remembered-store.ts";
import { RememberedTable } from "../remembered-table.ts";
import type { ReplyStore } from "../reply-store.ts";
import { ReplyTable } from "../reply-table.ts";
import { RuleTable } from "../rule-table.ts";
import type { SealedStore } from "../sealed-store.ts";
import { SealedTable } from "../sealed-table.ts";
import type { SmsStore } from "../sms-store.ts";
import { SmsTable } from "../sms-table.ts";
import type { ChangeMarks, HeldStore, RuleStore, Store } from "../store.ts";
import type { StsPolicyStore } from "../sts-policy-store.ts";
import { StsPolicyTable } from "../sts-policy-table.ts";
import type { VerdictStore } from "../verdict-store.ts";
import { VerdictTable } from "../verdict-table.ts";

export class SqliteStore implements Store {
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
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.verdicts = new VerdictTable(database);
    this.rules = new RuleTable(database);
    this.held = new HeldTable(database);
    this.sealed = new SealedTable(database);
    this.manage = new ManageTable(database);
    this.alarms = new AlarmTable(database);
    this.codeJobs = new CodeJobTable(database);
    this.noticeJobs = new NoticeJobTable(database);
    this.replies = new ReplyTable(database);
    this.sms = new SmsTable(database);
    this.remembered = new RememberedTable(database);
    this.stsPolicies = new StsPolicyTable(database);
    this.leases = new LeaseTable(database);
    this.keyMarks = new KeyMarkTable(database);
  }

  marks(): Promise<ChangeMarks> {
    return this.#database.read(readMarks);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
  }
}
