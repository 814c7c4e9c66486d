/**
 * The notification that takes the place of a sealed message: who wrote, to whom, when, until when,
 * the link in full, and that the code comes from the sender and never by mail. No picture, no
 * script, nothing remote, nothing of the message's content.
 */
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import { escapeHtml } from "../base/escape-html.ts";
import type { Language } from "../base/language.ts";
import { composeAlternative } from "./alternative-body.ts";
import type { Author } from "./author.ts";
import { encodeHeaderText } from "./encoded-word.ts";
import { flowText } from "./flowed-text.ts";
import type { HeaderEdit, HeaderField } from "./header.ts";
import { reduceToAllowed } from "./header-allow-list.ts";
import {
  type FactRow,
  factTable,
  type HtmlSection,
  htmlMail,
  linkBox,
  paragraph,
  steps,
} from "./html-mail.ts";
import { notificationSubject } from "./notification-subject.ts";
import { notificationWords } from "./notification-words.ts";
import type { NotificationStyle } from "./template-style.ts";

export interface NotificationFacts {
  readonly author: Author;
  readonly recipient: string;
  /** Complete, with its secret: it goes into the body and nowhere else. */
  readonly link: string;
  /** What every link begins with, ending in a slash. */
  readonly linkStart: string;
  /** The sealed message's public identifier. */
  readonly id: string;
  readonly sentAt: number;
  readonly expiresAt: number;
  /** The reader has the code from an earlier message. */
  readonly isCodeAgreed?: boolean;
  readonly timeZone?: string | undefined;
}

export interface Rewrite {
  readonly edits: readonly HeaderEdit[];
  readonly body: Buffer;
}

/** What people read of a mail; `text` as format=flowed has it. */
export interface MailContent {
  /** One line, not yet encoded. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** `fields`: the original's, whose From, To, Date and the like stay where they are. */
export function buildNotification(
  fields: readonly HeaderField[],
  facts: NotificationFacts,
  style: NotificationStyle,
): Rewrite {
  const { subject, text, html } = notificationContent(fields, facts, style);
  const composed = composeAlternative({ text, html, flowed: true, label: facts.id });
  const added = [{ name: "Subject", value: ` ${encodeHeaderText(subject)}` }, ...composed.headers];
  return {
    edits: [
      ...reduceToAllowed(fields),
      ...added.map((field): HeaderEdit => ({ kind: "insert", at: "end", ...field })),
    ],
    body: composed.body,
  };
}

/** `fields`: the original's, for a subject that is kept. */
export function notificationContent(
  fields: readonly HeaderField[],
  facts: NotificationFacts,
  style: NotificationStyle,
): MailContent {
  const subject = notificationSubject(fields, facts, style);
  const sections = style.languages.map((language) => htmlSection(language, facts, style));
  const texts = style.languages.map((language) => textOf(language, facts, style));
  return {
    subject,
    text: flowText(texts.join(`\n${"-".repeat(60)}\n\n`)),
    html: htmlMail(subject, sections, style),
  };
}

/** Label and value of each fact, in order. */
function factRows(language: Language, facts: NotificationFacts): readonly FactRow[] {
  const words = notificationWords[language];
  const { author } = facts;
  const from = author.name === author.address ? author.name : `${author.name} <${author.address}>`;
  return [
    [words.from, from],
    [words.to, displayLine(facts.recipient, 254)],
    [words.sent, displayInstant(facts.sentAt, words.locale, facts.timeZone)],
    [words.until, displayInstant(facts.expiresAt, words.locale, facts.timeZone)],
    [words.number, facts.id],
  ];
}

function enterText(language: Language, { author, isCodeAgreed }: NotificationFacts): string {
  const words = notificationWords[language];
  return isCodeAgreed === true ? words.enterAgreed(author.name) : words.enter(author.name);
}

function textOf(language: Language, facts: NotificationFacts, style: NotificationStyle): string {
  const words = notificationWords[language];
  const { name, address } = facts.author;
  const elsewhere = elsewhereOf(language, style);
  const help = helpRows(language, style);
  const paragraphs = [
    ...(elsewhere === undefined ? [] : [elsewhere.text]),
    words.greeting,
    words.lead(name, address),
    `1. ${words.open}\n\n   ${facts.link}`,
    `2. ${enterText(language, facts)}`,
    rowLines(factRows(language, facts)),
    `${words.doubt} ${words.genuine(facts.linkStart)}`,
    words.reply,
    ...(help.length === 0 ? [] : [rowLines(help)]),
    ...(style.organisation === "" ? [] : [displayLine(style.organisation, 200)]),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

function htmlSection(
  language: Language,
  facts: NotificationFacts,
  style: NotificationStyle,
): HtmlSection {
  const words = notificationWords[language];
  const { name, address } = facts.author;
  const help = helpRows(language, style);
  const content = [
    paragraph(words.greeting),
    paragraph(words.lead(name, address)),
    steps([
      `${escapeHtml(words.open)}\n${linkBox(facts.link, style)}`,
      escapeHtml(enterText(language, facts)),
    ]),
    factTable(factRows(language, facts)),
    paragraph(words.genuine(facts.linkStart), { soft: true, lead: words.doubt }),
    paragraph(words.reply, { soft: true }),
    ...help.map(([label, value]) => paragraph(value, { soft: true, lead: `${label}:` })),
  ];
  return { language, heading: words.heading, elsewhere: elsewhereOf(language, style), content };
}

/** In the first of two languages: that the other one follows. */
export function elsewhereOf(
  language: Language,
  { languages }: NotificationStyle,
): HtmlSection["elsewhere"] {
  const [first, second] = languages;
  if (second === undefined || language !== first) return undefined;
  return { language: second, text: notificationWords[second].below };
}

/** Whom to ask and what to dial; nothing where nobody is named. */
export function helpRows(language: Language, style: NotificationStyle): readonly FactRow[] {
  const words = notificationWords[language];
  const contact = displayLine(style.helpContact?.[language] ?? "", 300);
  const phone = displayLine(style.helpPhone ?? "", 60);
  if (contact === "") return phone === "" ? [] : [[words.help, phone]];
  return phone === ""
    ? [[words.help, contact]]
    : [
        [words.help, contact],
        [words.phone, phone],
      ];
}

/** Rows for the text part. */
export function rowLines(rows: readonly FactRow[]): string {
  return rows.map(([label, value]) => `${label}: ${value}`).join("\n");
}
