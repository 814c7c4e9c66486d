/**
 * What a template's preview shows in the place of a message: names, link and code that nobody could
 * take for real ones.
 */
import type { Language } from "../base/language.ts";
import type { CodeMailFacts, RecipientCode } from "../mime/code-mail.ts";
import type { MessageNoticeFacts } from "../mime/message-notice.ts";
import type { NotificationFacts } from "../mime/notification.ts";
import type { ReplyTextFacts } from "../mime/reply-mail.ts";

const recipient = "max.muster@recipient.example";
const second = "sample.person@recipient.example";
const id = "SAMP0000";
const dayMs = 86_400_000;
const failedSms = {
  reason: "unreachable",
  number: "+49 … 678",
  waitedMs: 15 * 60_000,
  way: "portal",
} as const;
/** As long as the secret of a real link. */
const secret = "SAMPLE-NOT-A-REAL-LINK-".repeat(2).slice(0, 43);

export interface SampleSetting {
  /** Of the sender, as people read it. */
  readonly domain: string;
  /** What links begin with, without a slash at the end. */
  readonly baseUrl: string;
  readonly nowMs: number;
  readonly expiresAfterMs: number;
}

export function sampleNotification(setting: SampleSetting): NotificationFacts {
  const { nowMs, baseUrl } = setting;
  return {
    author: { name: "Erika Mustermann", address: addressAt(setting) },
    recipient,
    link: `${baseUrl}/m/${secret}`,
    linkStart: `${baseUrl}/`,
    id,
    sentAt: nowMs,
    expiresAt: nowMs + setting.expiresAfterMs,
  };
}

/** `codes`: what it tells of each recipient. */
export function sampleCodeMail(
  setting: SampleSetting,
  codes: readonly RecipientCode[],
): CodeMailFacts {
  const { nowMs, domain } = setting;
  return {
    from: `mxseal@${domain}`,
    to: addressAt(setting),
    messageId: `<sample@${domain}>`,
    inReplyTo: null,
    sentAt: nowMs,
    nowMs,
    codes,
  };
}

/** Two recipients, of whom the second gets an SMS as well. */
export function sampleCodes(setting: SampleSetting): readonly RecipientCode[] {
  const told = (code: string) => ({ kind: "new", code, remembered: false }) as const;
  return [
    { ...aboutCode(setting), told: told("ABCD-EFGH-2345") },
    {
      ...aboutCode(setting),
      recipient: second,
      id: "SAMP0001",
      told: told("JKMN-PQRS-6789"),
      smsTo: "+49 … 678",
    },
  ];
}

/** One that was agreed before, so that there is nothing to pass on. */
export function sampleAgreedCode(setting: SampleSetting): RecipientCode {
  const madeAt = setting.nowMs - 30 * dayMs;
  const told = { kind: "agreed", madeBy: addressAt(setting), madeAt } as const;
  return { ...aboutCode(setting), told };
}

export function samplePdfCode(setting: SampleSetting): RecipientCode {
  const { expiresAt } = aboutCode(setting);
  const told = { kind: "new", code: "ABCD-EFGH-JKMN-2345", remembered: false } as const;
  return { recipient, id, expiresAt, told, way: "pdf" };
}

export function sampleNotice(
  setting: SampleSetting,
  kind: MessageNoticeFacts["kind"],
): MessageNoticeFacts {
  const { nowMs } = setting;
  return {
    kind,
    id,
    sender: addressAt(setting),
    recipient,
    sealedAt: nowMs,
    expiresAt: expiryIn(setting),
    firstOpenedAt: kind === "read" ? nowMs + dayMs / 24 : null,
    ...(kind === "locked" ? { lockedUntil: nowMs + dayMs } : {}),
    ...(kind === "sms-failed" ? { sms: failedSms } : {}),
  };
}

export function sampleReply(languages: readonly Language[]): ReplyTextFacts {
  const text = "Vielen Dank! / Thank you!\n\nMax Muster";
  return { subject: "Muster / Sample", text, languages, id, recipient };
}

function aboutCode(setting: SampleSetting) {
  return {
    recipient,
    id,
    expiresAt: expiryIn(setting),
    manageLink: `${setting.baseUrl}/s/${secret}`,
    checkWords: { de: "Leuchtturm Birne", en: "Lighthouse Pear" },
  };
}

function expiryIn({ nowMs, expiresAfterMs }: SampleSetting): number {
  return nowMs + Math.max(expiresAfterMs, dayMs / 24);
}

function addressAt({ domain }: SampleSetting): string {
  return `erika.mustermann@${domain}`;
}
