/**
 * How long RCPT may wait for a first probe. The wait is a courtesy that saves a detour, so it is
 * small for each transaction, granted to few at a time, and never to a server under stress.
 */
import type { Clock } from "../base/clock.ts";
import type { PolicyRequest } from "../wire/policy-delegation.ts";

const maxWaits = 10;
const maxWaitingRecipients = 3;
const maxTransactions = 5000;

interface Account {
  recipients: number;
  leftMs: number;
}

export class WaitBudget {
  readonly #perTransactionMs: number;
  readonly #clock: Clock;
  /** By instance, oldest first. */
  readonly #accounts = new Map<string, Account>();
  #waits = 0;

  constructor(perTransactionMs: number, clock: Clock) {
    this.#perTransactionMs = perTransactionMs;
    this.#clock = clock;
  }

  /** Counts one more RCPT of the transaction; answers how many ms it may wait, 0: not at all. */
  grant(request: PolicyRequest): number {
    if (request.instance === "") return 0;
    const account = this.#account(request.instance);
    account.recipients += 1;
    if (request.stress === "yes" || account.recipients > maxWaitingRecipients) return 0;
    return this.#waits < maxWaits ? Math.max(0, account.leftMs) : 0;
  }

  /** Resolves when `event` settles, either way, or the granted time is over. */
  async spend(instance: string, grantedMs: number, event: Promise<unknown>): Promise<void> {
    const startedAt = this.#clock.now();
    this.#waits += 1;
    const over = Promise.withResolvers<unknown>();
    const timer = setTimeout(over.resolve, grantedMs);
    event.then(over.resolve, over.resolve);
    await over.promise;
    clearTimeout(timer);
    this.#waits -= 1;
    const account = this.#accounts.get(instance);
    if (account !== undefined) account.leftMs -= this.#clock.now() - startedAt;
  }

  #account(instance: string): Account {
    const known = this.#accounts.get(instance);
    if (known !== undefined) return known;
    const opened = { recipients: 0, leftMs: this.#perTransactionMs };
    this.#accounts.set(instance, opened);
    if (this.#accounts.size > maxTransactions) this.#forgetOldest();
    return opened;
  }

  #forgetOldest(): void {
    for (const instance of this.#accounts.keys()) {
      this.#accounts.delete(instance);
      return;
    }
  }
}
