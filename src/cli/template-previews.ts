/**
 * Every mail that mxseal writes, as its readers get it, from one template and with sample names. A
 * new kind of mail belongs into this list.
 */
import type { Domain } from "../base/domain.ts";
import { codeMailContent } from "../mime/code-mail.ts";
import { type MessageNoticeFacts, messageNoticeContent } from "../mime/message-notice.ts";
import { notificationContent } from "../mime/notification.ts";
import type { MailContent } from "../mime/notification-frame.ts";
import { pdfNotificationContent } from "../mime/pdf-notification.ts";
import { replyMailContent } from "../mime/reply-mail.ts";
import type { MailTemplate } from "../mime/template.ts";
import { mailStyle, notificationStyle } from "../mime/template-style.ts";
import {
  type SampleSetting,
  sampleAgreedCode,
  sampleCodeMail,
  sampleCodes,
  sampleNotice,
  sampleNotification,
  samplePdfCode,
  sampleReply,
} from "./template-sample.ts";

export interface Preview {
  /** What the files' names begin with. */
  readonly name: string;
  /** Without `html` where the mail has no such part. */
  readonly content: Omit<MailContent, "html"> & { readonly html?: string };
}

/** For the sender. */
const notices: Readonly<Record<Exclude<MessageNoticeFacts["kind"], "reminder">, string>> = {
  read: "read-notice",
  "wrong-codes": "wrong-codes",
  locked: "locked",
  "no-code": "no-code",
  "sms-failed": "sms-failed",
};

/** `domain`: of the sender. */
export function previewMails(
  template: MailTemplate,
  domain: Domain | undefined,
  setting: SampleSetting,
): readonly Preview[] {
  return [...recipientMails(template, setting), ...senderMails(template, domain, setting)];
}

function recipientMails(template: MailTemplate, setting: SampleSetting): readonly Preview[] {
  const style = notificationStyle(template, undefined);
  const facts = sampleNotification(setting);
  const agreed = { ...facts, isCodeAgreed: true };
  return [
    { name: "notification", content: notificationContent([], facts, style) },
    { name: "notification-agreed-code", content: notificationContent([], agreed, style) },
    { name: "notification-pdf", content: pdfNotificationContent([], facts, style) },
    { name: "reminder", content: messageNoticeContent(sampleNotice(setting, "reminder"), style) },
  ];
}

function senderMails(
  template: MailTemplate,
  domain: Domain | undefined,
  setting: SampleSetting,
): readonly Preview[] {
  const style = mailStyle(template, domain);
  const codeMails = [
    ["code-mail", sampleCodes(setting)],
    ["code-mail-agreed-code", [sampleAgreedCode(setting)]],
    ["code-mail-pdf", [samplePdfCode(setting)]],
  ] as const;
  const told = Object.entries(notices) as readonly [keyof typeof notices, string][];
  return [
    ...codeMails.map(([name, codes]) => ({
      name,
      content: codeMailContent(sampleCodeMail(setting, codes), style),
    })),
    ...told.map(([kind, name]) => ({
      name,
      content: messageNoticeContent(sampleNotice(setting, kind), style),
    })),
    { name: "reply", content: replyMailContent(sampleReply(style.languages)) },
  ];
}
