/** What stands below the text of a reply from the portal. */
import type { Language } from "../base/language.ts";

export interface ReplyMailWords {
  readonly origin: (number: string) => string;
  readonly answer: (recipient: string) => string;
}

export const replyMailWords: Readonly<Record<Language, ReplyMailWords>> = {
  de: {
    origin: (number) =>
      `Geschrieben im Portal, als Antwort auf Ihre vertrauliche Nachricht ${number}. Wer schrieb, hatte Link und Code.`,
    answer: (recipient) => `Wenn Sie hierauf antworten, geht Ihre Mail an ${recipient}.`,
  },
  en: {
    origin: (number) =>
      `Written in the portal, in answer to your confidential message ${number}. Its writer had link and code.`,
    answer: (recipient) => `If you answer this, your mail goes to ${recipient}.`,
  },
};
