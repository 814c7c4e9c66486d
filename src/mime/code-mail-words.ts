/** What a code mail says, in each language. */
import type { Language } from "../base/language.ts";
import { englishSpelling, germanSpelling } from "./spelling.ts";

export interface CodeMailWords {
  readonly locale: string;
  readonly spelling: ReadonlyMap<string, string>;
  readonly subject: (recipient: string, others: number) => string;
  /** Said in the other language's place at the top: this language comes further below. */
  readonly below: string;
  readonly heading: (count: number) => string;
  readonly greeting: string;
  readonly why: (sent: string) => string;
  readonly tell: string;
  readonly forward: string;
  /** Where no recipient needs a new code. */
  readonly agreedSubject: (recipient: string, others: number) => string;
  readonly agreedHeading: string;
  readonly agreedWhy: (sent: string) => string;
  /** In the place of a code: it was agreed before. */
  readonly agreed: (on: string, by: string) => string;
  readonly keep: string;
  /** What a code opens beside this message. */
  readonly later: string;
  readonly recipient: string;
  readonly code: string;
  readonly spoken: string;
  readonly until: string;
  /** Of a code for a PDF: what it opens, and what cannot be done about that any more. */
  readonly opens: string;
  readonly pdf: string;
  readonly number: string;
  /** Label of the check words, and what they are for. */
  readonly page: string;
  readonly check: string;
  /** Label of the number to which the code goes by SMS as well, and what that means. */
  readonly sms: string;
  readonly alsoSms: string;
  /** Label of the sender's link, and what it is for. */
  readonly manage: string;
  readonly control: string;
  /** Straight to what can be done there: the page behind the link, and its words. */
  readonly actionLabel: string;
  readonly actions: readonly (readonly [place: string, text: string])[];
}

const german: CodeMailWords = {
  locale: "de-DE",
  spelling: germanSpelling,
  subject: (recipient, others) =>
    others === 0
      ? `Code für ${recipient}`
      : `Codes für ${recipient} und ${others === 1 ? "1 weiteren Empfänger" : `${others} weitere`}`,
  below: "Deutscher Text weiter unten.",
  heading: (count) => (count === 1 ? "Code für Ihren Empfänger" : "Codes für Ihre Empfänger"),
  greeting: "Guten Tag,",
  why: (sent) =>
    `Ihre Nachricht vom ${sent} ließ sich auf dem üblichen Weg nicht sicher genug zustellen. Sie wurde deshalb verschlüsselt. Zum Lesen braucht der Empfänger die E-Mail, die schon zu ihm unterwegs ist, und den Code, den nur Sie haben.`,
  tell: "Bitte nennen Sie jedem Empfänger seinen Code: am Telefon, per SMS oder persönlich.",
  forward: "Leiten Sie diese E-Mail nicht weiter, und schicken Sie den Code nicht per E-Mail.",
  agreedSubject: (recipient, others) =>
    others === 0
      ? `Verschlüsselt an ${recipient}`
      : `Verschlüsselt an ${recipient} und ${others === 1 ? "1 weiteren Empfänger" : `${others} weitere`}`,
  agreedHeading: "Ihre Nachricht wurde verschlüsselt",
  agreedWhy: (sent) =>
    `Ihre Nachricht vom ${sent} ließ sich auf dem üblichen Weg nicht sicher genug zustellen. Sie wurde deshalb verschlüsselt. Der Empfänger öffnet sie mit dem Code, den er schon hat.`,
  agreed: (on, by) => `der vereinbarte, gemacht am ${on} von ${by}`,
  keep: "Wer einen vereinbarten Code hat, braucht keinen neuen. Ist er verloren, machen Sie auf Ihrer Seite einen neuen.",
  later: "auch spätere Nachrichten aus Ihrem Haus an diesen Empfänger",
  recipient: "Empfänger",
  code: "Code",
  spoken: "Zum Vorlesen",
  until: "Gültig bis",
  opens: "Öffnet",
  pdf: "die PDF-Datei, die beim Empfänger ankommt. Sie läuft nicht ab und lässt sich nicht zurückholen.",
  number: "Nummer der Nachricht",
  page: "Prüfwörter",
  check:
    "Die Prüfwörter müssen auf der Seite des Empfängers stehen, bevor er den Code eintippt. Sagen Sie sie ihm mit dem Code.",
  sms: "Auch per SMS an",
  alsoSms:
    "Wo eine Telefonnummer dabeisteht, schicken wir den Code zusätzlich dorthin. Gelingt das nicht, bekommen Sie Bescheid.",
  manage: "Ihre Seite",
  control:
    "Auf Ihrer Seite ziehen Sie die Nachricht zurück, verlängern sie, heben eine Sperre auf oder erzeugen einen neuen Code. Geben Sie diesen Link niemandem.",
  actionLabel: "Gleich dorthin",
  actions: [
    ["recall", "Zurückziehen"],
    ["extend", "Verlängern"],
    ["unlock", "Sperre aufheben"],
    ["renew", "Neuer Code"],
  ],
};

const english: CodeMailWords = {
  locale: "en-GB",
  spelling: englishSpelling,
  subject: (recipient, others) =>
    others === 0 ? `Code for ${recipient}` : `Codes for ${recipient} and ${others} more`,
  below: "English text below.",
  heading: (count) => (count === 1 ? "Code for your recipient" : "Codes for your recipients"),
  greeting: "Hello,",
  why: (sent) =>
    `Your message of ${sent} could not be delivered securely enough in the usual way, so it was encrypted. To read it, its recipient needs the e-mail that is on its way already, and the code, which only you have.`,
  tell: "Please give each recipient their code: by phone, by text message or in person.",
  forward: "Do not forward this e-mail, and do not send the code by e-mail.",
  agreedSubject: (recipient, others) =>
    others === 0 ? `Encrypted to ${recipient}` : `Encrypted to ${recipient} and ${others} more`,
  agreedHeading: "Your message was encrypted",
  agreedWhy: (sent) =>
    `Your message of ${sent} could not be delivered securely enough in the usual way, so it was encrypted. Its recipient opens it with the code they already have.`,
  agreed: (on, by) => `the agreed one, made on ${on} by ${by}`,
  keep: "Who has an agreed code needs no new one. If it is lost, make a new one on your page.",
  later: "later messages from your organisation to this recipient as well",
  recipient: "Recipient",
  code: "Code",
  spoken: "Spoken",
  until: "Valid until",
  opens: "Opens",
  pdf: "the PDF file that reaches the recipient. It does not expire and cannot be taken back.",
  number: "Message number",
  page: "Check words",
  check:
    "The check words must stand on the recipient's page before the code is typed. Please say them together with the code.",
  sms: "Also by SMS to",
  alsoSms:
    "Where a telephone number is named, we send the code there as well. If that fails, we tell you.",
  manage: "Your page",
  control:
    "On your page you take the message back, extend it, lift a lock or make a new code. Give this link to nobody.",
  actionLabel: "Straight to",
  actions: [
    ["recall", "Take back"],
    ["extend", "Extend"],
    ["unlock", "Lift a lock"],
    ["renew", "New code"],
  ],
};

export const codeMailWords: Readonly<Record<Language, CodeMailWords>> = {
  de: german,
  en: english,
};
