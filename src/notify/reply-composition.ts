/**
 * From an opened reply to the mail that Postfix is given. The mark speaks of the whole body and
 * stands before it: a mail with files is made twice, once for its hash and once to be sent, each
 * time piece by piece, so that memory holds a piece, whatever the files' size.
 */
import { parseMailAddress } from "../base/mail-address.ts";
import type { HeaderField } from "../mime/header.ts";
import { type ComposedMail, mailBytes, ownMailId } from "../mime/own-mail.ts";
import {
  buildReplyMail,
  buildReplyMailWithFiles,
  type ReplyMailFacts,
  type ReplyMailWithFiles,
} from "../mime/reply-mail.ts";
import { type TemplateSet, templateFor } from "../mime/template.ts";
import { mailStyle } from "../mime/template-style.ts";
import { bodyHashOf, formatMark, markHeader, newBodyHash } from "../seal/own-mark.ts";
import type { ReplyContent, ReplyFiles } from "../seal/reply-content.ts";
import type { ReplyJob } from "../store/reply-store.ts";
import type { OwnMail } from "./submission.ts";

export interface ReplyMailSettings {
  /** From address and envelope sender; without it mxseal@ the sender's domain, and `<>`. */
  readonly from?: string | undefined;
  readonly templates: TemplateSet;
}

export interface ComposableReply {
  readonly job: ReplyJob;
  readonly content: ReplyContent;
  /** Whom it goes to: the job's sender. */
  readonly to: string;
  /** Their bytes, one after the other, each time from the beginning. */
  readonly openFiles: (files: ReplyFiles) => AsyncIterable<Buffer>;
}

/** Rejects as the files do. */
export async function composeReply(
  reply: ComposableReply,
  markKey: Buffer,
  settings: ReplyMailSettings,
): Promise<OwnMail | undefined> {
  const facts = factsOf(reply, settings);
  if (facts === undefined) return undefined;
  const envelope = { from: settings.from ?? "", to: reply.to };
  const mark = (fields: readonly HeaderField[], bodyHash: Buffer): string =>
    formatMark(markKey, { kind: "reply", id: facts.id, recipient: reply.to, fields, bodyHash });
  const { files } = reply.content;
  if (files === undefined) {
    const mail = buildReplyMail(facts);
    return { ...envelope, bytes: markedBytes(mail, mark(mail.headers, bodyHashOf(mail.body))) };
  }
  const mail = buildReplyMailWithFiles(facts, files.list);
  const { hash, restBytes } = await readThrough(mail, reply.openFiles(files));
  return {
    ...envelope,
    bytes: markedBytes(mail, mark(mail.headers, hash)),
    rest: { sizeBytes: restBytes, pieces: mail.rest(reply.openFiles(files)) },
  };
}

function factsOf(
  { job, content, to }: ComposableReply,
  settings: ReplyMailSettings,
): ReplyMailFacts | undefined {
  const domain = parseMailAddress(to)?.domain;
  if (domain === undefined) return undefined;
  const style = mailStyle(templateFor(settings.templates, domain), domain);
  return {
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
  };
}

async function readThrough(
  mail: ReplyMailWithFiles,
  plain: AsyncIterable<Buffer>,
): Promise<{ readonly hash: Buffer; readonly restBytes: number }> {
  const hash = newBodyHash().update(mail.body);
  let restBytes = 0;
  for await (const piece of mail.rest(plain)) {
    hash.update(piece);
    restBytes += piece.length;
  }
  return { hash: hash.digest(), restBytes };
}

function markedBytes({ headers, body }: ComposedMail, mark: string): Buffer {
  return mailBytes({ headers: [...headers, { name: markHeader, value: ` ${mark}` }], body });
}
