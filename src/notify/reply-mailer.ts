/**
 * Mails what recipients answered in the portal to the senders they answered. The portal cannot
 * send: it leaves a sealed job with text and thread, and everything that makes the mail trusted
 * (addresses, name, mark) is put together here. A job leaves the store only after Postfix has
 * taken its mail, so a mail may come twice (with the same Message-ID), never not at all. As for
 * codes, it goes to nobody but a sender whose mail servers are ours or proven now.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { channelTo, type DomainKnowledge } from "../gate/code-channel.ts";
import { mailBytes, ownMailId } from "../mime/own-mail.ts";
import { buildReplyMail } from "../mime/reply-mail.ts";
import { type TemplateSet, templateFor } from "../mime/template.ts";
import { mailStyle } from "../mime/template-style.ts";
import { bodyHashOf, formatMark, markHeader } from "../seal/own-mark.ts";
import { openReply, type ReplyContent } from "../seal/reply-content.ts";
import type { ReplyJob, ReplyStore } from "../store/reply-store.ts";
import { RetryPlan } from "./retry-plan.ts";
import type { OwnMail, Submission, SubmitOutcome } from "./submission.ts";

export interface ReplyMailSettings {
  /** From address and envelope sender; without it mxseal@ the sender's domain, and `<>`. */
  readonly from?: string | undefined;
  readonly templates: TemplateSet;
}

export interface ReplyMailerParts {
  readonly jobs: Pick<ReplyStore, "jobs" | "complete">;
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
    const mail = this.#compose(job);
    if (mail === undefined) {
      this.#retries.failed(key, 1);
      return false;
    }
    const outcome = await this.#parts.submission.submit(mail);
    if (outcome.kind !== "taken") {
      this.#notTaken(job, outcome);
      return false;
    }
    const { messageId, number } = job;
    this.#parts.log.info({ message: messageId, number, to: mail.to }, "reply mailed to the sender");
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
  #compose(job: ReplyJob): OwnMail | undefined {
    const channel = channelTo(job.sender, this.#parts.domains);
    if (channel.kind !== "sender") {
      const text = "a reply waits: the sender's own mail servers are neither local nor proven now";
      this.#alarm(keyOf(job), { ...about(job), channel: channel.kind }, text);
      return undefined;
    }
    const content = this.#open(job);
    return content && this.#build(job, content, channel.address);
  }

  #open(job: ReplyJob): ReplyContent | undefined {
    try {
      return openReply(this.#parts.keys.replyKey, job.sealedContent, job);
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      const { code, advice, message } = error;
      this.#alarm(keyOf(job), { ...about(job), code, advice }, `a reply waits: ${message}`);
      return undefined;
    }
  }

  #build(job: ReplyJob, content: ReplyContent, to: string): OwnMail | undefined {
    const { settings, keys } = this.#parts;
    const domain = parseMailAddress(to)?.domain;
    if (domain === undefined) return undefined;
    const style = mailStyle(templateFor(settings.templates, domain), domain);
    const mail = buildReplyMail({
      from: settings.from ?? `mxseal@${domain}`,
      organisation: style.organisation,
      to,
      recipient: job.recipient,
      messageId: ownMailId(["reply", job.messageId, job.number], domain),
      references: content.references,
      subject: content.subject,
      text: content.text,
      id: job.messageId,
      writtenAt: job.createdAt,
      languages: style.languages,
    });
    const marked = { kind: "reply", id: job.messageId, recipient: to } as const;
    const value = formatMark(keys.markKey, { ...marked, bodyHash: bodyHashOf(mail.body) });
    const headers = [...mail.headers, { name: markHeader, value: ` ${value}` }];
    return { from: settings.from ?? "", to, bytes: mailBytes({ headers, body: mail.body }) };
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
