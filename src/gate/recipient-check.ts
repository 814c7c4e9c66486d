/**
 * The use case of a policy request. At RCPT: decide; when nothing is known about the domain and
 * the client is trusted, start the first probe, wait a little for it and decide again. At DATA:
 * learn the queue ID. Anything else, and every fault, has no answer: the route is the gate, this
 * is a courtesy that refuses early what would be refused later. Recipients whose mail stays here
 * are not remembered or logged: they are most of what a mail server takes, and qmgr's question
 * about them is answered before it comes here.
 */
import type { Clock } from "../base/clock.ts";
import type { Domain } from "../base/domain.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import type { Decision } from "../rules/decision.ts";
import type { PolicyRequest } from "../wire/policy-delegation.ts";
import type { Decider } from "./decider.ts";
import { decisionFields } from "./decision-fields.ts";
import type { Prober } from "./prober.ts";
import type { Transaction } from "./transaction.ts";
import type { BoundedTransactionMemory } from "./transaction-memory.ts";
import { TrustedClients } from "./trusted-clients.ts";
import { WaitBudget } from "./wait-budget.ts";

export interface RecipientCheckOptions {
  readonly decider: Decider;
  readonly prober: Prober;
  readonly transactions: BoundedTransactionMemory;
  /** CIDR; a SASL login is trusted from anywhere. */
  readonly trustedNetworks: readonly string[];
  /** Longest wait of all RCPT of one transaction together. */
  readonly rcptWaitMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A message to many must not make its sender wait for each of them. */
const maxWaitingRecipients = 3;

export class RecipientCheck {
  readonly #options: RecipientCheckOptions;
  readonly #trusted: TrustedClients;
  readonly #budget: WaitBudget;
  readonly #limit: LogLimit;

  constructor(options: RecipientCheckOptions) {
    this.#options = options;
    this.#trusted = new TrustedClients(options.trustedNetworks);
    this.#budget = new WaitBudget(options.rcptWaitMs, options.clock);
    this.#limit = new LogLimit(options.clock, 60_000);
  }

  /** The decision to tell Postfix at RCPT; undefined when there is nothing to say. */
  check(request: PolicyRequest): Decision | undefined | Promise<Decision> {
    if (request.protocolState === "RCPT") return this.#checkRecipient(request);
    if (request.protocolState === "DATA") this.#learnQueueId(request);
    return undefined;
  }

  #checkRecipient(request: PolicyRequest): Decision | Promise<Decision> {
    const decision = this.#options.decider.decide(request.recipient);
    const probe = isUnprobed(decision) ? this.#startProbe(request) : undefined;
    const grantedMs = probe === undefined ? 0 : this.#grant(request);
    if (probe === undefined || grantedMs === 0) return this.#note(request, decision);
    return this.#budget
      .spend(request.instance, grantedMs, probe)
      .then(() => this.#note(request, this.#options.decider.decide(request.recipient)));
  }

  #grant(request: PolicyRequest): number {
    if (request.instance === "" || request.stress === "yes") return 0;
    const before = this.#options.transactions.countRecipients(request.instance);
    return before < maxWaitingRecipients ? this.#budget.grant(request.instance) : 0;
  }

  #startProbe(request: PolicyRequest): Promise<unknown> | undefined {
    const domain = parseMailAddress(request.recipient)?.domain;
    if (domain === undefined || !this.#trusted.trusts(request)) return undefined;
    const probe = this.#options.prober.probe(domain);
    probe.catch((error: unknown) => this.#reportFault(domain, error));
    return probe;
  }

  #reportFault(domain: Domain, error: unknown): void {
    if (!(error instanceof MxsealError)) throw error;
    if (!this.#limit.passes(error.code)) return;
    this.#options.log.warn({ domain, error }, "a first probe could not be made");
  }

  #note(request: PolicyRequest, decision: Decision): Decision {
    if (decision.kind === "reject" || decision.kind === "no-mail") {
      this.#logRecipient("recipient refused", request, request.recipient, decision);
    } else if (decision.kind !== "elsewhere") {
      this.#options.transactions.noteRecipient(request);
    }
    return decision;
  }

  #learnQueueId(request: PolicyRequest): void {
    const transaction = this.#options.transactions.complete(request);
    if (transaction === undefined) return;
    for (const recipient of transaction.recipients) {
      const decision = this.#options.decider.decide(recipient);
      this.#logRecipient("recipient accepted", transaction, recipient, decision);
    }
  }

  #logRecipient(
    text: string,
    from: PolicyRequest | Transaction,
    recipient: string,
    decision: Decision,
  ): void {
    const { queueId, sender, saslUsername, clientAddress } = from;
    this.#options.log.info(
      {
        ...(queueId === "" ? {} : { queueId }),
        recipient,
        sender,
        client: clientAddress,
        ...(saslUsername === "" ? {} : { login: saslUsername }),
        ...decisionFields(decision),
      },
      text,
    );
  }
}

function isUnprobed(decision: Decision): boolean {
  return decision.kind === "wait" && decision.reason === "no-verdict";
}
