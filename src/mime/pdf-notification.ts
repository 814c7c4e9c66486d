/**
 * The notification that brings a sealed message along as an encrypted PDF, which opens with the code
 * that comes from the sender. Neither its words nor the file's name say anything of the message.
 */
import { escapeHtml } from "../base/escape-html.ts";
import type { Language } from "../base/language.ts";
import { composeAttached } from "./attached-body.ts";
import type { HeaderField } from "./header.ts";
import {
  framedContent,
  type MailContent,
  type NotificationFrame,
  type Rewrite,
  rewriteOf,
  type WayParts,
} from "./notification-frame.ts";
import { notificationSubject } from "./notification-subject.ts";
import { who } from "./notification-words.ts";
import { pdfNotificationWords } from "./pdf-notification-words.ts";
import type { NotificationStyle } from "./template-style.ts";

export interface PdfNotificationFacts extends NotificationFrame {
  /** Encrypted. */
  readonly pdf: Buffer;
}

/** `fields`: the original's, whose From, To, Date and the like stay where they are. */
export function buildPdfNotification(
  fields: readonly HeaderField[],
  facts: PdfNotificationFacts,
  style: NotificationStyle,
): Rewrite {
  const { subject, text, html } = pdfNotificationContent(fields, facts, style);
  const composed = composeAttached(
    { text, html, flowed: true, label: facts.id },
    { name: fileName(facts), mimeType: "application/pdf", bytes: facts.pdf },
  );
  return rewriteOf(fields, subject, composed);
}

/** `fields`: the original's, for a subject that is kept. */
export function pdfNotificationContent(
  fields: readonly HeaderField[],
  facts: NotificationFrame,
  style: NotificationStyle,
): MailContent {
  const subject = notificationSubject(fields, facts, style);
  return framedContent(subject, facts, style, (language) => pdfParts(language, facts));
}

function pdfParts(language: Language, facts: NotificationFrame): WayParts {
  const words = pdfNotificationWords[language];
  const { name, address } = facts.author;
  const open = words.open(fileName(facts));
  const enter = words.enter(name);
  return {
    lead: words.lead(who(name, address)),
    steps: [
      { text: open, html: escapeHtml(open) },
      { text: enter, html: escapeHtml(enter) },
    ],
    advice: words.typing,
    row: [words.file, fileName(facts)],
    genuine: words.genuine,
  };
}

function fileName({ id }: NotificationFrame): string {
  return `message-${id}.pdf`;
}
