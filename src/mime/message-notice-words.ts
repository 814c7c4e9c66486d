/** What mails about a sealed message say: that it was opened, that it will expire unopened. */
import type { Language } from "../base/language.ts";

export interface MessageNoticeWords {
  readonly locale: string;
  /** Said in the other language's place at the top: this language comes further below. */
  readonly below: string;
  readonly greeting: string;
  readonly readSubject: (recipient: string) => string;
  readonly readHeading: string;
  readonly read: string;
  readonly reminderSubject: (sender: string) => string;
  readonly reminderHeading: string;
  readonly reminder: (sender: string, until: string) => string;
  readonly whereIsLink: (sent: string, id: string) => string;
  readonly code: (sender: string) => string;
  readonly noLink: string;
  readonly from: string;
  readonly to: string;
  readonly sent: string;
  readonly opened: string;
  readonly until: string;
  readonly number: string;
}

const german: MessageNoticeWords = {
  locale: "de-DE",
  below: "Deutscher Text weiter unten.",
  greeting: "Guten Tag,",
  readSubject: (recipient) => `Geöffnet: Ihre Nachricht an ${recipient}`,
  readHeading: "Ihre Nachricht wurde geöffnet",
  read: "Ihre verschlüsselte Nachricht wurde zum ersten Mal geöffnet. Wer sie öffnete, hatte den Link und den Code; mehr ist darüber nicht bekannt.",
  reminderSubject: (sender) => `Erinnerung: vertrauliche Nachricht von ${sender}`,
  reminderHeading: "Eine Nachricht wartet auf Sie",
  reminder: (sender, until) =>
    `${sender} hat Ihnen eine vertrauliche Nachricht geschrieben, die noch nicht geöffnet wurde. Sie ist nur noch bis ${until} lesbar.`,
  whereIsLink: (sent, id) =>
    `Der Link dazu steht in unserer E-Mail vom ${sent} mit der Nummer ${id}. Finden Sie diese E-Mail nicht, dann sehen Sie auch im Ordner für unerwünschte Nachrichten nach, oder fragen Sie den Absender.`,
  code: (sender) =>
    `Den Code zum Öffnen bekommen Sie von ${sender} persönlich, am Telefon oder als SMS, nie per E-Mail.`,
  noLink:
    "Diese Erinnerung enthält keinen Link und keinen Code, und sie fragt nach keinem Passwort.",
  from: "Von",
  to: "An",
  sent: "Gesendet",
  opened: "Geöffnet",
  until: "Lesbar bis",
  number: "Nummer der Nachricht",
};

const english: MessageNoticeWords = {
  locale: "en-GB",
  below: "English text below.",
  greeting: "Hello,",
  readSubject: (recipient) => `Opened: your message to ${recipient}`,
  readHeading: "Your message was opened",
  read: "Your encrypted message was opened for the first time. Whoever opened it had the link and the code; nothing more is known about that.",
  reminderSubject: (sender) => `Reminder: confidential message from ${sender}`,
  reminderHeading: "A message is waiting for you",
  reminder: (sender, until) =>
    `${sender} has written you a confidential message that has not been opened yet. It can be read until ${until} only.`,
  whereIsLink: (sent, id) =>
    `The link to it is in our e-mail of ${sent} with the number ${id}. If you cannot find that e-mail, please look into your junk folder too, or ask the sender.`,
  code: (sender) =>
    `${sender} gives you the code to open it in person, by phone or by text message, never by e-mail.`,
  noLink: "This reminder holds no link and no code, and it asks for no password.",
  from: "From",
  to: "To",
  sent: "Sent",
  opened: "Opened",
  until: "Readable until",
  number: "Message number",
};

export const messageNoticeWords: Readonly<Record<Language, MessageNoticeWords>> = {
  de: german,
  en: english,
};
