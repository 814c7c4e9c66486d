/** What a notification says, in each language; the order here is the order in the mail. */
export interface NotificationWords {
  readonly language: string;
  readonly locale: string;
  readonly subject: (name: string) => string;
  readonly greeting: string;
  readonly lead: (name: string, address: string) => string;
  readonly open: string;
  readonly enter: (name: string) => string;
  readonly from: string;
  readonly to: string;
  readonly sent: string;
  readonly until: string;
  readonly number: string;
  readonly genuine: (start: string) => string;
  readonly reply: string;
}

const german: NotificationWords = {
  language: "de",
  locale: "de-DE",
  subject: (name) => `Vertrauliche Nachricht von ${name}`,
  greeting: "Guten Tag,",
  lead: (name, address) =>
    `${who(name, address)} hat Ihnen eine vertrauliche Nachricht geschrieben. Sie liegt verschlüsselt für Sie bereit.`,
  open: "1. Öffnen Sie diese Adresse:",
  enter: (name) =>
    `2. Geben Sie den Code ein. Sie bekommen ihn von ${name} persönlich, am Telefon oder als SMS, nie per E-Mail. Haben Sie noch keinen Code, dann fragen Sie bitte dort nach.`,
  from: "Von",
  to: "An",
  sent: "Gesendet",
  until: "Lesbar bis",
  number: "Nummer der Nachricht",
  genuine: (start) =>
    `Ist diese E-Mail echt? Die Adresse muss mit ${start} beginnen. Nach dem Passwort Ihres Postfachs fragen wir nie. Im Zweifel rufen Sie an, unter einer Nummer, die Sie schon kennen.`,
  reply:
    "Eine gewöhnliche Antwort auf diese E-Mail ist nicht geschützt. Schreiben Sie darin nichts Vertrauliches.",
};

const english: NotificationWords = {
  language: "en",
  locale: "en-GB",
  subject: (name) => `Confidential message from ${name}`,
  greeting: "Hello,",
  lead: (name, address) =>
    `${who(name, address)} has written you a confidential message. It is kept encrypted for you.`,
  open: "1. Open this address:",
  enter: (name) =>
    `2. Enter the code. ${name} gives it to you in person, by phone or by text message, never by e-mail. If you have no code yet, please ask ${name} for it.`,
  from: "From",
  to: "To",
  sent: "Sent",
  until: "Readable until",
  number: "Message number",
  genuine: (start) =>
    `Is this e-mail genuine? ${start} must be the beginning of the address. We never ask for the password of your mailbox. If in doubt, call a phone number that you already know.`,
  reply:
    "An ordinary reply to this e-mail is not protected. Please write nothing confidential in it.",
};

export const notificationLanguages: readonly NotificationWords[] = [german, english];

function who(name: string, address: string): string {
  return name === address ? name : `${name} (${address})`;
}
