/** What a notification with an encrypted PDF says otherwise than one with a link. */
import type { Language } from "../base/language.ts";

export interface PdfNotificationWords {
  readonly lead: (who: string) => string;
  readonly open: (file: string) => string;
  readonly enter: (name: string) => string;
  /** How the code is typed: a PDF program forgives nothing. */
  readonly typing: string;
  readonly file: string;
  readonly genuine: string;
}

const german: PdfNotificationWords = {
  lead: (who) =>
    `${who} hat Ihnen eine vertrauliche Nachricht geschrieben. Sie steckt verschlüsselt in der PDF-Datei, die an dieser E-Mail hängt.`,
  open: (file) => `Öffnen Sie die angehängte Datei ${file}.`,
  enter: (name) =>
    `Geben Sie als Passwort den Code ein. Sie bekommen ihn von ${name} persönlich, am Telefon oder als SMS, nie per E-Mail. Haben Sie noch keinen Code, dann fragen Sie bitte dort nach.`,
  typing:
    "Tippen Sie den Code mit kleinen Buchstaben, ohne Striche und ohne Leerzeichen. Er hat 16 Zeichen. Was wie O aussieht, ist eine Null, was wie I oder L aussieht, eine Eins.",
  file: "Datei",
  genuine:
    "Zu Ihrer Nachricht führt kein Link. Nach dem Passwort Ihres Postfachs fragen wir nie. Im Zweifel rufen Sie an, unter einer Nummer, die Sie schon kennen.",
};

const english: PdfNotificationWords = {
  lead: (who) =>
    `${who} has written you a confidential message. It is encrypted in the PDF file that is attached to this e-mail.`,
  open: (file) => `Open the attached file ${file}.`,
  enter: (name) =>
    `Enter the code as its password. ${name} gives it to you in person, by phone or by text message, never by e-mail. If you have no code yet, please ask ${name} for it.`,
  typing:
    "Type the code in small letters, without dashes and without blanks. It has 16 characters. What looks like an O is a zero, what looks like an I or an L is a one.",
  file: "File",
  genuine:
    "No link leads to your message. We never ask for the password of your mailbox. If in doubt, call a phone number that you already know.",
};

export const pdfNotificationWords: Readonly<Record<Language, PdfNotificationWords>> = {
  de: german,
  en: english,
};
