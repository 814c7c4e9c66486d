/** What the sender of a sealed message is told when its code could not go by SMS as well. */
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import type { Language } from "../base/language.ts";
import type { AlarmFacts, Said } from "./alarm-notice.ts";
import { messageNoticeWords } from "./message-notice-words.ts";
import { smsFailureWords } from "./sms-failure-words.ts";

export interface SmsFailureFacts {
  readonly reason: "country" | "limit" | "refused" | "unreachable";
  /** Masked. */
  readonly number: string;
  readonly waitedMs: number;
  /** Of a PDF's code there is never a new one. */
  readonly way: "portal" | "pdf";
}

export function saySmsFailure(
  language: Language,
  facts: Omit<AlarmFacts, "lockedUntil">,
  { reason, number, waitedMs, way }: SmsFailureFacts,
): Said {
  const labels = messageNoticeWords[language];
  const words = smsFailureWords[language];
  const instant = (atMs: number) => displayInstant(atMs, labels.locale, facts.timeZone);
  const { id, recipient, sealedAt, expiresAt } = facts;
  const minutes = Math.max(1, Math.round(waitedMs / 60_000));
  const why = reason === "unreachable" ? words.unreachable(minutes) : words[reason];
  const where = words.whereIsCode(id);
  return {
    subject: words.subject(displayLine(recipient, 100)),
    heading: words.heading,
    paragraphs: [
      words.failed(number),
      why,
      words.tell,
      way === "pdf" ? where : `${where} ${words.newCode}`,
    ],
    rows: [
      [labels.to, displayLine(recipient, 254)],
      [labels.sent, instant(sealedAt)],
      ...(way === "pdf" ? [] : [[labels.until, instant(expiresAt)] as const]),
      [labels.number, id],
    ],
  };
}
