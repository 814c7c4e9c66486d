/**
 * Mails the codes of sealed messages to their senders: one mail for all recipients of a message,
 * after a delay that collects them and keeps code and link out of the queue at the same time.
 * A job leaves the store only after Postfix has taken its mail, so a mail may come twice (with the
 * same Message-ID), never not at all. The mail goes by the null sender unless an address for
 * bounces is configured, and to nobody but a sender whose mail servers are ours or proven now.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { channelTo, type DomainKnowledge } from "../gate/code-channel.ts";
import { buildCodeMail, type CodeMailFacts, codeMailId } from "../mime/code-mail.ts";
import { mailBytes } from "../mime/own-mail.ts";
import { type TemplateSet, templateFor } from "../mime/template.ts";
import { mailStyle } from "../mime/template-style.ts";
import { type CodeJobContent, openJobContent } from "../seal/code-job-content.ts";
import type { SealKeys } from "../seal/key-files.ts";
import { bodyHashOf, formatMark, markHeader } from "../seal/own-mark.ts";
import type { CodeJob, CodeJobStore } from "../store/store.ts";
import { RetryPlan } from "./retry-plan.ts";
import type { OwnMail, Submission, SubmitOutcome } from "./submission.ts";

export interface CodeMailSettings {
  /** How long no code of a message came into being before all of them are mailed. */
  readonly delayMs: number;
  /** From address and envelope sender; without it mxseal@ the sender's domain, and `<>`. */
  readonly from?: string | undefined;
  /** How code mails look and speak, by the sender's domain. */
  readonly templates: TemplateSet;
  readonly timeZone?: string | undefined;
}

export interface CodeMailerParts {
  readonly jobs: CodeJobStore;
  readonly keys: Pick<SealKeys, "jobKey" | "markKey">;
  readonly domains: DomainKnowledge;
  readonly submission: Submission;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: CodeMailSettings;
}

const tickMs = 2_000;
const jobsPerTick = 200;
/** The sender has the codes within a minute, also of a message that takes longer to seal. */
const longestCollectingMs = 60_000;
const alarmEveryMs = 10 * 60_000;
const longestPauseMs = 10 * 60_000;
const longestServerPauseMs = 60_000;

type GroupResult = "sent" | "later" | "unreachable";

export class CodeMailer {
  readonly #parts: CodeMailerParts;
  readonly #retries: RetryPlan;
  /** Of the one key `server`: while Postfix cannot be reached, no mail is tried. */
  readonly #server: RetryPlan;
  readonly #limit: LogLimit;
  /** Jobs whose mail Postfix has but which the store has not yet let go. */
  readonly #unconfirmed = new Set<number>();

  constructor(parts: CodeMailerParts) {
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
    const nowMs = this.#parts.clock.now();
    const { delayMs } = this.#parts.settings;
    const ripeness = { quietSince: nowMs - delayMs, overdueSince: nowMs - longestCollectingMs };
    // Groups that must wait stand first in the store; the others come behind them.
    const jobs = await this.#parts.jobs.ripe(ripeness, jobsPerTick + this.#retries.weight);
    let sent = 0;
    for (const group of Map.groupBy(jobs, (job) => job.group).values()) {
      if (signal?.aborted === true) break;
      const result = await this.#mailGroup(group);
      if (result === "unreachable") break;
      if (result === "sent") sent += 1;
    }
    return sent;
  }

  async #guardedTick(signal: AbortSignal): Promise<void> {
    try {
      await this.tick(signal);
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      this.#alarm(
        "store",
        { code: error.code, advice: error.advice },
        `codes wait: ${error.message}`,
      );
    }
  }

  async #mailGroup(jobs: readonly CodeJob[]): Promise<GroupResult> {
    const group = jobs[0]?.group ?? "";
    if (!this.#retries.mayTry(group)) return "later";
    const contents = this.#openAll(jobs);
    const mail = this.#compose(contents);
    if (mail === undefined) {
      this.#retries.failed(group, jobs.length);
      return "later";
    }
    const outcome = await this.#parts.submission.submit(mail);
    const record = { group, contents, sender: mail.to };
    return outcome.kind === "taken" ? this.#taken(record) : this.#notTaken(record, outcome);
  }

  async #taken({ group, contents, sender }: GroupRecord): Promise<GroupResult> {
    const messages = contents.map(({ job }) => job.messageId);
    this.#parts.log.info({ sender, messages }, "codes mailed to the sender");
    this.#server.succeeded("server");
    this.#retries.succeeded(group);
    for (const { job } of contents) this.#unconfirmed.add(job.id);
    await this.#confirm();
    return "sent";
  }

  #notTaken(
    { group, contents, sender }: GroupRecord,
    outcome: Exclude<SubmitOutcome, { readonly kind: "taken" }>,
  ): GroupResult {
    const unreachable = outcome.kind === "unreachable";
    if (unreachable) this.#server.failed("server", 0);
    else this.#retries.failed(group, contents.length);
    const { code, advice } = new MxsealError("MXSEAL_SUBMIT_FAILED", outcome.text);
    const messages = contents.map(({ job }) => job.messageId);
    const text = `codes wait, Postfix did not take them: ${outcome.text}`;
    this.#alarm(unreachable ? "server" : group, { code, advice, sender, messages }, text);
    return unreachable ? "unreachable" : "later";
  }

  /** Undefined when there is nothing to mail, or nobody to mail it to now. */
  #compose(contents: readonly OpenJob[]): OwnMail | undefined {
    const [lead] = contents;
    if (lead === undefined) return undefined;
    const { sender, group, messageId } = lead.job;
    const channel = channelTo(sender, this.#parts.domains);
    const domain = parseMailAddress(sender)?.domain;
    if (channel.kind !== "sender" || domain === undefined) {
      const text = "codes wait: the sender's own mail servers are neither local nor proven now";
      this.#alarm(group, { sender, channel: channel.kind }, text);
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
    const marked = { kind: "code", id: messageId, recipient: channel.address } as const;
    const value = formatMark(keys.markKey, { ...marked, bodyHash: bodyHashOf(mail.body) });
    const headers = [...mail.headers, { name: markHeader, value: ` ${value}` }];
    const bytes = mailBytes({ headers, body: mail.body });
    return { from: settings.from ?? "", to: channel.address, bytes };
  }

  #openAll(jobs: readonly CodeJob[]): readonly OpenJob[] {
    return jobs
      .filter((job) => !this.#unconfirmed.has(job.id))
      .flatMap((job) => {
        const content = this.#openOne(job);
        return content === undefined ? [] : [{ job, content }];
      });
  }

  /** Undefined, with an alarm, when it does not open or would go to the link's own recipient. */
  #openOne(job: CodeJob): CodeJobContent | undefined {
    const fields = { message: job.messageId, sender: job.sender };
    try {
      const content = openJobContent(this.#parts.keys.jobKey, job.sealedContent, job);
      if (!isSameMailbox(content.deliveredTo, job.sender)) return content;
      this.#alarm(
        job.messageId,
        fields,
        "a code waits: link and code would reach the same mailbox",
      );
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      const told = { ...fields, code: error.code, advice: error.advice };
      this.#alarm(job.messageId, told, `a code waits: ${error.message}`);
    }
    return undefined;
  }

  async #confirm(): Promise<void> {
    if (this.#unconfirmed.size === 0) return;
    const ids = [...this.#unconfirmed];
    await this.#parts.jobs.complete(ids);
    for (const id of ids) this.#unconfirmed.delete(id);
  }

  #alarm(key: string, fields: Readonly<Record<string, unknown>>, text: string): void {
    if (this.#limit.passes(key)) this.#parts.log.error(fields, text);
  }
}

interface GroupRecord {
  readonly group: string;
  readonly sender: string;
  readonly contents: readonly OpenJob[];
}

interface OpenJob {
  readonly job: CodeJob;
  readonly content: CodeJobContent;
}

function isSameMailbox(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
