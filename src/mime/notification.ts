/**
 * The notification that takes the place of a sealed message: who wrote, to whom, when, until when,
 * the link in full, and that the code comes from the sender and never by mail. German first,
 * English below. No picture, no script, nothing remote, nothing of the message's content.
 */
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import { escapeHtml } from "../base/escape-html.ts";
import { composeAlternative } from "./alternative-body.ts";
import type { Author } from "./author.ts";
import { encodeHeaderText } from "./encoded-word.ts";
import type { HeaderEdit, HeaderField } from "./header.ts";
import { removalsFor } from "./header-allow-list.ts";
import { factTable, htmlMail } from "./html-mail.ts";
import { type NotificationWords, notificationLanguages } from "./notification-words.ts";

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
  /** Empty for none. */
  readonly organisation: string;
  readonly timeZone?: string | undefined;
}

export interface Rewrite {
  readonly edits: readonly HeaderEdit[];
  readonly body: Buffer;
}

/** `fields`: the original's, whose From, To, Date and the like stay where they are. */
export function buildNotification(
  fields: readonly HeaderField[],
  facts: NotificationFacts,
): Rewrite {
  const composed = composeAlternative({
    text: notificationLanguages
      .map((words) => textOf(words, facts))
      .join(`\n${"-".repeat(60)}\n\n`),
    html: htmlMail(notificationLanguages.map((words) => htmlSection(words, facts))),
    label: facts.id,
  });
  const subject = notificationLanguages
    .map((words) => words.subject(facts.author.name))
    .join(" / ");
  const added = [{ name: "Subject", value: ` ${encodeHeaderText(subject)}` }, ...composed.headers];
  return {
    edits: [
      ...removalsFor(fields),
      ...added.map((field): HeaderEdit => ({ kind: "insert", at: "end", ...field })),
    ],
    body: composed.body,
  };
}

/** Label and value of each fact, in order. */
function factRows(
  words: NotificationWords,
  facts: NotificationFacts,
): readonly (readonly [string, string])[] {
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

function textOf(words: NotificationWords, facts: NotificationFacts): string {
  const rows = factRows(words, facts).map(([label, value]) => `${label}: ${value}`);
  const paragraphs = [
    words.greeting,
    words.lead(facts.author.name, facts.author.address),
    `${words.open}\n\n   ${facts.link}`,
    words.enter(facts.author.name),
    rows.join("\n"),
    words.genuine(facts.linkStart),
    words.reply,
    ...(facts.organisation === "" ? [] : [displayLine(facts.organisation, 200)]),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

function htmlSection(words: NotificationWords, facts: NotificationFacts): string {
  const link = escapeHtml(facts.link);
  return `<div lang="${words.language}">
<p>${escapeHtml(words.greeting)}</p>
<p>${escapeHtml(words.lead(facts.author.name, facts.author.address))}</p>
<p>${escapeHtml(words.open)}</p>
<p style="word-break:break-all"><a href="${link}">${link}</a></p>
<p>${escapeHtml(words.enter(facts.author.name))}</p>
${factTable(factRows(words, facts))}
<p>${escapeHtml(words.genuine(facts.linkStart))}</p>
<p>${escapeHtml(words.reply)}</p>
${facts.organisation === "" ? "" : `<p>${escapeHtml(displayLine(facts.organisation, 200))}</p>\n`}</div>`;
}
