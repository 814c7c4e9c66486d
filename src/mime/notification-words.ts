/** What a notification says, in each language. Numbers and line breaks are the layout's. */
import type { Language } from "../base/language.ts";

export interface NotificationWords {
  readonly locale: string;
  readonly subject: (name: string) => string;
  /** Said in the other language's place at the top: this language comes further below. */
  readonly below: string;
  readonly heading: string;
  readonly greeting: string;
  readonly lead: (name: string, address: string) => string;
  readonly open: string;
  readonly enter: (name: string) => string;
  /** The reader has the code from an earlier message. */
  readonly enterAgreed: (name: string) => string;
  readonly from: string;
  readonly to: string;
  readonly sent: string;
  readonly until: string;
  readonly number: string;
  readonly doubt: string;
  readonly genuine: (start: string) => string;
  readonly reply: string;
  readonly help: string;
  readonly phone: string;
}

const german: NotificationWords = {
  locale: "de-DE",
  subject: (name) => `Vertrauliche Nachricht von ${name}`,
  below: "Deutscher Text weiter unten.",
  heading: "Vertrauliche Nachricht",
  greeting: "Guten Tag,",
  lead: (name, address) =>
    `${who(name, address)} hat Ihnen eine vertrauliche Nachricht geschrieben. Sie liegt verschlüsselt für Sie bereit.`,
  open: "Öffnen Sie diese Adresse:",
  enter: (name) =>
    `Geben Sie den Code ein. Sie bekommen ihn von ${name} persönlich, am Telefon oder als SMS, nie per E-Mail. Haben Sie noch keinen Code, dann fragen Sie bitte dort nach.`,
  enterAgreed: (name) =>
    `Geben Sie den Code ein, mit dem Sie schon frühere Nachrichten von dort öffnen. Haben Sie ihn nicht mehr, dann fragen Sie bitte ${name}, am besten am Telefon. Er kommt nie per E-Mail.`,
  from: "Von",
  to: "An",
  sent: "Gesendet",
  until: "Lesbar bis",
  number: "Nummer der Nachricht",
  doubt: "Ist diese E-Mail echt?",
  genuine: (start) =>
    `Die Adresse muss mit ${start} beginnen. Nach dem Passwort Ihres Postfachs fragen wir nie. Im Zweifel rufen Sie an, unter einer Nummer, die Sie schon kennen.`,
  reply:
    "Eine gewöhnliche Antwort auf diese E-Mail ist nicht geschützt. Schreiben Sie darin nichts Vertrauliches.",
  help: "Hilfe beim Öffnen",
  phone: "Telefon",
};

const english: NotificationWords = {
  locale: "en-GB",
  subject: (name) => `Confidential message from ${name}`,
  below: "English text below.",
  heading: "Confidential message",
  greeting: "Hello,",
  lead: (name, address) =>
    `${who(name, address)} has written you a confidential message. It is kept encrypted for you.`,
  open: "Open this address:",
  enter: (name) =>
    `Enter the code. ${name} gives it to you in person, by phone or by text message, never by e-mail. If you have no code yet, please ask ${name} for it.`,
  enterAgreed: (name) =>
    `Enter the code with which you open earlier messages from there. If you do not have it any more, please ask ${name}, best by phone. It never comes by e-mail.`,
  from: "From",
  to: "To",
  sent: "Sent",
  until: "Readable until",
  number: "Message number",
  doubt: "Is this e-mail genuine?",
  genuine: (start) =>
    `${start} must be the beginning of the address. We never ask for the password of your mailbox. If in doubt, call a phone number that you already know.`,
  reply:
    "An ordinary reply to this e-mail is not protected. Please write nothing confidential in it.",
  help: "Help with opening it",
  phone: "Phone",
};

export const notificationWords: Readonly<Record<Language, NotificationWords>> = {
  de: german,
  en: english,
};

/** Name and address of an author, each once. */
export function who(name: string, address: string): string {
  return name === address ? name : `${name} (${address})`;
}
