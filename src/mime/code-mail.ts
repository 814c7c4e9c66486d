/**
 * The one mail to the sender with the codes of all sealed recipients of a message. It never holds
 * a link or anything of the message's content, and it tells mail programs and automatic answers
 * that a machine wrote it (RFC 3834 §5).
 */
import { createHash } from "node:crypto";
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import { escapeHtml } from "../base/escape-html.ts";
import { composeAlternative } from "./alternative-body.ts";
import { type CodeMailWords, codeMailLanguages } from "./code-mail-words.ts";
import { encodeDisplayName, encodeHeaderText } from "./encoded-word.ts";
import { type HeaderField, headerBytes } from "./header.ts";
import { factTable, htmlMail } from "./html-mail.ts";
import { spell } from "./spelling.ts";

export interface RecipientCode {
  /** As the sender addressed it. */
  readonly recipient: string;
  /** `XXXX-XXXX-XXXX`. */
  readonly code: string;
  /** The sealed message's public identifier. */
  readonly id: string;
  readonly expiresAt: number;
}

export interface CodeMailFacts {
  readonly from: string;
  /** Name beside `from`; empty for none. */
  readonly organisation: string;
  readonly to: string;
  /** With angle brackets, as `codeMailId` makes it. */
  readonly messageId: string;
  /** Message-ID of the original with angle brackets; null when it had none. */
  readonly inReplyTo: string | null;
  readonly sentAt: number;
  readonly nowMs: number;
  /** At least one. */
  readonly codes: readonly RecipientCode[];
  readonly timeZone?: string | undefined;
}

export interface ComposedMail {
  readonly headers: readonly HeaderField[];
  readonly body: Buffer;
}

/**
 * The same messages of the same group always make the same Message-ID, so that a mail that had to
 * be sent twice is one in the sender's mailbox; another set of messages makes another one.
 */
export function codeMailId(group: string, ids: readonly string[], domain: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([group, ids.toSorted()]))
    .digest("hex");
  return `<mxseal.${hash.slice(0, 32)}@${domain}>`;
}

export function buildCodeMail(facts: CodeMailFacts): ComposedMail {
  const composed = composeAlternative({
    text: codeMailLanguages.map((words) => textOf(words, facts)).join(`\n${"-".repeat(60)}\n\n`),
    html: htmlMail(codeMailLanguages.map((words) => htmlSection(words, facts))),
    label: createHash("sha256").update(facts.messageId).digest("hex").slice(0, 16),
  });
  const fields = [...envelopeFields(facts), ...composed.headers];
  return { headers: fields, body: composed.body };
}

/** The bytes that are handed to Postfix. */
export function mailBytes(mail: ComposedMail): Buffer {
  return Buffer.concat([headerBytes(mail.headers), Buffer.from("\r\n"), mail.body]);
}

function envelopeFields(facts: CodeMailFacts): readonly HeaderField[] {
  const name = facts.organisation === "" ? "mxseal" : displayLine(facts.organisation, 100);
  const first = displayLine(facts.codes[0]?.recipient ?? "", 100);
  const others = facts.codes.length - 1;
  const subject = codeMailLanguages.map((words) => words.subject(first, others)).join(" / ");
  const reference = facts.inReplyTo;
  const fields = [
    ["Date", new Date(facts.nowMs).toUTCString().replace("GMT", "+0000")],
    ["From", `${encodeDisplayName(name)} <${facts.from}>`],
    ["To", `<${displayLine(facts.to, 1000)}>`],
    ["Subject", encodeHeaderText(subject)],
    ["Message-ID", facts.messageId],
    ...(reference === null
      ? []
      : [
          ["In-Reply-To", reference],
          ["References", reference],
        ]),
    ["Auto-Submitted", "auto-generated"],
    ["X-Auto-Response-Suppress", "All"],
  ];
  return fields.map(([fieldName = "", value = ""]) => ({
    name: fieldName,
    value: ` ${Buffer.from(value).toString("latin1")}`,
  }));
}

function codeRows(
  words: CodeMailWords,
  entry: RecipientCode,
  timeZone: string | undefined,
): readonly (readonly [string, string])[] {
  return [
    [words.recipient, displayLine(entry.recipient, 254)],
    [words.code, entry.code],
    [words.spoken, spell(entry.code, words.spelling)],
    [words.until, displayInstant(entry.expiresAt, words.locale, timeZone)],
    [words.number, entry.id],
  ];
}

function textOf(words: CodeMailWords, facts: CodeMailFacts): string {
  const sent = displayInstant(facts.sentAt, words.locale, facts.timeZone);
  const blocks = facts.codes.map((entry) =>
    codeRows(words, entry, facts.timeZone)
      .map(([label, value]) => `${label}: ${value}`)
      .join("\n"),
  );
  const paragraphs = [words.greeting, words.why(sent), ...blocks, words.tell, words.forward];
  return `${paragraphs.join("\n\n")}\n`;
}

function htmlSection(words: CodeMailWords, facts: CodeMailFacts): string {
  const sent = displayInstant(facts.sentAt, words.locale, facts.timeZone);
  const tables = facts.codes.map((entry) => factTable(codeRows(words, entry, facts.timeZone)));
  return `<div lang="${words.language}">
<p>${escapeHtml(words.greeting)}</p>
<p>${escapeHtml(words.why(sent))}</p>
${tables.join("\n")}
<p>${escapeHtml(words.tell)}</p>
<p><strong>${escapeHtml(words.forward)}</strong></p>
</div>`;
}
