/**
 * What hands jobs from the store to Postfix as mails, whatever they say. A job leaves the store
 * only after Postfix has taken its mail, so a mail may come twice (with the same Message-ID) when
 * the process ends in between, never not at all. One mail goes after the other; what fails is tried
 * again later and later, without holding up the others; while Postfix cannot be reached none is
 * tried. Each kind of fault is told once in ten minutes.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { RetryPlan } from "./retry-plan.ts";
import type { OwnMail, Submission, SubmitOutcome } from "./submission.ts";

export interface OwnMailerParts {
  readonly submission: Submission;
  readonly clock: Clock;
  readonly log: Log;
}

export interface OwnMailerPace {
  /** What waits, in the log: `codes`. */
  readonly what: string;
  readonly tickMs: number;
  /** Between two tries of one job. */
  readonly longestPauseMs: number;
}

/** `covers`: what of the job it carries, where that is not all; the rest stays in the store. */
export interface ComposedMail<Job> extends OwnMail {
  readonly covers?: Job;
}

type LogFields = Readonly<Record<string, unknown>>;

const alarmEveryMs = 10 * 60_000;
const longestServerPauseMs = 60_000;

/** `Job`: what becomes one mail. */
export abstract class OwnMailer<Job> {
  readonly #parts: OwnMailerParts;
  readonly #pace: OwnMailerPace;
  readonly #retries: RetryPlan;
  /** Of the one key `server`. */
  readonly #server: RetryPlan;
  readonly #limit: LogLimit;
  /** Jobs whose mail Postfix has but which the store has not yet let go. */
  readonly #unconfirmed = new Map<string, Job>();

  protected constructor(parts: OwnMailerParts, pace: OwnMailerPace) {
    this.#parts = parts;
    this.#pace = pace;
    this.#retries = new RetryPlan(parts.clock, pace.longestPauseMs);
    this.#server = new RetryPlan(parts.clock, longestServerPauseMs);
    this.#limit = new LogLimit(parts.clock, alarmEveryMs);
  }

  /**
   * What is to be mailed now, in the store's order. So many as `waiting` says failed lately and
   * stand first: the others come behind them.
   */
  protected abstract due(waiting: number): Promise<readonly Job[]>;
  protected abstract keyOf(job: Job): string;
  /** How many of the store's jobs it is. */
  protected abstract sizeOf(job: Job): number;
  /** What the log says of it. */
  protected abstract about(job: Job): LogFields;
  /** Called for what may be tried now. Undefined, with an alarm, when it cannot be mailed. */
  protected abstract compose(
    job: Job,
  ): ComposedMail<Job> | undefined | Promise<ComposedMail<Job> | undefined>;
  /** For the log, once Postfix took it. */
  protected abstract mailedText(job: Job): string;
  protected abstract complete(job: Job): Promise<void>;

  /** Works until stopped; a mail that is being handed over is finished first. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#guardedTick(signal);
      await delay(this.#pace.tickMs, undefined, { signal }).catch(() => undefined); // stopped while waiting
    }
  }

  /** One round; answers how many mails Postfix took. Rejects as the store does. */
  async tick(signal?: AbortSignal): Promise<number> {
    await this.#confirm();
    if (!this.#server.mayTry("server")) return 0;
    let sent = 0;
    for (const job of await this.due(this.#retries.weight)) {
      if (signal?.aborted === true || !this.#server.mayTry("server")) break;
      if (await this.#mail(job)) sent += 1;
    }
    return sent;
  }

  /** At most once in ten minutes for each key. */
  protected alarm(key: string, fields: LogFields, text: string): void {
    if (this.#limit.passes(key)) this.#parts.log.error(fields, text);
  }

  async #guardedTick(signal: AbortSignal): Promise<void> {
    try {
      await this.tick(signal);
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      const { code, advice, message } = error;
      this.alarm("store", { code, advice }, `${this.#pace.what} wait: ${message}`);
    }
  }

  async #mail(job: Job): Promise<boolean> {
    const key = this.keyOf(job);
    if (!this.#retries.mayTry(key)) return false;
    const mail = await this.compose(job);
    if (mail === undefined) {
      this.#retries.failed(key, this.sizeOf(job));
      return false;
    }
    const covered = mail.covers ?? job;
    const outcome = await this.#parts.submission.submit(mail);
    if (outcome.kind !== "taken") {
      this.#notTaken(job, this.about(covered), outcome);
      return false;
    }
    this.#parts.log.info({ ...this.about(covered), to: mail.to }, this.mailedText(covered));
    this.#server.succeeded("server");
    this.#retries.succeeded(key);
    this.#unconfirmed.set(key, covered);
    await this.#confirm();
    return true;
  }

  #notTaken(
    job: Job,
    about: LogFields,
    outcome: Exclude<SubmitOutcome, { readonly kind: "taken" }>,
  ): void {
    const isUnreachable = outcome.kind === "unreachable";
    if (isUnreachable) this.#server.failed("server", 0);
    else this.#retries.failed(this.keyOf(job), this.sizeOf(job));
    const { code, advice } = new MxsealError("MXSEAL_SUBMIT_FAILED", outcome.text);
    const fields = { code, advice, ...about };
    const text = `${this.#pace.what} wait, Postfix did not take a mail: ${outcome.text}`;
    this.alarm(isUnreachable ? "server" : this.keyOf(job), fields, text);
  }

  async #confirm(): Promise<void> {
    for (const [key, job] of this.#unconfirmed) {
      await this.complete(job);
      this.#unconfirmed.delete(key);
    }
  }
}
