/** What the sender's pages say of which messages a new code opens, in one object per language. */
import type { Language } from "../base/language.ts";
import type { OwnCodeFault } from "../seal/own-code.ts";

export type CodeChoiceFault = OwnCodeFault | "unclear";

export interface CodeChoiceWords {
  readonly legend: string;
  readonly message: string;
  readonly remembered: string;
  readonly own: string;
  readonly ownLabel: string;
  readonly ownHint: string;
  readonly error: Readonly<Record<CodeChoiceFault, string>>;
  readonly unchanged: string;
  /** On the page that follows. */
  readonly ownTitle: string;
  readonly ownTell: string;
  readonly later: string;
  /** On the overview. */
  readonly label: string;
  readonly agreed: (on: string, by: string) => string;
}

const german: CodeChoiceWords = {
  legend: "Was soll der neue Code öffnen?",
  message: "Nur diese Nachricht",
  remembered: "Diese und alle späteren Nachrichten aus Ihrem Haus an diesen Empfänger",
  own: "Ebenso, aber mit einem eigenen Code",
  ownLabel: "Ihr eigener Code, falls gewählt",
  ownHint:
    "Mindestens 10 Zeichen, die man nicht errät: kein Name, keine Adresse, keine bloße Zahl, kein „Passwort2026“. Nichts, was anderswo als Passwort dient.",
  error: {
    short: "Der eigene Code braucht mindestens 10 Zeichen.",
    long: "Der eigene Code darf höchstens 64 Zeichen haben.",
    simple:
      "Dieser Code ist zu leicht zu erraten. Bitte nehmen Sie Buchstaben und Ziffern, die weder ein bekanntes Wort noch eine Reihe bilden.",
    address: "In diesem Code steckt ein Teil Ihrer Adresse oder der des Empfängers.",
    unclear: "Bitte wählen Sie, was der neue Code öffnen soll.",
  },
  unchanged: "Es wurde nichts geändert.",
  ownTitle: "Ihr eigener Code gilt",
  ownTell:
    "Weiß ihn der Empfänger noch nicht, sagen Sie ihn ihm am Telefon, per SMS oder persönlich, nie per E\u2011Mail.",
  later:
    "Er öffnet auch alle späteren Nachrichten aus Ihrem Haus an diesen Empfänger. Frühere behalten ihren Code.",
  label: "Code",
  agreed: (on, by) => `der vereinbarte, gemacht am ${on} von ${by}`,
};

const english: CodeChoiceWords = {
  legend: "What is the new code to open?",
  message: "Only this message",
  remembered: "This and all later messages from your organisation to this recipient",
  own: "The same, but with a code of your own",
  ownLabel: "Your own code, if chosen",
  ownHint:
    "At least 10 characters that nobody guesses: no name, no address, no mere number, no “password2026”. Nothing that is a password elsewhere.",
  error: {
    short: "A code of your own needs at least 10 characters.",
    long: "A code of your own has at most 64 characters.",
    simple:
      "This code is too easily guessed. Please use letters and digits that are neither a well-known word nor a row.",
    address: "This code holds a part of your address or the recipient's.",
    unclear: "Please choose what the new code is to open.",
  },
  unchanged: "Nothing has been changed.",
  ownTitle: "Your own code is in force",
  ownTell:
    "If the recipient does not know it yet, tell it to them by phone, by text message or in person, never by e\u2011mail.",
  later:
    "It also opens all later messages from your organisation to this recipient. Earlier ones keep their code.",
  label: "Code",
  agreed: (on, by) => `the agreed one, made on ${on} by ${by}`,
};

const wordsOf: Readonly<Record<Language, CodeChoiceWords>> = { de: german, en: english };

export function codeChoiceWordsIn(language: Language): CodeChoiceWords {
  return wordsOf[language];
}
