/**
 * Joins the policy requests of one SMTP transaction. RCPT requests come before Postfix has a queue
 * ID and are collected under their `instance`; the request at DATA brings the ID and turns them
 * into a transaction that qmgr's lookups can be matched with, by recipient.
 * Bounded in count and age, in two generations: when the young one is full or as old as it may be,
 * it takes the place of the old one, which is dropped whole. What is forgotten costs a queue ID in
 * the log and in the release queue, which then asks Postfix for it.
 */
import type { Clock } from "../base/clock.ts";
import type { PolicyRequest } from "../wire/policy-delegation.ts";
import { RecentMap } from "./recent-map.ts";
import type { Transaction, TransactionMemory } from "./transaction.ts";

export interface TransactionLimits {
  readonly maxAgeMs: number;
  /** Transactions between RCPT and DATA that are kept for certain. */
  readonly openCapacity: number;
  /** Recipients of all completed transactions of one generation. */
  readonly recipientCapacity: number;
  readonly maxRecipientsPerTransaction: number;
}

const defaultLimits: TransactionLimits = {
  maxAgeMs: 60 * 60_000,
  openCapacity: 5000,
  recipientCapacity: 50_000,
  maxRecipientsPerTransaction: 1000,
};
/** Newest queue IDs told for one recipient. */
const maxAnswers = 20;

interface OpenTransaction {
  readonly recipients: string[];
  readonly openedAt: number;
}

interface Generation {
  readonly startedAt: number;
  recipientCount: number;
  readonly byQueueId: Map<string, Transaction>;
  /** Oldest first. */
  readonly byRecipient: Map<string, Transaction[]>;
}

export class BoundedTransactionMemory implements TransactionMemory {
  readonly #clock: Clock;
  readonly #limits: TransactionLimits;
  /** By instance. */
  readonly #open: RecentMap<string, OpenTransaction>;
  #young: Generation;
  #old: Generation;

  constructor(clock: Clock, limits: Partial<TransactionLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...defaultLimits, ...limits };
    this.#open = new RecentMap(this.#limits.openCapacity);
    this.#young = newGeneration(clock.now());
    this.#old = newGeneration(clock.now());
  }

  /** A RCPT that mxseal did not refuse. The same recipient counts once. */
  noteRecipient(request: PolicyRequest): void {
    const { instance, recipient } = request;
    if (instance === "" || recipient === "") return;
    const known = this.#open.get(instance);
    if (known === undefined) {
      this.#open.set(instance, { recipients: [recipient], openedAt: this.#clock.now() });
    } else if (known.recipients.length < this.#limits.maxRecipientsPerTransaction) {
      if (!known.recipients.includes(recipient)) known.recipients.push(recipient);
    }
  }

  /** Recipients noted so far in a transaction between RCPT and DATA. */
  countRecipients(instance: string): number {
    return this.#open.get(instance)?.recipients.length ?? 0;
  }

  /** The DATA request; answers the transaction, undefined when Postfix named no queue ID. */
  complete(request: PolicyRequest): Transaction | undefined {
    const recipients = this.#takeRecipients(request);
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
    const key = recipientKey(recipient);
    const queueIds: string[] = [];
    for (const generation of [this.#young, this.#old]) {
      this.#collect(generation.byRecipient.get(key) ?? [], queueIds);
    }
    return queueIds;
  }

  #takeRecipients(request: PolicyRequest): readonly string[] {
    const open = this.#open.get(request.instance);
    this.#open.delete(request.instance);
    if (open !== undefined && this.#isRecent(open.openedAt)) return open.recipients;
    return request.recipient === "" ? [] : [request.recipient];
  }

  /** Newest first. */
  #collect(transactions: readonly Transaction[], queueIds: string[]): void {
    for (let index = transactions.length - 1; index >= 0; index -= 1) {
      const transaction = transactions[index];
      if (transaction === undefined || !this.#isRecent(transaction.acceptedAt)) return;
      if (queueIds.length >= maxAnswers) return;
      if (this.#isLatest(transaction)) queueIds.push(transaction.queueId);
    }
  }

  #keep(transaction: Transaction): void {
    const full = this.#young.recipientCount >= this.#limits.recipientCapacity;
    if (full || !this.#isRecent(this.#young.startedAt)) {
      this.#old = this.#young;
      this.#young = newGeneration(this.#clock.now());
    }
    this.#young.byQueueId.set(transaction.queueId, transaction);
    this.#young.recipientCount += transaction.recipients.length;
    for (const recipient of transaction.recipients) {
      const key = recipientKey(recipient);
      const known = this.#young.byRecipient.get(key);
      if (known === undefined) this.#young.byRecipient.set(key, [transaction]);
      else known.push(transaction);
    }
  }

  /** Short queue IDs are used again by Postfix; the newest transaction is meant. */
  #isLatest(transaction: Transaction): boolean {
    const { queueId } = transaction;
    const latest = this.#young.byQueueId.get(queueId) ?? this.#old.byQueueId.get(queueId);
    return latest === transaction;
  }

  #isRecent(instantAt: number): boolean {
    return this.#clock.now() - instantAt <= this.#limits.maxAgeMs;
  }
}

function newGeneration(startedAt: number): Generation {
  return { startedAt, recipientCount: 0, byQueueId: new Map(), byRecipient: new Map() };
}

/** Postfix hands the address to qmgr as it was given, but clients vary its case between mails. */
function recipientKey(recipient: string): string {
  return recipient.toLowerCase();
}
