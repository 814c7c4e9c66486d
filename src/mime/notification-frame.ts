/**
 * What every notification has, whichever way the message goes: who wrote, to whom, when, what to do,
 * how to tell a genuine one, whom to ask; as text and as HTML, in one or two languages. No picture,
 * no script, nothing remote, nothing of the message's content.
 */
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import type { Language } from "../base/language.ts";
import type { ComposedBody } from "./alternative-body.ts";
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
  paragraph,
  steps,
} from "./html-mail.ts";
import { notificationWords } from "./notification-words.ts";
import type { NotificationStyle } from "./template-style.ts";

export interface NotificationFrame {
  readonly author: Author;
  readonly recipient: string;
  /** The sealed message's public identifier. */
  readonly id: string;
  readonly sentAt: number;
  readonly timeZone?: string | undefined;
}

/** What only a notification of one way says, in one language. */
export interface WayParts {
  /** Plain text, as all but a step's HTML. */
  readonly lead: string;
  readonly steps: readonly { readonly text: string; readonly html: string }[];
  /** Said after the steps. */
  readonly advice?: string;
  /** Stands between the time of sending and the message's number. */
  readonly row: FactRow;
  /** How to tell that the mail is genuine. */
  readonly genuine: string;
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

export function framedContent(
  subject: string,
  frame: NotificationFrame,
  style: NotificationStyle,
  partsIn: (language: Language) => WayParts,
): MailContent {
  const sections = style.languages.map((language): Section => {
    return { language, frame, style, parts: partsIn(language) };
  });
  return {
    subject,
    text: flowText(sections.map(textOf).join(`\n${"-".repeat(60)}\n\n`)),
    html: htmlMail(subject, sections.map(htmlSection), style),
  };
}

/** `fields`: the original's, whose From, To, Date and the like stay where they are. */
export function rewriteOf(
  fields: readonly HeaderField[],
  subject: string,
  { headers, body }: ComposedBody,
): Rewrite {
  const added = [{ name: "Subject", value: ` ${encodeHeaderText(subject)}` }, ...headers];
  return {
    edits: [
      ...reduceToAllowed(fields),
      ...added.map((field): HeaderEdit => ({ kind: "insert", at: "end", ...field })),
    ],
    body,
  };
}

/** Rows for the text part. */
export function rowLines(rows: readonly FactRow[]): string {
  return rows.map(([label, value]) => `${label}: ${value}`).join("\n");
}

interface Section {
  readonly language: Language;
  readonly frame: NotificationFrame;
  readonly style: NotificationStyle;
  readonly parts: WayParts;
}

/** Label and value of each fact, in order. */
function factRows({ language, frame, parts }: Section): readonly FactRow[] {
  const words = notificationWords[language];
  const { name, address } = frame.author;
  return [
    [words.from, name === address ? name : `${name} <${address}>`],
    [words.to, displayLine(frame.recipient, 254)],
    [words.sent, displayInstant(frame.sentAt, words.locale, frame.timeZone)],
    parts.row,
    [words.number, frame.id],
  ];
}

function textOf(section: Section): string {
  const { language, style, parts } = section;
  const words = notificationWords[language];
  const elsewhere = elsewhereOf(language, style);
  const help = helpRows(language, style);
  const paragraphs = [
    ...(elsewhere === undefined ? [] : [elsewhere.text]),
    words.greeting,
    parts.lead,
    ...parts.steps.map(({ text }, index) => `${index + 1}. ${text}`),
    ...(parts.advice === undefined ? [] : [parts.advice]),
    rowLines(factRows(section)),
    `${words.doubt} ${parts.genuine}`,
    words.reply,
    ...(help.length === 0 ? [] : [rowLines(help)]),
    ...(style.organisation === "" ? [] : [displayLine(style.organisation, 200)]),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

function htmlSection(section: Section): HtmlSection {
  const { language, style, parts } = section;
  const words = notificationWords[language];
  const content = [
    paragraph(words.greeting),
    paragraph(parts.lead),
    steps(parts.steps.map(({ html }) => html)),
    ...(parts.advice === undefined ? [] : [paragraph(parts.advice)]),
    factTable(factRows(section)),
    paragraph(parts.genuine, { soft: true, lead: words.doubt }),
    paragraph(words.reply, { soft: true }),
    ...helpRows(language, style).map(([label, value]) =>
      paragraph(value, { soft: true, lead: `${label}:` }),
    ),
  ];
  return { language, heading: words.heading, elsewhere: elsewhereOf(language, style), content };
}

/** In the first of two languages: that the other one follows. */
function elsewhereOf(
  language: Language,
  { languages }: NotificationStyle,
): HtmlSection["elsewhere"] {
  const [first, second] = languages;
  if (second === undefined || language !== first) return undefined;
  return { language: second, text: notificationWords[second].below };
}

/** Whom to ask and what to dial; nothing where nobody is named. */
function helpRows(language: Language, style: NotificationStyle): readonly FactRow[] {
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
