/**
 * The notification that brings a sealed message along as an encrypted PDF: who wrote, to whom,
 * when, and that the PDF opens with the code that comes from the sender. Neither its words nor the
 * file's name say anything of the message.
 */
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import { escapeHtml } from "../base/escape-html.ts";
import type { Language } from "../base/language.ts";
import { composeAttached } from "./attached-body.ts";
import { encodeHeaderText } from "./encoded-word.ts";
import { flowText } from "./flowed-text.ts";
import type { HeaderEdit, HeaderField } from "./header.ts";
import { reduceToAllowed } from "./header-allow-list.ts";
import {
  type FactRow,
  factTable,
  type HtmlSection,
  htmlMail,
  paragraph,
  steps,
} from "./html-mail.ts";
import {
  elsewhereOf,
  helpRows,
  type NotificationFacts,
  type Rewrite,
  rowLines,
} from "./notification.ts";
import { notificationSubject } from "./notification-subject.ts";
import { notificationWords, who } from "./notification-words.ts";
import { pdfNotificationWords } from "./pdf-notification-words.ts";
import type { NotificationStyle } from "./template-style.ts";

export type PdfNotificationFacts = Pick<
  NotificationFacts,
  "author" | "recipient" | "id" | "sentAt" | "timeZone"
> & {
  /** Encrypted. */
  readonly pdf: Buffer;
};

/** `fields`: the original's, whose From, To, Date and the like stay where they are. */
export function buildPdfNotification(
  fields: readonly HeaderField[],
  facts: PdfNotificationFacts,
  style: NotificationStyle,
): Rewrite {
  const subject = notificationSubject(fields, facts, style);
  const texts = style.languages.map((language) => textOf(language, facts, style));
  const sections = style.languages.map((language) => htmlSection(language, facts, style));
  const text = flowText(texts.join(`\n${"-".repeat(60)}\n\n`));
  const html = htmlMail(subject, sections, style);
  const composed = composeAttached(
    { text, html, flowed: true, label: facts.id },
    { name: fileName(facts), mimeType: "application/pdf", bytes: facts.pdf },
  );
  const added = [{ name: "Subject", value: ` ${encodeHeaderText(subject)}` }, ...composed.headers];
  return {
    edits: [
      ...reduceToAllowed(fields),
      ...added.map((field): HeaderEdit => ({ kind: "insert", at: "end", ...field })),
    ],
    body: composed.body,
  };
}

function fileName({ id }: PdfNotificationFacts): string {
  return `message-${id}.pdf`;
}

/** Label and value of each fact, in order. */
function factRows(language: Language, facts: PdfNotificationFacts): readonly FactRow[] {
  const words = notificationWords[language];
  const { author } = facts;
  const from = author.name === author.address ? author.name : `${author.name} <${author.address}>`;
  return [
    [words.from, from],
    [words.to, displayLine(facts.recipient, 254)],
    [words.sent, displayInstant(facts.sentAt, words.locale, facts.timeZone)],
    [pdfNotificationWords[language].file, fileName(facts)],
    [words.number, facts.id],
  ];
}

function textOf(language: Language, facts: PdfNotificationFacts, style: NotificationStyle): string {
  const words = notificationWords[language];
  const own = pdfNotificationWords[language];
  const { name, address } = facts.author;
  const help = helpRows(language, style);
  const elsewhere = elsewhereOf(language, style);
  const paragraphs = [
    ...(elsewhere === undefined ? [] : [elsewhere.text]),
    words.greeting,
    own.lead(who(name, address)),
    `1. ${own.open(fileName(facts))}`,
    `2. ${own.enter(name)}`,
    own.typing,
    rowLines(factRows(language, facts)),
    `${words.doubt} ${own.genuine}`,
    words.reply,
    ...(help.length === 0 ? [] : [rowLines(help)]),
    ...(style.organisation === "" ? [] : [displayLine(style.organisation, 200)]),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

function htmlSection(
  language: Language,
  facts: PdfNotificationFacts,
  style: NotificationStyle,
): HtmlSection {
  const words = notificationWords[language];
  const own = pdfNotificationWords[language];
  const { name, address } = facts.author;
  const help = helpRows(language, style);
  const content = [
    paragraph(words.greeting),
    paragraph(own.lead(who(name, address))),
    steps([escapeHtml(own.open(fileName(facts))), escapeHtml(own.enter(name))]),
    paragraph(own.typing),
    factTable(factRows(language, facts)),
    paragraph(own.genuine, { soft: true, lead: words.doubt }),
    paragraph(words.reply, { soft: true }),
    ...help.map(([label, value]) => paragraph(value, { soft: true, lead: `${label}:` })),
  ];
  return { language, heading: words.heading, elsewhere: elsewhereOf(language, style), content };
}
