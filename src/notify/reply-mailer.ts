/**
 * Mails what recipients answered in the portal to the senders they answered. The portal cannot
 * send: it leaves a sealed job with text and thread, and everything that makes the mail trusted
 * (addresses, name, mark) is put together here. A job leaves the store only after Postfix has
 * taken its mail, so a mail may come twice (with the same Message-ID), never not at all. As for
 * codes, it goes to nobody but a sender whose mail servers are ours or proven now. One mail goes
 * after the other, and of its files one piece is in memory.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { channelTo, type DomainKnowledge } from "../gate/code-channel.ts";
import { openReply, openReplyFiles, type ReplyFiles } from "../seal/reply-content.ts";
import type { ReplyJob, ReplyStore } from "../store/reply-store.ts";
import { composeReply, type ReplyMailSettings } from "./reply-composition.ts";
import { RetryPlan } from "./retry-plan.ts";
import type { OwnMail, Submission, SubmitOutcome } from "./submission.ts";

export interface ReplyMailerParts {
  readonly jobs: Pick<ReplyStore, "jobs" | "readFiles" | "complete">;
  readonly keys: { readonly replyKey: Buffer; readonly markKey: Buffer };
  readonly domains: DomainKnowledge;
  readonly submission: Submission;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: ReplyMailSettings;
}

const tickMs = 2_000;
/** Each may hold 64 KiB of text. */
const jobsPerTick = 50;
const alarmEveryMs = 10 * 60_000;
const longestPauseMs = 10 * 60_000;
const longestServerPauseMs = 60_000;

export class ReplyMailer {
  readonly #parts: ReplyMailerParts;
  readonly #retries: RetryPlan;
  /** Of the one key `server`: while Postfix cannot be reached, no mail is tried. */
  readonly #server: RetryPlan;
  readonly #limit: LogLimit;
  /** Jobs whose mail Postfix has but which the store has not yet let go. */
  readonly #unconfirmed = new Map<string, ReplyJob>();

  constructor(parts: ReplyMailerParts) {
    this.#parts = parts;
    this.#retries = new RetryPlan(parts.clock, longestPauseMs);
    this.#server = new RetryPlan(parts.clock, longestServerPauseMs);
    this.#limit = new LogLimit(parts.clock, alarmEveryMs);
  }

  /** Works until stopped; a mail that is being handed over is finished first. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#guardedTick(signal);
      await delay(tickMs, undefined, { signal }).catch(() => undefined); // stopped while waiting
    }
  }

  /** One round; answers how many mails Postfix took. Rejects as the store does. */
  async tick(signal?: AbortSignal): Promise<number> {
    await this.#confirm();
    if (!this.#server.mayTry("server")) return 0;
    // Those that must wait stand first in the store; the others come behind them.
    const jobs = await this.#parts.jobs.jobs(jobsPerTick + this.#retries.weight);
    let sent = 0;
    for (const job of jobs) {
      if (signal?.aborted === true || !this.#server.mayTry("server")) break;
      if (await this.#mail(job)) sent += 1;
    }
    return sent;
  }

  async #guardedTick(signal: AbortSignal): Promise<void> {
    try {
      await this.tick(signal);
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      const { code, advice, message } = error;
      this.#alarm("store", { code, advice }, `replies wait: ${message}`);
    }
  }

  async #mail(job: ReplyJob): Promise<boolean> {
    const key = keyOf(job);
    if (!this.#retries.mayTry(key)) return false;
    const mail = await this.#compose(job);
    if (mail === undefined) {
      this.#retries.failed(key, 1);
      return false;
    }
    const outcome = await this.#parts.submission.submit(mail);
    if (outcome.kind !== "taken") {
      this.#notTaken(job, outcome);
      return false;
    }
    this.#parts.log.info({ ...about(job), to: mail.to }, "reply mailed to the sender");
    this.#server.succeeded("server");
    this.#retries.succeeded(key);
    this.#unconfirmed.set(key, job);
    await this.#confirm();
    return true;
  }

  #notTaken(job: ReplyJob, outcome: Exclude<SubmitOutcome, { readonly kind: "taken" }>): void {
    const unreachable = outcome.kind === "unreachable";
    if (unreachable) this.#server.failed("server", 0);
    else this.#retries.failed(keyOf(job), 1);
    const { code, advice } = new MxsealError("MXSEAL_SUBMIT_FAILED", outcome.text);
    const text = `a reply waits, Postfix did not take it: ${outcome.text}`;
    this.#alarm(unreachable ? "server" : keyOf(job), { code, advice, ...about(job) }, text);
  }

  /** Undefined, with an alarm, when it does not open or its sender cannot be reached safely. */
  async #compose(job: ReplyJob): Promise<OwnMail | undefined> {
    const { jobs, keys, domains, settings } = this.#parts;
    const channel = channelTo(job.sender, domains);
    if (channel.kind !== "sender") {
      const text = "a reply waits: the sender's own mail servers are neither local nor proven now";
      this.#alarm(keyOf(job), { ...about(job), channel: channel.kind }, text);
      return undefined;
    }
    try {
      const content = openReply(keys.replyKey, job.sealedContent, job);
      const openFiles = (files: ReplyFiles): AsyncIterable<Buffer> =>
        openReplyFiles(files, jobs.readFiles(job));
      const reply = { job, content, to: channel.address, openFiles };
      return await composeReply(reply, keys.markKey, settings);
    } catch (error) {
      if (!(error instanceof MxsealError) || error.temporary) throw error;
      const { code, advice, message } = error;
      this.#alarm(keyOf(job), { ...about(job), code, advice }, `a reply waits: ${message}`);
      return undefined;
    }
  }

  async #confirm(): Promise<void> {
    for (const [key, job] of this.#unconfirmed) {
      await this.#parts.jobs.complete(job);
      this.#unconfirmed.delete(key);
    }
  }

  #alarm(key: string, fields: Readonly<Record<string, unknown>>, text: string): void {
    if (this.#limit.passes(key)) this.#parts.log.error(fields, text);
  }
}

function keyOf({ messageId, number }: ReplyJob): string {
  return `${messageId} ${number}`;
}

function about({ messageId, number }: ReplyJob): Readonly<Record<string, unknown>> {
  return { message: messageId, number };
}
