/**
 * Mails what is to be told about sealed messages: to their senders that they were opened or that
 * something is wrong, to their recipients that they will expire. Each is a job in the store until Postfix has taken its mail, so
 * a mail may come twice (with the same Message-ID) when the process ends in between, never not at
 * all. The portal only notes that a message was opened; it cannot send.
 *
 * A reminder leaves on the way of its notification: it bears a mark by which the hold port lets
 * exactly this mail pass to exactly this recipient.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { channelTo, type DomainKnowledge } from "../gate/code-channel.ts";
import { type MessageNoticeFacts, messageNoticeContent } from "../mime/message-notice.ts";
import { composeOwnMail, mailBytes, ownMailId } from "../mime/own-mail.ts";
import { type TemplateSet, templateFor } from "../mime/template.ts";
import { mailStyle } from "../mime/template-style.ts";
import type { SealKeys } from "../seal/key-files.ts";
import { bodyHashOf, formatMark, markHeader } from "../seal/own-mark.ts";
import type { NoticeJob } from "../store/store.ts";
import { RetryPlan } from "./retry-plan.ts";
import type { OwnMail, Submission, SubmitOutcome } from "./submission.ts";

export interface NoticeMailSettings {
  /** From address and envelope sender; without it mxseal@ the sender's domain, and `<>`. */
  readonly from?: string | undefined;
  /** How the mails look and speak, by the sender's domain. */
  readonly templates: TemplateSet;
  readonly timeZone?: string | undefined;
}

/** Something to be told; `raisedAt` tells one alarm from the next of its kind. */
export interface Notice extends Omit<NoticeJob, "kind"> {
  readonly kind: MessageNoticeFacts["kind"];
  readonly raisedAt?: number;
  readonly lockedUntil?: number | null | undefined;
  readonly sms?: MessageNoticeFacts["sms"];
}

/** Where notices wait, as `NoticeJobStore` has it. */
export interface NoticeSource<Job extends Notice> {
  due(nowMs: number, limit: number): Promise<readonly Job[]>;
  complete(job: Job): Promise<void>;
}

export interface NoticeMailerParts<Job extends Notice> {
  readonly jobs: NoticeSource<Job>;
  readonly keys: Pick<SealKeys, "markKey">;
  readonly domains: DomainKnowledge;
  readonly submission: Submission;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: NoticeMailSettings;
}

const tickMs = 10_000;
const jobsPerTick = 100;
const alarmEveryMs = 10 * 60_000;
const longestPauseMs = 60 * 60_000;
const longestServerPauseMs = 60_000;

export class NoticeMailer<Job extends Notice = NoticeJob> {
  readonly #parts: NoticeMailerParts<Job>;
  readonly #retries: RetryPlan;
  /** Of the one key `server`: while Postfix cannot be reached, no mail is tried. */
  readonly #server: RetryPlan;
  readonly #limit: LogLimit;
  /** Whose mail Postfix has but which the store has not yet let go. */
  readonly #unconfirmed = new Map<string, Job>();

  constructor(parts: NoticeMailerParts<Job>) {
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
    const limit = jobsPerTick + this.#retries.weight;
    const jobs = await this.#parts.jobs.due(this.#parts.clock.now(), limit);
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
      this.#alarm("store", { code, advice }, `notices and reminders wait: ${message}`);
    }
  }

  async #mail(job: Job): Promise<boolean> {
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
    const fields = { message: job.messageId, to: mail.to, notice: job.kind };
    this.#parts.log.info(fields, mailedTexts[job.kind]);
    this.#server.succeeded("server");
    this.#retries.succeeded(key);
    this.#unconfirmed.set(key, job);
    await this.#confirm();
    return true;
  }

  #notTaken(job: Job, outcome: Exclude<SubmitOutcome, { readonly kind: "taken" }>): void {
    const unreachable = outcome.kind === "unreachable";
    if (unreachable) this.#server.failed("server", 0);
    else this.#retries.failed(keyOf(job), 1);
    const { code, advice } = new MxsealError("MXSEAL_SUBMIT_FAILED", outcome.text);
    const fields = { code, advice, message: job.messageId, notice: job.kind };
    const text = `a notice waits, Postfix did not take it: ${outcome.text}`;
    this.#alarm(unreachable ? "server" : keyOf(job), fields, text);
  }

  /** Undefined, with an alarm, when its sender is none of ours now. */
  #compose(job: Job): OwnMail | undefined {
    const { settings, clock, keys, domains } = this.#parts;
    const domain = parseMailAddress(job.sender)?.domain;
    const channel = channelTo(job.sender, domains);
    if (channel.kind !== "sender" || domain === undefined) {
      const fields = { message: job.messageId, channel: channel.kind };
      const text = "a notice waits: the sender's own mail servers are neither local nor proven now";
      this.#alarm(keyOf(job), fields, text);
      return undefined;
    }
    const to = job.kind === "reminder" ? job.recipient : channel.address;
    const template = templateFor(settings.templates, domain);
    const style = mailStyle(template, parseMailAddress(to)?.domain);
    const facts = {
      from: settings.from ?? `mxseal@${domain}`,
      organisation: style.organisation,
      to,
      ...(job.kind === "reminder" ? { replyTo: channel.address } : {}),
      messageId: ownMailId(nameOf(job), domain),
      inReplyTo: null,
      nowMs: clock.now(),
      autoSubmitted: "auto-generated",
    } as const;
    const mail = composeOwnMail(facts, messageNoticeContent(this.#tell(job), style));
    const marked = { kind: "about", id: job.messageId, recipient: to } as const;
    const value = formatMark(keys.markKey, { ...marked, bodyHash: bodyHashOf(mail.body) });
    const headers = [...mail.headers, { name: markHeader, value: ` ${value}` }];
    return { from: settings.from ?? "", to, bytes: mailBytes({ headers, body: mail.body }) };
  }

  #tell(job: Job): MessageNoticeFacts {
    const { messageId: id, createdAt: sealedAt, ...told } = job;
    return { ...told, id, sealedAt, timeZone: this.#parts.settings.timeZone };
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

const mailedTexts: Readonly<Record<Notice["kind"], string>> = {
  read: "read notice mailed",
  reminder: "reminder mailed",
  "wrong-codes": "alarm mailed: wrong codes",
  locked: "alarm mailed: locked after wrong codes",
  "no-code": "the reader's question for the code mailed",
  "sms-failed": "the sender told that an SMS was not sent",
};

function nameOf({ kind, messageId, raisedAt }: Notice): readonly (string | number)[] {
  return raisedAt === undefined ? [kind, messageId] : [kind, messageId, raisedAt];
}

function keyOf(notice: Notice): string {
  return nameOf(notice).join(" ");
}
