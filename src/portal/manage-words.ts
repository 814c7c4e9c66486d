/**
 * The sentences of the pages behind the sender's own link, and of the reader's page for a missing
 * code. The shape of a language is one such object, so that none can lack a sentence.
 */
import type { Language } from "../base/language.ts";
import { manageWordsEnglish } from "./manage-words-english.ts";
import { manageWordsGerman } from "./manage-words-german.ts";
import type { NoticeWords } from "./words.ts";

export type ManageAction = "renew" | "extend" | "unlock" | "forget" | "recall";

/** A page that says what will happen before anything does. */
export interface ActionWords {
  /** On the button that leads to the page. */
  readonly link: string;
  readonly title: string;
  readonly what: readonly string[];
  readonly button: string;
  /** On the overview, when it is done. */
  readonly done: string;
}

export interface ManageWords {
  readonly title: string;
  readonly intro: string;
  readonly to: string;
  readonly sent: string;
  readonly until: string;
  readonly opened: string;
  readonly notOpened: string;
  readonly openedFirst: (on: string) => string;
  readonly state: string;
  readonly available: string;
  readonly lockedUntil: (until: string) => string;
  readonly lockedForGood: string;
  readonly recalledOn: (on: string) => string;
  readonly expired: string;
  readonly wrongCodes: string;
  readonly number: string;
  readonly back: string;
  readonly choose: string;
  readonly chooseLegend: string;
  /** In the place of choices. */
  readonly noneLater: string;
  readonly choice: (days: number, until: string) => string;
  readonly action: Readonly<Record<ManageAction, ActionWords>>;
  /** Of `unlock` while wrong codes were counted but nothing is locked. */
  readonly giveTriesBack: ActionWords;
  readonly renewed: RenewedWords;
  readonly outdated: NoticeWords;
  readonly over: NoticeWords;
  readonly stillLocked: NoticeWords;
  readonly unknownLink: NoticeWords;
  readonly tooMany: NoticeWords;
  readonly noCode: NoCodeWords;
  /** On the form for the code. */
  readonly checkWords: string;
  readonly checkWordsHint: string;
}

export interface RenewedWords {
  readonly title: string;
  readonly spoken: string;
  readonly checkWords: string;
  readonly once: string;
  readonly tell: string;
}

export interface NoCodeWords {
  readonly link: string;
  readonly title: string;
  readonly what: readonly string[];
  readonly button: string;
  readonly back: string;
  readonly noted: NoticeWords;
  readonly enough: NoticeWords;
  readonly tooOften: NoticeWords;
  readonly networkFull: NoticeWords;
}

const wordsOf: Readonly<Record<Language, ManageWords>> = {
  de: manageWordsGerman,
  en: manageWordsEnglish,
};

export function manageWordsIn(language: Language): ManageWords {
  return wordsOf[language];
}
