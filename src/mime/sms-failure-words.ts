/** What the sender of a sealed message reads when its code could not go by SMS, in each language. */
import type { Language } from "../base/language.ts";

export interface SmsFailureWords {
  readonly subject: (recipient: string) => string;
  readonly heading: string;
  readonly failed: (number: string) => string;
  readonly country: string;
  readonly limit: string;
  readonly refused: string;
  readonly unreachable: (minutes: number) => string;
  readonly tell: string;
  readonly whereIsCode: (id: string) => string;
  /** Not of a PDF, whose code stays. */
  readonly newCode: string;
}

const german: SmsFailureWords = {
  subject: (recipient) => `SMS nicht gesendet: Ihre Nachricht an ${recipient}`,
  heading: "Der Code ging nicht als SMS hinaus",
  failed: (number) =>
    `Der Code für Ihre verschlüsselte Nachricht sollte als SMS an die Nummer ${number} gehen. Das hat nicht geklappt.`,
  country: "Der Grund: In das Land dieser Nummer gehen von hier aus keine SMS.",
  limit:
    "Der Grund: Mehr SMS sind nicht erlaubt, für diese Nachricht, für Sie in dieser Stunde oder für alle an diesem Tag.",
  refused: "Der Grund: Der SMS-Dienst hat sie abgelehnt. Vielleicht stimmt die Nummer nicht.",
  unreachable: (minutes) =>
    `Der Grund: Der SMS-Dienst hat sie auch nach ${minutes === 1 ? "einer Minute" : `${minutes} Minuten`} nicht angenommen. Möglich ist, dass sie trotzdem ankommt.`,
  tell: "Bitte nennen Sie dem Empfänger den Code selbst, am besten am Telefon. Schicken Sie ihn nicht per E-Mail.",
  whereIsCode: (id) =>
    `Er steht in der E-Mail, die Sie dazu schon bekommen haben, bei der Nummer ${id}.`,
  newCode:
    "Haben Sie seitdem auf Ihrer Seite einen neuen gemacht, gilt nur der. Haben Sie ihn nicht mehr, machen Sie dort noch einen.",
};

const english: SmsFailureWords = {
  subject: (recipient) => `SMS not sent: your message to ${recipient}`,
  heading: "The code did not go out by SMS",
  failed: (number) =>
    `The code for your encrypted message was to go by SMS to the number ${number}. That did not work.`,
  country: "The reason: no SMS are sent from here to the country of this number.",
  limit:
    "The reason: no more SMS are allowed, for this message, for you within this hour, or for everybody on this day.",
  refused: "The reason: the SMS service refused it. Perhaps the number is wrong.",
  unreachable: (minutes) =>
    `The reason: after ${minutes === 1 ? "a minute" : `${minutes} minutes`} the SMS service had still not taken it. It may arrive all the same.`,
  tell: "Please tell the recipient the code yourself, best by phone. Do not send it by e-mail.",
  whereIsCode: (id) =>
    `It stands in the e-mail that you have already got about it, beside the number ${id}.`,
  newCode:
    "If you have made a new one on your page since, only that one is valid. If you do not have it any more, make another one there.",
};

export const smsFailureWords: Readonly<Record<Language, SmsFailureWords>> = {
  de: german,
  en: english,
};
