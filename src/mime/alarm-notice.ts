/**
 * What the sender of a sealed message is told when somebody tries wrong codes, when that has locked
 * the message, and when its reader asks for the code.
 */
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import type { Language } from "../base/language.ts";
import { alarmNoticeWords } from "./alarm-notice-words.ts";
import type { FactRow } from "./html-mail.ts";
import { messageNoticeWords } from "./message-notice-words.ts";

export type AlarmNoticeKind = "wrong-codes" | "locked" | "no-code";

export interface AlarmFacts {
  readonly id: string;
  readonly recipient: string;
  readonly sealedAt: number;
  readonly expiresAt: number;
  /** Of `locked`: null until there is a new code. */
  readonly lockedUntil?: number | null | undefined;
  readonly timeZone?: string | undefined;
}

/** What one language says. */
export interface Said {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly rows: readonly FactRow[];
}

export function sayAlarm(language: Language, facts: AlarmFacts, kind: AlarmNoticeKind): Said {
  const labels = messageNoticeWords[language];
  const words = alarmNoticeWords[language];
  const instant = (atMs: number) => displayInstant(atMs, labels.locale, facts.timeZone);
  const { lockedUntil = null } = facts;
  const { subject, heading, paragraphs } = words[kind];
  const lock = lockedUntil === null ? words.lockedForGood : words.lockedUntil(instant(lockedUntil));
  return {
    subject: subject(displayLine(facts.recipient, 100)),
    heading,
    paragraphs: [...(kind === "locked" ? [lock] : []), ...paragraphs, words.whereIsLink(facts.id)],
    rows: [
      [labels.to, displayLine(facts.recipient, 254)],
      [labels.sent, instant(facts.sealedAt)],
      [labels.until, instant(facts.expiresAt)],
      [labels.number, facts.id],
    ],
  };
}
