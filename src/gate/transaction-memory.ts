/**
 * Joins the policy requests of one SMTP transaction. RCPT requests come before Postfix has a queue
 * ID and are collected under their `instance`; the request at DATA brings the ID and turns them
 * into a transaction that qmgr's lookups can be matched with, by recipient.
 * Bounded in count and age; what is forgotten costs a queue ID in the log and in the release
 * queue, which then asks Postfix for it.
 */
import type { Clock } from "../base/clock.ts";
import type { PolicyRequest } from "../wire/policy-delegation.ts";
import type { Transaction, TransactionMemory } from "./transaction.ts";

export interface TransactionLimits {
  readonly maxAgeMs: number;
  /** Transactions between RCPT and DATA. */
  readonly maxOpen: number;
  /** Recipients of all completed transactions together. */
  readonly maxRecipients: number;
  readonly maxRecipientsPerTransaction: number;
}

const defaultLimits: TransactionLimits = {
  maxAgeMs: 60 * 60_000,
  maxOpen: 5000,
  maxRecipients: 100_000,
  maxRecipientsPerTransaction: 1000,
};
/** Newest queue IDs told for one recipient. */
const maxAnswers = 100;

interface OpenTransaction {
  readonly recipients: string[];
  readonly openedAt: number;
}

export class BoundedTransactionMemory implements TransactionMemory {
  readonly #clock: Clock;
  readonly #limits: TransactionLimits;
  /** By instance; both maps keep the order of time, oldest first. */
  readonly #open = new Map<string, OpenTransaction>();
  readonly #completed = new Map<string, Transaction>();
  readonly #byRecipient = new Map<string, Set<Transaction>>();
  #recipientCount = 0;

  constructor(clock: Clock, limits: Partial<TransactionLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** A RCPT that mxseal did not refuse. */
  noteRecipient(request: PolicyRequest): void {
    if (request.instance === "" || request.recipient === "") return;
    this.#forgetOpen();
    const known = this.#open.get(request.instance);
    const open = known ?? { recipients: [], openedAt: this.#clock.now() };
    if (known === undefined) this.#open.set(request.instance, open);
    if (open.recipients.length >= this.#limits.maxRecipientsPerTransaction) return;
    if (!open.recipients.includes(request.recipient)) open.recipients.push(request.recipient);
  }

  /** The DATA request; answers the transaction, undefined when Postfix named no queue ID. */
  complete(request: PolicyRequest): Transaction | undefined {
    const open = this.#open.get(request.instance);
    this.#open.delete(request.instance);
    const alone = request.recipient === "" ? [] : [request.recipient];
    const recipients = open?.recipients ?? alone;
    if (request.queueId === "" || recipients.length === 0) return undefined;
    const transaction: Transaction = {
      queueId: request.queueId,
      sender: request.sender,
      saslUsername: request.saslUsername,
      clientAddress: request.clientAddress,
      recipients,
      acceptedAt: this.#clock.now(),
    };
    this.#keep(transaction);
    return transaction;
  }

  queueIdsOf(recipient: string): readonly string[] {
    this.#forgetCompleted();
    const found = this.#byRecipient.get(recipientKey(recipient));
    if (found === undefined) return [];
    return [...found]
      .slice(-maxAnswers)
      .toReversed()
      .map((transaction) => transaction.queueId);
  }

  #keep(transaction: Transaction): void {
    // Short queue IDs are used again by Postfix; the newest transaction is meant.
    const earlier = this.#completed.get(transaction.queueId);
    if (earlier !== undefined) this.#drop(earlier);
    this.#completed.set(transaction.queueId, transaction);
    for (const recipient of transaction.recipients) this.#index(recipient, transaction);
    this.#forgetCompleted();
  }

  #index(recipient: string, transaction: Transaction): void {
    const key = recipientKey(recipient);
    const known = this.#byRecipient.get(key);
    if (known === undefined) this.#byRecipient.set(key, new Set([transaction]));
    else known.add(transaction);
    this.#recipientCount += 1;
  }

  #drop(transaction: Transaction): void {
    this.#completed.delete(transaction.queueId);
    for (const recipient of transaction.recipients) {
      const key = recipientKey(recipient);
      const known = this.#byRecipient.get(key);
      known?.delete(transaction);
      if (known?.size === 0) this.#byRecipient.delete(key);
      this.#recipientCount -= 1;
    }
  }

  #forgetCompleted(): void {
    const oldestAt = this.#clock.now() - this.#limits.maxAgeMs;
    for (const transaction of this.#completed.values()) {
      const fits = this.#recipientCount <= this.#limits.maxRecipients;
      if (fits && transaction.acceptedAt >= oldestAt) return;
      this.#drop(transaction);
    }
  }

  #forgetOpen(): void {
    const oldestAt = this.#clock.now() - this.#limits.maxAgeMs;
    for (const [instance, open] of this.#open) {
      if (this.#open.size <= this.#limits.maxOpen && open.openedAt >= oldestAt) return;
      this.#open.delete(instance);
    }
  }
}

/** Postfix hands the address to qmgr as it was given, but clients vary its case between mails. */
function recipientKey(recipient: string): string {
  return recipient.toLowerCase();
}
