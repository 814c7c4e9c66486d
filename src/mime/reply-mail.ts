/**
 * The mail by which a recipient's answer reaches the sender. Its From address is ours, so that it
 * is aligned (RFC 7489 §3.1), its Reply-To is who wrote it. A person wrote it: it has no
 * Auto-Submitted (RFC 3834 §5.2), and its envelope's null sender keeps automatic answers away.
 */
import { displayLine } from "../base/display-line.ts";
import type { Language } from "../base/language.ts";
import { displayBody } from "./display-body.ts";
import { encodeDisplayName, encodeHeaderText } from "./encoded-word.ts";
import { fileParts, type PartFile } from "./file-parts.ts";
import type { HeaderField } from "./header.ts";
import type { MailContent } from "./notification-frame.ts";
import type { ComposedMail } from "./own-mail.ts";
import { encodeQuotedPrintable } from "./quoted-printable.ts";
import { replyMailWords } from "./reply-mail-words.ts";

/** `=_` cannot occur in quoted-printable, so no line of the text can be the boundary. */
const boundary = "=_mxseal-reply";

/** Says that the mail is one of these, and to which sealed message. */
export const replyHeader = "X-MXSeal-Reply";

export interface ReplyMailFacts {
  readonly from: string;
  /** Shown beside the From address; empty for none. */
  readonly organisation: string;
  readonly to: string;
  /** Who answers. */
  readonly recipient: string;
  /** With angle brackets. */
  readonly messageId: string;
  /** As in `ReplyOrigin`. */
  readonly references: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The sealed message's public identifier. */
  readonly id: string;
  readonly writtenAt: number;
  /** Of what is said below the text. */
  readonly languages: readonly Language[];
}

export type ReplyTextFacts = Pick<
  ReplyMailFacts,
  "subject" | "text" | "languages" | "id" | "recipient"
>;

/**
 * The body's beginning is whole but for the files, whose parts `rest` makes while they are read;
 * each call of `rest` begins anew and makes the same.
 */
export interface ReplyMailWithFiles extends ComposedMail {
  rest(plain: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
}

/** What the sender reads before any file; a person's words have no HTML part. */
export function replyMailContent(facts: ReplyTextFacts): Pick<MailContent, "subject" | "text"> {
  return { subject: answerSubject(facts.subject), text: textOf(facts) };
}

export function buildReplyMail(facts: ReplyMailFacts): ComposedMail {
  const headers = [...fieldsOf(facts), ...textFields].map(toHeader);
  return { headers, body: Buffer.from(`${bodyOf(facts)}\r\n`, "latin1") };
}

/** The text first, then the files (RFC 2046 §5.1.3). */
export function buildReplyMailWithFiles(
  facts: ReplyMailFacts,
  files: readonly PartFile[],
): ReplyMailWithFiles {
  const type = ["Content-Type", `multipart/mixed;\n boundary="${boundary}"`];
  const partHead = textFields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return {
    headers: [...fieldsOf(facts), type].map(toHeader),
    body: Buffer.from(`--${boundary}\r\n${partHead}\r\n${bodyOf(facts)}`, "latin1"),
    rest: (plain) => fileParts(boundary, files, plain),
  };
}

const textFields = [
  ["Content-Type", "text/plain; charset=utf-8"],
  ["Content-Transfer-Encoding", "quoted-printable"],
] as const;

function toHeader([name = "", value = ""]: readonly string[]): HeaderField {
  return { name, value: ` ${Buffer.from(value).toString("latin1")}` };
}

function fieldsOf(facts: ReplyMailFacts): readonly (readonly string[])[] {
  const { references } = facts;
  const via = facts.organisation === "" ? "mxseal" : facts.organisation;
  const name = `${displayLine(facts.recipient, 100)} via ${displayLine(via, 100)}`;
  const answered = references.at(-1);
  return [
    ["Date", new Date(facts.writtenAt).toUTCString().replace("GMT", "+0000")],
    ["From", `${encodeDisplayName(name)} <${facts.from}>`],
    ["Reply-To", `<${displayLine(facts.recipient, 1000)}>`],
    ["To", `<${displayLine(facts.to, 1000)}>`],
    ["Subject", encodeHeaderText(answerSubject(facts.subject))],
    ["Message-ID", facts.messageId],
    ...(answered === undefined
      ? []
      : [
          ["In-Reply-To", answered],
          ["References", references.join("\n ")],
        ]),
    [replyHeader, facts.id],
    ["MIME-Version", "1.0"],
  ];
}

/** One `Re: `, however often it was answered before and in which of our languages. */
function answerSubject(subject: string): string {
  const bare = displayLine(subject, 200).replace(/^(?:(?:re|aw)\s*:\s*)+/i, "");
  return bare === "" ? "Re:" : `Re: ${bare}`;
}

function bodyOf(facts: ReplyTextFacts): string {
  return encodeQuotedPrintable(textOf(facts));
}

function textOf({ text, languages, id, recipient }: ReplyTextFacts): string {
  const about = languages.map((language) => {
    const { origin, answer } = replyMailWords[language];
    return `${origin(id)} ${answer(displayLine(recipient, 254))}`;
  });
  return `${displayBody(text).trimEnd()}\n\n-- \n${about.join("\n")}`;
}
