/** What the sender's pages say of codes by SMS, in one object per language. */
import type { Language } from "../base/language.ts";
import type { PhoneFault } from "../base/phone-number.ts";

/** Why the form comes back; what was typed is still in it. */
export type SmsFieldFault = PhoneFault | "notAllowed";

export interface ManageSmsWords {
  readonly label: string;
  readonly hint: (countries: string) => string;
  readonly error: Readonly<Record<SmsFieldFault, string>>;
  readonly unchanged: string;
  /** Before the number to which the code goes now, and what to do when it is a wrong one. */
  readonly going: string;
  readonly wrongNumber: string;
}

const german: ManageSmsWords = {
  label: "Auch per SMS senden an (muss nicht sein)",
  hint: (countries) =>
    `Die Nummer des Empfängers, nicht Ihre eigene. Bitte mit Landesvorwahl, etwa +49 170 1234567. Hier möglich: Nummern mit ${countries}.`,
  error: {
    form: "Das ist keine Telefonnummer.",
    country: "Der Nummer fehlt die Landesvorwahl, etwa +49.",
    notAllowed: "An Nummern dieser Art gehen von hier aus keine SMS.",
  },
  unchanged:
    "Es wurde nichts geändert. Bitte berichtigen Sie die Nummer, oder leeren Sie das Feld.",
  going: "Der Code geht jetzt auch als SMS an",
  wrongNumber:
    "Ist das nicht die Nummer des Empfängers, erzeugen Sie gleich noch einen neuen Code: Dieser gilt dann nicht mehr. Geht die SMS nicht hinaus, sagen wir es Ihnen per E\u2011Mail.",
};

const english: ManageSmsWords = {
  label: "Also send it by SMS to (optional)",
  hint: (countries) =>
    `The recipient's number, not your own. Please with its country code, such as +49 170 1234567. Possible here: numbers with ${countries}.`,
  error: {
    form: "That is not a telephone number.",
    country: "The number lacks its country code, such as +49.",
    notAllowed: "No SMS are sent from here to numbers of this kind.",
  },
  unchanged: "Nothing has been changed. Please correct the number, or empty the field.",
  going: "The code now also goes by SMS to",
  wrongNumber:
    "If that is not the recipient's number, make another new code at once: this one is then no longer valid. If the SMS cannot be sent, we tell you by e\u2011mail.",
};

const wordsOf: Readonly<Record<Language, ManageSmsWords>> = { de: german, en: english };

export function manageSmsWordsIn(language: Language): ManageSmsWords {
  return wordsOf[language];
}
