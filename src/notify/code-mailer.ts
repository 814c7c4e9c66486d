/**
 * Mails the codes of sealed messages to their senders: one mail for all recipients of a message,
 * after a delay that collects them and keeps code and link out of the queue at the same time. The
 * mail goes by the null sender unless an address for bounces is configured, and to nobody but a
 * sender whose mail servers are ours or proven now. A code is in clear no longer than its mail is in
 * the making and on its way to Postfix.
 */
import { MxsealError } from "../base/errors.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { channelTo, type DomainKnowledge } from "../gate/code-channel.ts";
import { buildCodeMail, type CodeMailFacts, codeMailId } from "../mime/code-mail.ts";
import { mailBytes } from "../mime/own-mail.ts";
import { type TemplateSet, templateFor } from "../mime/template.ts";
import { mailStyle } from "../mime/template-style.ts";
import { type CodeJobContent, openJobContent } from "../seal/code-job-content.ts";
import type { SealKeys } from "../seal/key-files.ts";
import { bodyHashOf, formatMark, markHeader } from "../seal/own-mark.ts";
import type { CodeJob, CodeJobStore } from "../store/code-job-store.ts";
import { type ComposedMail, OwnMailer, type OwnMailerParts } from "./own-mailer.ts";

export interface CodeMailSettings {
  /** How long no code of a message came into being before all of them are mailed. */
  readonly delayMs: number;
  /** From address and envelope sender; without it mxseal@ the sender's domain, and `<>`. */
  readonly from?: string | undefined;
  /** How code mails look and speak, by the sender's domain. */
  readonly templates: TemplateSet;
  readonly timeZone?: string | undefined;
}

export interface CodeMailerParts extends OwnMailerParts {
  readonly jobs: CodeJobStore;
  readonly keys: Pick<SealKeys, "jobKey" | "markKey">;
  readonly domains: DomainKnowledge;
  readonly settings: CodeMailSettings;
}

/** The codes of one message, which go by one mail; those that do not open stay behind. */
interface CodeGroup {
  readonly group: string;
  readonly jobs: readonly CodeJob[];
}

interface OpenJob {
  readonly job: CodeJob;
  readonly content: CodeJobContent;
}

const jobsPerTick = 200;
/** The sender has the codes within a minute, also of a message that takes longer to seal. */
const longestCollectingMs = 60_000;

export class CodeMailer extends OwnMailer<CodeGroup> {
  readonly #parts: CodeMailerParts;

  constructor(parts: CodeMailerParts) {
    super(parts, { what: "codes", tickMs: 2_000, longestPauseMs: 10 * 60_000 });
    this.#parts = parts;
  }

  protected async due(waiting: number): Promise<readonly CodeGroup[]> {
    const { jobs, clock, settings } = this.#parts;
    const nowMs = clock.now();
    const ripeness = {
      quietSince: nowMs - settings.delayMs,
      overdueSince: nowMs - longestCollectingMs,
    };
    const ripe = await jobs.ripe(ripeness, jobsPerTick + waiting);
    const groups = Map.groupBy(ripe, (job) => job.group);
    return [...groups].map(([group, all]) => ({ group, jobs: all }));
  }

  protected keyOf({ group }: CodeGroup): string {
    return group;
  }

  protected sizeOf({ jobs }: CodeGroup): number {
    return jobs.length;
  }

  protected about({ jobs }: CodeGroup): Readonly<Record<string, unknown>> {
    return { sender: jobs[0]?.sender, messages: jobs.map(({ messageId }) => messageId) };
  }

  protected mailedText(): string {
    return "codes mailed to the sender";
  }

  protected async complete({ jobs }: CodeGroup): Promise<void> {
    await this.#parts.jobs.complete(jobs.map(({ id }) => id));
  }

  protected compose({ group, jobs }: CodeGroup): ComposedMail<CodeGroup> | undefined {
    const contents = this.#openAll(jobs);
    const [lead] = contents;
    if (lead === undefined) return undefined;
    const { sender, messageId } = lead.job;
    const channel = channelTo(sender, this.#parts.domains);
    const domain = parseMailAddress(sender)?.domain;
    if (channel.kind !== "sender" || domain === undefined) {
      const text = "codes wait: the sender's own mail servers are neither local nor proven now";
      this.alarm(group, { sender, channel: channel.kind }, text);
      return undefined;
    }
    const { settings, clock, keys } = this.#parts;
    const ids = contents.map(({ job }) => job.messageId);
    const facts: CodeMailFacts = {
      from: settings.from ?? `mxseal@${domain}`,
      to: channel.address,
      messageId: codeMailId(group, ids, domain),
      inReplyTo: lead.content.originalMessageId,
      sentAt: lead.content.sentAt,
      nowMs: clock.now(),
      codes: contents.map((entry) => entry.content),
      timeZone: settings.timeZone,
    };
    const mail = buildCodeMail(facts, mailStyle(templateFor(settings.templates, domain), domain));
    const { address: recipient } = channel;
    const marked = { kind: "code", id: messageId, recipient, fields: mail.headers } as const;
    const value = formatMark(keys.markKey, { ...marked, bodyHash: bodyHashOf(mail.body) });
    const headers = [...mail.headers, { name: markHeader, value: ` ${value}` }];
    const bytes = mailBytes({ headers, body: mail.body });
    const covers = { group, jobs: contents.map(({ job }) => job) };
    return { from: settings.from ?? "", to: channel.address, bytes, covers };
  }

  #openAll(jobs: readonly CodeJob[]): readonly OpenJob[] {
    return jobs.flatMap((job) => {
      const content = this.#open(job);
      return content === undefined ? [] : [{ job, content }];
    });
  }

  /** Undefined, with an alarm, when it does not open or would go to the link's own recipient. */
  #open(job: CodeJob): CodeJobContent | undefined {
    const fields = { message: job.messageId, sender: job.sender };
    try {
      const content = openJobContent(this.#parts.keys.jobKey, job.sealedContent, job);
      if (!isSameMailbox(content.deliveredTo, job.sender)) return content;
      this.alarm(job.messageId, fields, "a code waits: link and code would reach the same mailbox");
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      const told = { ...fields, code: error.code, advice: error.advice };
      this.alarm(job.messageId, told, `a code waits: ${error.message}`);
    }
    return undefined;
  }
}

function isSameMailbox(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
