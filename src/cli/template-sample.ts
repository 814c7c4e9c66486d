/**
 * What a template's preview shows in the place of a message: names, link and code that nobody could
 * take for real ones.
 */
import type { CodeMailFacts } from "../mime/code-mail.ts";
import type { NotificationFacts } from "../mime/notification.ts";

const recipient = "max.muster@recipient.example";
const second = "sample.person@recipient.example";
const id = "SAMP0000";
const dayMs = 86_400_000;
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

export function sampleCodeMail(setting: SampleSetting): CodeMailFacts {
  const { nowMs, domain, baseUrl, expiresAfterMs } = setting;
  const expiresAt = nowMs + Math.max(expiresAfterMs, dayMs / 24);
  const forSender = {
    manageLink: `${baseUrl}/s/${secret}`,
    checkWords: { de: "Leuchtturm Birne", en: "Lighthouse Pear" },
  };
  return {
    from: `mxseal@${domain}`,
    to: addressAt(setting),
    messageId: `<sample@${domain}>`,
    inReplyTo: null,
    sentAt: nowMs,
    nowMs,
    codes: [
      {
        recipient,
        told: { kind: "new", code: "ABCD-EFGH-2345", remembered: false },
        id,
        expiresAt,
        ...forSender,
      },
      {
        recipient: second,
        told: { kind: "new", code: "JKMN-PQRS-6789", remembered: false },
        id: "SAMP0001",
        expiresAt,
        ...forSender,
      },
    ],
  };
}

function addressAt({ domain }: SampleSetting): string {
  return `erika.mustermann@${domain}`;
}
