/**
 * Mails about a sealed message that hold neither its link nor its code: to the sender that it was
 * opened or is in trouble, to the recipient that it will expire unopened. No link is stored
 * anywhere, so these mails say in which mail it stands.
 */
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import type { Language } from "../base/language.ts";
import { type AlarmNoticeKind, type Said, sayAlarm } from "./alarm-notice.ts";
import { flowText } from "./flowed-text.ts";
import { factTable, type HtmlSection, htmlMail, paragraph } from "./html-mail.ts";
import { messageNoticeWords } from "./message-notice-words.ts";
import { type MailContent, rowLines } from "./notification-frame.ts";
import { type SmsFailureFacts, saySmsFailure } from "./sms-failure-notice.ts";
import type { MailStyle } from "./template-style.ts";

export interface MessageNoticeFacts {
  readonly kind: "read" | "reminder" | "sms-failed" | AlarmNoticeKind;
  /** The sealed message's public identifier. */
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly sealedAt: number;
  readonly expiresAt: number;
  readonly firstOpenedAt: number | null;
  /** Of `locked`: null until there is a new code. */
  readonly lockedUntil?: number | null | undefined;
  /** Of `sms-failed`, and of nothing else. */
  readonly sms?: SmsFailureFacts | undefined;
  readonly timeZone?: string | undefined;
}

/** What the recipient (`reminder`) or the sender (all others) reads. */
export function messageNoticeContent(facts: MessageNoticeFacts, style: MailStyle): MailContent {
  const { languages } = style;
  const said = languages.map((language) => ({ language, ...say(language, facts) }));
  const subject = said.map((one) => one.subject).join(" / ");
  const texts = said.map(({ language, paragraphs, rows }) => {
    const words = messageNoticeWords[language];
    const elsewhere = elsewhereOf(language, style);
    const first = elsewhere === undefined ? [] : [elsewhere.text];
    return `${[...first, words.greeting, ...paragraphs, rowLines(rows)].join("\n\n")}\n`;
  });
  const sections = said.map(({ language, heading, paragraphs, rows }): HtmlSection => {
    const { greeting } = messageNoticeWords[language];
    const content = [...[greeting, ...paragraphs].map((text) => paragraph(text)), factTable(rows)];
    return { language, heading, elsewhere: elsewhereOf(language, style), content };
  });
  const text = flowText(texts.join(`\n${"-".repeat(60)}\n\n`));
  return { subject, text, html: htmlMail(subject, sections, style) };
}

function say(language: Language, facts: MessageNoticeFacts): Said {
  switch (facts.kind) {
    case "read":
      return sayRead(language, facts);
    case "reminder":
      return sayReminder(language, facts);
    case "wrong-codes":
    case "locked":
    case "no-code":
      return sayAlarm(language, facts, facts.kind);
    case "sms-failed":
      return saySmsFailure(language, facts, requireSms(facts));
  }
}

function requireSms({ sms }: MessageNoticeFacts): SmsFailureFacts {
  if (sms === undefined) throw new Error("a failed SMS is told of without what failed");
  return sms;
}

function sayRead(language: Language, facts: MessageNoticeFacts): Said {
  const words = messageNoticeWords[language];
  const instant = instantsOf(language, facts);
  const { firstOpenedAt, id } = facts;
  return {
    subject: words.readSubject(displayLine(facts.recipient, 100)),
    heading: words.readHeading,
    paragraphs: [words.read],
    rows: [
      [words.to, displayLine(facts.recipient, 254)],
      [words.sent, instant(facts.sealedAt)],
      ...(firstOpenedAt === null ? [] : [[words.opened, instant(firstOpenedAt)] as const]),
      [words.number, id],
    ],
  };
}

function sayReminder(language: Language, facts: MessageNoticeFacts): Said {
  const words = messageNoticeWords[language];
  const instant = instantsOf(language, facts);
  const sender = displayLine(facts.sender, 254);
  const until = instant(facts.expiresAt);
  const sent = instant(facts.sealedAt);
  return {
    subject: words.reminderSubject(displayLine(facts.sender, 100)),
    heading: words.reminderHeading,
    paragraphs: [
      words.reminder(sender, until),
      words.whereIsLink(sent, facts.id),
      words.code(sender),
      words.noLink,
    ],
    rows: [
      [words.from, sender],
      [words.to, displayLine(facts.recipient, 254)],
      [words.sent, sent],
      [words.until, until],
      [words.number, facts.id],
    ],
  };
}

function instantsOf(
  language: Language,
  { timeZone }: MessageNoticeFacts,
): (atMs: number) => string {
  return (atMs) => displayInstant(atMs, messageNoticeWords[language].locale, timeZone);
}

/** In the first of two languages: that the other one follows. */
function elsewhereOf(language: Language, { languages }: MailStyle): HtmlSection["elsewhere"] {
  const [first, second] = languages;
  if (second === undefined || language !== first) return undefined;
  return { language: second, text: messageNoticeWords[second].below };
}
