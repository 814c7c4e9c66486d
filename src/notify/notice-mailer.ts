/**
 * Mails what is to be told about sealed messages: to their senders that they were opened or that
 * something is wrong, to their recipients that they will expire. The portal only notes that a
 * message was opened; it cannot send.
 *
 * A reminder leaves on the way of its notification: it bears a mark by which the hold port lets
 * exactly this mail pass to exactly this recipient.
 */
import { parseMailAddress } from "../base/mail-address.ts";
import { channelTo, type DomainKnowledge } from "../gate/code-channel.ts";
import { type MessageNoticeFacts, messageNoticeContent } from "../mime/message-notice.ts";
import { composeOwnMail, mailBytes, ownMailId } from "../mime/own-mail.ts";
import { type TemplateSet, templateFor } from "../mime/template.ts";
import { mailStyle } from "../mime/template-style.ts";
import type { SealKeys } from "../seal/key-files.ts";
import { bodyHashOf, formatMark, markHeader } from "../seal/own-mark.ts";
import type { NoticeJob } from "../store/notice-job-store.ts";
import { OwnMailer, type OwnMailerParts } from "./own-mailer.ts";
import type { OwnMail } from "./submission.ts";

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

export interface NoticeMailerParts<Job extends Notice> extends OwnMailerParts {
  readonly jobs: NoticeSource<Job>;
  readonly keys: Pick<SealKeys, "markKey">;
  readonly domains: DomainKnowledge;
  readonly settings: NoticeMailSettings;
}

const jobsPerTick = 100;

export class NoticeMailer<Job extends Notice = NoticeJob> extends OwnMailer<Job> {
  readonly #parts: NoticeMailerParts<Job>;

  constructor(parts: NoticeMailerParts<Job>) {
    super(parts, {
      what: "notices and reminders",
      tickMs: 10_000,
      longestPauseMs: 60 * 60_000,
    });
    this.#parts = parts;
  }

  protected async due(waiting: number): Promise<readonly Job[]> {
    return await this.#parts.jobs.due(this.#parts.clock.now(), jobsPerTick + waiting);
  }

  protected keyOf(job: Job): string {
    return nameOf(job).join(" ");
  }

  protected sizeOf(): number {
    return 1;
  }

  protected about({ messageId, kind }: Job): Readonly<Record<string, unknown>> {
    return { message: messageId, notice: kind };
  }

  protected mailedText({ kind }: Job): string {
    return mailedTexts[kind];
  }

  protected async complete(job: Job): Promise<void> {
    await this.#parts.jobs.complete(job);
  }

  protected compose(job: Job): OwnMail | undefined {
    const { settings, clock, keys, domains } = this.#parts;
    const domain = parseMailAddress(job.sender)?.domain;
    const channel = channelTo(job.sender, domains);
    if (channel.kind !== "sender" || domain === undefined) {
      const text = "a notice waits: the sender's own mail servers are neither local nor proven now";
      this.alarm(this.keyOf(job), { ...this.about(job), channel: channel.kind }, text);
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
    const kind = job.kind === "reminder" ? "about" : "told";
    const marked = { kind, id: job.messageId, recipient: to, fields: mail.headers } as const;
    const value = formatMark(keys.markKey, { ...marked, bodyHash: bodyHashOf(mail.body) });
    const headers = [...mail.headers, { name: markHeader, value: ` ${value}` }];
    return { from: settings.from ?? "", to, bytes: mailBytes({ headers, body: mail.body }) };
  }

  #tell(job: Job): MessageNoticeFacts {
    const { messageId: id, createdAt: sealedAt, ...told } = job;
    return { ...told, id, sealedAt, timeZone: this.#parts.settings.timeZone };
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
