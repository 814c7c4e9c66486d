/**
 * Mails what recipients answered in the portal to the senders they answered. The portal cannot
 * send: it leaves a sealed job with text and thread, and everything that makes the mail trusted
 * (addresses, name, mark) is put together here. As for codes, it goes to nobody but a sender whose
 * mail servers are ours or proven now. Of its files one piece is in memory.
 */
import { MxsealError } from "../base/errors.ts";
import { channelTo, type DomainKnowledge } from "../gate/code-channel.ts";
import { openReply, openReplyFiles, type ReplyFiles } from "../seal/reply-content.ts";
import type { ReplyJob, ReplyStore } from "../store/reply-store.ts";
import { OwnMailer, type OwnMailerParts } from "./own-mailer.ts";
import { composeReply, type ReplyMailSettings } from "./reply-composition.ts";
import type { OwnMail } from "./submission.ts";

export interface ReplyMailerParts extends OwnMailerParts {
  readonly jobs: Pick<ReplyStore, "jobs" | "readFiles" | "complete">;
  readonly keys: { readonly replyKey: Buffer; readonly markKey: Buffer };
  readonly domains: DomainKnowledge;
  readonly settings: ReplyMailSettings;
}

/** Each may hold 64 KiB of text. */
const jobsPerTick = 50;

export class ReplyMailer extends OwnMailer<ReplyJob> {
  readonly #parts: ReplyMailerParts;

  constructor(parts: ReplyMailerParts) {
    super(parts, { what: "replies", tickMs: 2_000, longestPauseMs: 10 * 60_000 });
    this.#parts = parts;
  }

  protected async due(waiting: number): Promise<readonly ReplyJob[]> {
    return await this.#parts.jobs.jobs(jobsPerTick + waiting);
  }

  protected keyOf({ messageId, number }: ReplyJob): string {
    return `${messageId} ${number}`;
  }

  protected sizeOf(): number {
    return 1;
  }

  protected about({ messageId, number }: ReplyJob): Readonly<Record<string, unknown>> {
    return { message: messageId, number };
  }

  protected mailedText(): string {
    return "reply mailed to the sender";
  }

  protected async complete(job: ReplyJob): Promise<void> {
    await this.#parts.jobs.complete(job);
  }

  protected async compose(job: ReplyJob): Promise<OwnMail | undefined> {
    const { jobs, keys, domains, settings } = this.#parts;
    const channel = channelTo(job.sender, domains);
    if (channel.kind !== "sender") {
      const text = "a reply waits: the sender's own mail servers are neither local nor proven now";
      this.alarm(this.keyOf(job), { ...this.about(job), channel: channel.kind }, text);
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
      this.alarm(
        this.keyOf(job),
        { ...this.about(job), code, advice },
        `a reply waits: ${message}`,
      );
      return undefined;
    }
  }
}
