/** What alarms to the sender of a sealed message say, in each language. */
import type { Language } from "../base/language.ts";

interface AlarmWords {
  readonly subject: (recipient: string) => string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
}

export interface AlarmNoticeWords {
  readonly "wrong-codes": AlarmWords;
  readonly locked: AlarmWords;
  readonly "no-code": AlarmWords;
  readonly lockedUntil: (until: string) => string;
  readonly lockedForGood: string;
  readonly whereIsLink: (id: string) => string;
}

const german: AlarmNoticeWords = {
  "wrong-codes": {
    subject: (recipient) => `Falsche Codes: Ihre Nachricht an ${recipient}`,
    heading: "Es wurden falsche Codes eingegeben",
    paragraphs: [
      "Für Ihre verschlüsselte Nachricht wurde mehrmals ein falscher Code eingegeben. Geöffnet wurde sie damit nicht.",
      "Vielleicht hat sich der Empfänger verhört. Bitte rufen Sie ihn an, und sagen Sie ihm den Code noch einmal. War er es nicht, dann erzeugen Sie einen neuen Code, oder ziehen Sie die Nachricht zurück.",
    ],
  },
  locked: {
    subject: (recipient) => `Gesperrt: Ihre Nachricht an ${recipient}`,
    heading: "Ihre Nachricht ist gesperrt",
    paragraphs: [
      "Bitte rufen Sie den Empfänger an. War er es selbst, dann heben Sie die Sperre auf. War es jemand anderes, dann erzeugen Sie einen neuen Code, oder ziehen Sie die Nachricht zurück.",
    ],
  },
  "no-code": {
    subject: (recipient) => `Code gesucht: Ihre Nachricht an ${recipient}`,
    heading: "Der Empfänger wartet auf den Code",
    paragraphs: [
      "Jemand mit dem Link zu Ihrer verschlüsselten Nachricht hat gemeldet, dass ihm der Code fehlt.",
      "Bitte rufen Sie den Empfänger an, unter einer Nummer, die Sie schon kennen, und nennen Sie ihm den Code. Schicken Sie ihn nicht per E-Mail. Haben Sie ihn nicht mehr, dann machen Sie einen neuen.",
    ],
  },
  lockedUntil: (until) =>
    `Es wurde zu oft ein falscher Code eingegeben. Bis ${until} öffnet die Nachricht deshalb auch der richtige Code nicht.`,
  lockedForGood:
    "Es wurde sehr oft ein falscher Code eingegeben. Der bisherige Code gilt deshalb nicht mehr; die Nachricht braucht einen neuen.",
  whereIsLink: (id) =>
    `All das erledigen Sie auf Ihrer Seite zu dieser Nachricht. Der Link dorthin steht in der E-Mail mit dem Code, bei der Nummer ${id}.`,
};

const english: AlarmNoticeWords = {
  "wrong-codes": {
    subject: (recipient) => `Wrong codes: your message to ${recipient}`,
    heading: "Wrong codes were entered",
    paragraphs: [
      "Wrong codes were entered several times for your encrypted message. They did not open it.",
      "Perhaps the recipient misheard. Please call them and tell them the code again. If it was somebody else, make a new code or take the message back.",
    ],
  },
  locked: {
    subject: (recipient) => `Locked: your message to ${recipient}`,
    heading: "Your message is locked",
    paragraphs: [
      "Please call the recipient. If it was they who tried, lift the lock. If it was somebody else, make a new code or take the message back.",
    ],
  },
  "no-code": {
    subject: (recipient) => `Code wanted: your message to ${recipient}`,
    heading: "Somebody is waiting for the code",
    paragraphs: [
      "Somebody who has the link to your encrypted message says that they have no code.",
      "Please call the recipient, at a number that you already know, and tell them the code. Do not send it by e-mail. If you do not have it any more, make a new one.",
    ],
  },
  lockedUntil: (until) =>
    `A wrong code was entered too often. Until ${until} even the right code does not open the message.`,
  lockedForGood:
    "A wrong code was entered very often. The code is therefore no longer valid; the message needs a new one.",
  whereIsLink: (id) =>
    `All this is done on your page for this message. The link to it stands in the e-mail with the code, beside the number ${id}.`,
};

export const alarmNoticeWords: Readonly<Record<Language, AlarmNoticeWords>> = {
  de: german,
  en: english,
};
