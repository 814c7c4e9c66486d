/**
 * The notification that takes the place of a sealed message: who wrote, to whom, when, until when,
 * the link in full, and that the code comes from the sender and never by mail.
 */
import { displayInstant } from "../base/display-instant.ts";
import { escapeHtml } from "../base/escape-html.ts";
import type { Language } from "../base/language.ts";
import { composeAlternative } from "./alternative-body.ts";
import type { HeaderField } from "./header.ts";
import { linkBox } from "./html-mail.ts";
import {
  framedContent,
  type MailContent,
  type NotificationFrame,
  type Rewrite,
  rewriteOf,
  type WayParts,
} from "./notification-frame.ts";
import { notificationSubject } from "./notification-subject.ts";
import { notificationWords } from "./notification-words.ts";
import type { NotificationStyle } from "./template-style.ts";

export interface NotificationFacts extends NotificationFrame {
  /** Complete, with its secret: it goes into the body and nowhere else. */
  readonly link: string;
  /** What every link begins with, ending in a slash. */
  readonly linkStart: string;
  readonly expiresAt: number;
  /** The reader has the code from an earlier message. */
  readonly isCodeAgreed?: boolean;
}

/** `fields`: the original's, whose From, To, Date and the like stay where they are. */
export function buildNotification(
  fields: readonly HeaderField[],
  facts: NotificationFacts,
  style: NotificationStyle,
): Rewrite {
  const { subject, text, html } = notificationContent(fields, facts, style);
  const label = facts.id;
  return rewriteOf(fields, subject, composeAlternative({ text, html, flowed: true, label }));
}

/** `fields`: the original's, for a subject that is kept. */
export function notificationContent(
  fields: readonly HeaderField[],
  facts: NotificationFacts,
  style: NotificationStyle,
): MailContent {
  const subject = notificationSubject(fields, facts, style);
  return framedContent(subject, facts, style, (language) => linkParts(language, facts, style));
}

function linkParts(
  language: Language,
  { author, link, linkStart, expiresAt, isCodeAgreed, timeZone }: NotificationFacts,
  style: NotificationStyle,
): WayParts {
  const words = notificationWords[language];
  const { name, address } = author;
  const enter = isCodeAgreed === true ? words.enterAgreed(name) : words.enter(name);
  return {
    lead: words.lead(name, address),
    steps: [
      {
        text: `${words.open}\n\n   ${link}`,
        html: `${escapeHtml(words.open)}\n${linkBox(link, style)}`,
      },
      { text: enter, html: escapeHtml(enter) },
    ],
    row: [words.until, displayInstant(expiresAt, words.locale, timeZone)],
    genuine: words.genuine(linkStart),
  };
}
