/**
 * The one mail to the sender with the codes of all sealed recipients of a message. It never holds
 * a recipient's link or anything of the message's content; the link it holds is the sender's own.
 */
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import type { Language } from "../base/language.ts";
import { codeMailWords } from "./code-mail-words.ts";
import { flowText } from "./flowed-text.ts";
import {
  type ActionRow,
  type FactRow,
  factBoxes,
  type HtmlSection,
  htmlMail,
  paragraph,
} from "./html-mail.ts";
import type { MailContent } from "./notification-frame.ts";
import { type ComposedMail, composeOwnMail, type OwnMailFacts, ownMailId } from "./own-mail.ts";
import { spell } from "./spelling.ts";
import type { MailStyle } from "./template-style.ts";

export interface RecipientCode {
  /** As the sender addressed it. */
  readonly recipient: string;
  readonly told: ToldCode;
  /** The sealed message's public identifier. */
  readonly id: string;
  readonly expiresAt: number;
  /** `pdf`: it opens a PDF that the recipient keeps. */
  readonly way?: "portal" | "pdf";
  /** Where the sender takes the message back, extends, unlocks, gets a new code. */
  readonly manageLink?: string;
  /** What the page must show before the code is typed. */
  readonly checkWords?: Readonly<Record<Language, string>>;
  /** Masked; where the code goes by SMS as well. */
  readonly smsTo?: string;
}

export interface CodeMailFacts extends Omit<OwnMailFacts, "organisation" | "autoSubmitted"> {
  readonly sentAt: number;
  /** At least one. */
  readonly codes: readonly RecipientCode[];
  readonly timeZone?: string | undefined;
}

/** The same as in `seal/code-job-content.ts`. */
export type ToldCode =
  /** In groups of four. `remembered`: it opens later messages as well. */
  | { readonly kind: "new"; readonly code: string; readonly remembered: boolean }
  | { readonly kind: "agreed"; readonly madeBy: string; readonly madeAt: number };

/**
 * The same messages of the same group always make the same Message-ID, so that a mail that had to
 * be sent twice is one in the sender's mailbox; another set of messages makes another one.
 */
export function codeMailId(group: string, ids: readonly string[], domain: string): string {
  return ownMailId([group, ids.toSorted()], domain);
}

/** `style`: for the sender; its organisation is also the name beside the From address. */
export function buildCodeMail(facts: CodeMailFacts, style: MailStyle): ComposedMail {
  const { organisation } = style;
  // A direct response to the mail that was sealed, also when that has no Message-ID.
  const autoSubmitted = "auto-replied";
  return composeOwnMail({ ...facts, organisation, autoSubmitted }, codeMailContent(facts, style));
}

/** What the sender reads. */
export function codeMailContent(facts: CodeMailFacts, style: MailStyle): MailContent {
  const { languages } = style;
  const first = displayLine(facts.codes[0]?.recipient ?? "", 100);
  const others = facts.codes.length - 1;
  const subjects = languages.map((language) => {
    const words = codeMailWords[language];
    return (hasNewCode(facts) ? words.subject : words.agreedSubject)(first, others);
  });
  const subject = subjects.join(" / ");
  const sections = languages.map((language) => htmlSection(language, facts, style));
  return {
    subject,
    text: flowText(
      languages.map((language) => textOf(language, facts, style)).join(`\n${"-".repeat(60)}\n\n`),
    ),
    html: htmlMail(subject, sections, style),
  };
}

function codeRows(
  language: Language,
  entry: RecipientCode,
  timeZone: string | undefined,
): readonly FactRow[] {
  const words = codeMailWords[language];
  const { checkWords, manageLink, smsTo } = entry;
  return [
    [words.recipient, displayLine(entry.recipient, 254)],
    ...toldRows(language, entry.told, timeZone),
    ...(smsTo === undefined ? [] : [[words.sms, smsTo] as const]),
    entry.way === "pdf"
      ? [words.opens, words.pdf]
      : [words.until, displayInstant(entry.expiresAt, words.locale, timeZone)],
    [words.number, entry.id],
    ...(checkWords === undefined ? [] : [[words.page, checkWords[language]] as const]),
    ...(manageLink === undefined ? [] : [[words.manage, manageLink, "link"] as const]),
  ];
}

/** Each leads to a page that says what will happen and asks once more. */
function actionRows(language: Language, { manageLink }: RecipientCode): readonly ActionRow[] {
  if (manageLink === undefined) return [];
  const { actions, actionLabel } = codeMailWords[language];
  const links = actions.map(([place, text]) => ({ text, url: `${manageLink}/${place}` }));
  return [[actionLabel, links, "actions"]];
}

function toldRows(
  language: Language,
  told: ToldCode,
  timeZone: string | undefined,
): readonly FactRow[] {
  const words = codeMailWords[language];
  if (told.kind === "agreed") {
    const on = displayInstant(told.madeAt, words.locale, timeZone);
    return [[words.code, words.agreed(on, displayLine(told.madeBy, 254))]];
  }
  return [
    [words.code, told.code, "code"],
    [words.spoken, spell(told.code, words.spelling)],
    ...(told.remembered ? [[words.opens, words.later] as const] : []),
  ];
}

function hasNewCode({ codes }: CodeMailFacts): boolean {
  return codes.some(({ told }) => told.kind === "new");
}

/** What to do with the codes; nothing need be done with those that were agreed before. */
function adviceOn(language: Language, facts: CodeMailFacts): readonly string[] {
  const words = codeMailWords[language];
  const agreed = facts.codes.some(({ told }) => told.kind === "agreed");
  return [...(hasNewCode(facts) ? [words.tell] : []), ...(agreed ? [words.keep] : [])];
}

/** What the rows mean that are not there for every message. */
function hintsOn(language: Language, { codes }: CodeMailFacts): readonly string[] {
  const words = codeMailWords[language];
  return [
    ...(codes.some(({ smsTo }) => smsTo !== undefined) ? [words.alsoSms] : []),
    ...(codes.some(({ checkWords }) => checkWords !== undefined) ? [words.check] : []),
    ...(codes.some(({ manageLink }) => manageLink !== undefined) ? [words.control] : []),
  ];
}

function whyText(language: Language, facts: CodeMailFacts, sent: string): string {
  const words = codeMailWords[language];
  return hasNewCode(facts) ? words.why(sent) : words.agreedWhy(sent);
}

function textOf(language: Language, facts: CodeMailFacts, style: MailStyle): string {
  const words = codeMailWords[language];
  const sent = displayInstant(facts.sentAt, words.locale, facts.timeZone);
  const elsewhere = elsewhereOf(language, style);
  const blocks = facts.codes.map((entry) =>
    codeRows(language, entry, facts.timeZone)
      .map(([label, value]) => `${label}: ${value}`)
      .join("\n"),
  );
  const paragraphs = [
    ...(elsewhere === undefined ? [] : [elsewhere.text]),
    words.greeting,
    whyText(language, facts, sent),
    ...blocks,
    ...adviceOn(language, facts),
    words.forward,
    ...hintsOn(language, facts),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

function htmlSection(language: Language, facts: CodeMailFacts, style: MailStyle): HtmlSection {
  const words = codeMailWords[language];
  const sent = displayInstant(facts.sentAt, words.locale, facts.timeZone);
  return {
    language,
    heading: hasNewCode(facts) ? words.heading(facts.codes.length) : words.agreedHeading,
    elsewhere: elsewhereOf(language, style),
    content: [
      paragraph(words.greeting),
      paragraph(whyText(language, facts, sent)),
      factBoxes(
        facts.codes.map((entry) => [
          ...codeRows(language, entry, facts.timeZone),
          ...actionRows(language, entry),
        ]),
        style,
      ),
      ...adviceOn(language, facts).map((advice) => paragraph(advice)),
      paragraph("", { lead: words.forward }),
      ...hintsOn(language, facts).map((hint) => paragraph(hint, { soft: true })),
    ],
  };
}

/** In the first of two languages: that the other one follows. */
function elsewhereOf(language: Language, { languages }: MailStyle): HtmlSection["elsewhere"] {
  const [first, second] = languages;
  if (second === undefined || language !== first) return undefined;
  return { language: second, text: codeMailWords[second].below };
}
