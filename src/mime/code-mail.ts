/**
 * The one mail to the sender with the codes of all sealed recipients of a message. It never holds
 * a link or anything of the message's content, and it tells mail programs and automatic answers
 * that a machine wrote it (RFC 3834 §5).
 */
import { createHash } from "node:crypto";
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import type { Language } from "../base/language.ts";
import { composeAlternative } from "./alternative-body.ts";
import { codeMailWords } from "./code-mail-words.ts";
import { encodeDisplayName, encodeHeaderText } from "./encoded-word.ts";
import { flowText } from "./flowed-text.ts";
import { type HeaderField, headerBytes } from "./header.ts";
import { type FactRow, factBoxes, type HtmlSection, htmlMail, paragraph } from "./html-mail.ts";
import type { MailContent } from "./notification.ts";
import { spell } from "./spelling.ts";
import type { MailStyle } from "./template-style.ts";

export interface RecipientCode {
  /** As the sender addressed it. */
  readonly recipient: string;
  /** `XXXX-XXXX-XXXX`, for a PDF four groups. */
  readonly code: string;
  /** The sealed message's public identifier. */
  readonly id: string;
  readonly expiresAt: number;
  /** `pdf`: it opens a PDF that the recipient keeps. */
  readonly way?: "portal" | "pdf";
}

export interface CodeMailFacts {
  readonly from: string;
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

/** `style`: for the sender; its organisation is also the name beside the From address. */
export function buildCodeMail(facts: CodeMailFacts, style: MailStyle): ComposedMail {
  const { subject, text, html } = codeMailContent(facts, style);
  const label = createHash("sha256").update(facts.messageId).digest("hex").slice(0, 16);
  const composed = composeAlternative({ text, html, flowed: true, label });
  const fields = [...envelopeFields(facts, subject, style.organisation), ...composed.headers];
  return { headers: fields, body: composed.body };
}

/** What the sender reads. */
export function codeMailContent(facts: CodeMailFacts, style: MailStyle): MailContent {
  const { languages } = style;
  const first = displayLine(facts.codes[0]?.recipient ?? "", 100);
  const others = facts.codes.length - 1;
  const subjects = languages.map((language) => codeMailWords[language].subject(first, others));
  const subject = subjects.join(" / ");
  const sections = languages.map((language) => htmlSection(language, facts, style));
  return {
    subject,
    text: flowText(
      languages.map((language) => textOf(language, facts, style)).join(`\n${"-".repeat(60)}\n\n`),
    ),
    html: htmlMail(subject, sections, style),
  };
}

/** The bytes that are handed to Postfix. */
export function mailBytes(mail: ComposedMail): Buffer {
  return Buffer.concat([headerBytes(mail.headers), Buffer.from("\r\n"), mail.body]);
}

function envelopeFields(
  facts: CodeMailFacts,
  subject: string,
  organisation: string,
): readonly HeaderField[] {
  const name = organisation === "" ? "mxseal" : displayLine(organisation, 100);
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
  language: Language,
  entry: RecipientCode,
  timeZone: string | undefined,
): readonly FactRow[] {
  const words = codeMailWords[language];
  return [
    [words.recipient, displayLine(entry.recipient, 254)],
    [words.code, entry.code, "code"],
    [words.spoken, spell(entry.code, words.spelling)],
    entry.way === "pdf"
      ? [words.opens, words.pdf]
      : [words.until, displayInstant(entry.expiresAt, words.locale, timeZone)],
    [words.number, entry.id],
  ];
}

function textOf(language: Language, facts: CodeMailFacts, style: MailStyle): string {
  const words = codeMailWords[language];
  const sent = displayInstant(facts.sentAt, words.locale, facts.timeZone);
  const elsewhere = elsewhereOf(language, style);
  const blocks = facts.codes.map((entry) =>
    codeRows(language, entry, facts.timeZone)
      .map(([label, value]) => `${label}: ${value}`)
      .join("\n"),
  );
  const paragraphs = [
    ...(elsewhere === undefined ? [] : [elsewhere.text]),
    words.greeting,
    words.why(sent),
    ...blocks,
    words.tell,
    words.forward,
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

function htmlSection(language: Language, facts: CodeMailFacts, style: MailStyle): HtmlSection {
  const words = codeMailWords[language];
  const sent = displayInstant(facts.sentAt, words.locale, facts.timeZone);
  return {
    language,
    heading: words.heading(facts.codes.length),
    elsewhere: elsewhereOf(language, style),
    content: [
      paragraph(words.greeting),
      paragraph(words.why(sent)),
      factBoxes(
        facts.codes.map((entry) => codeRows(language, entry, facts.timeZone)),
        style,
      ),
      paragraph(words.tell),
      paragraph("", { lead: words.forward }),
    ],
  };
}

/** In the first of two languages: that the other one follows. */
function elsewhereOf(language: Language, { languages }: MailStyle): HtmlSection["elsewhere"] {
  const [first, second] = languages;
  if (second === undefined || language !== first) return undefined;
  return { language: second, text: codeMailWords[second].below };
}
