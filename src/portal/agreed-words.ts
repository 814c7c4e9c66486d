/** What the form for the code says where the code is one that was agreed before. */
import type { Language } from "../base/language.ts";

export interface AgreedWords {
  /** Of a code that was drawn for an earlier message. */
  readonly hint: string;
  /** Of a code of the sender's own making. */
  readonly hintOwn: string;
  readonly where: (sender: string) => string;
  readonly wrong: string;
  readonly fault: {
    readonly short: string;
    readonly long: string;
    readonly outdated: string;
  };
}

const german: AgreedWords = {
  hint: "Es ist derselbe Code wie bei früheren Nachrichten von dort.",
  hintOwn:
    "Der Code, den Sie mit dem Absender vereinbart haben. Großschreibung, Leerzeichen und Striche sind egal.",
  where: (sender) =>
    `Sie haben ihn schon: Mit ihm öffnen Sie alle Nachrichten von dort. Finden Sie ihn nicht mehr, fragen Sie ${sender}, am besten am Telefon.`,
  wrong: "Es ist der Code, den Sie mit dem Absender vereinbart haben.",
  fault: {
    short: "Der vereinbarte Code hat mindestens 10 Zeichen.",
    long: "Der vereinbarte Code hat höchstens 64 Zeichen.",
    outdated: "Dieser Code gilt nicht mehr: Der Absender hat soeben einen neuen gemacht.",
  },
};

const english: AgreedWords = {
  hint: "It is the same code as for earlier messages from there.",
  hintOwn:
    "The code that you have agreed with the sender. Capitals, spaces and dashes do not matter.",
  where: (sender) =>
    `You have it already: it opens all messages from there. If you cannot find it, ask ${sender}, best by phone.`,
  wrong: "It is the code that you have agreed with the sender.",
  fault: {
    short: "The agreed code has at least 10 characters.",
    long: "The agreed code has at most 64 characters.",
    outdated: "This code is no longer valid: the sender has just made a new one.",
  },
};

const wordsOf: Readonly<Record<Language, AgreedWords>> = { de: german, en: english };

export function agreedWordsIn(language: Language): AgreedWords {
  return wordsOf[language];
}
