/**
 * What an SMS to the recipient of a sealed message says: from whom, the code, how to know the mail
 * and the page it belongs to. Never the link: the two together open the message. The last line binds
 * the code to the portal's host, so that telephones offer to fill it in there and nowhere else
 * (WICG, Origin-bound one-time codes delivered via SMS, §3). At most two parts long.
 */
import { displayLine } from "../base/display-line.ts";
import type { Language } from "../base/language.ts";
import { countSeptets, gsmText } from "./gsm-text.ts";

export interface SmsFacts {
  /** Empty for none. */
  readonly organisation: string;
  readonly sender: string;
  /** In groups of four. */
  readonly code: string;
  /** The sealed message's public identifier. */
  readonly id: string;
  readonly way: "portal" | "pdf";
  readonly checkWords?: Readonly<Record<Language, string>> | undefined;
  /** The portal's. */
  readonly host: string;
}

interface SmsWords {
  readonly code: (name: string, code: string) => string;
  readonly pdfCode: (name: string, code: string) => string;
  readonly number: (id: string) => string;
  readonly page: (words: string) => string;
  readonly only: string;
  readonly pdf: string;
  readonly test: string;
}

const longestName = 60;
const septetsInTwoParts = 2 * 153;

const german: SmsWords = {
  code: (name, code) => `Code für Ihre E-Mail von ${name}: ${code}`,
  pdfCode: (name, code) => `Code für die PDF-Datei von ${name}: ${code}`,
  number: (id) => `Nummer ${id}.`,
  page: (words) => `Die Seite muss zuerst zeigen: ${words}.`,
  only: "Geben Sie den Code sonst nirgends ein.",
  pdf: "Geben Sie ihn so ein, oder klein und ohne Striche.",
  test: "Probe von mxseal: SMS von diesem Server kommen an. Sie müssen nichts tun.",
};

const english: SmsWords = {
  code: (name, code) => `Code for your e-mail from ${name}: ${code}`,
  pdfCode: (name, code) => `Code for the PDF file from ${name}: ${code}`,
  number: (id) => `Number ${id}.`,
  page: (words) => `The page must first show: ${words}.`,
  only: "Type the code nowhere else.",
  pdf: "Type it as it stands, or small and without dashes.",
  test: "Test of mxseal: SMS from this server arrive. You need do nothing.",
};

const wordsOf: Readonly<Record<Language, SmsWords>> = { de: german, en: english };

export function smsText(language: Language, facts: SmsFacts): string {
  const words = wordsOf[language];
  const { code, id, way, checkWords, host } = facts;
  const name = senderName(facts);
  if (way === "pdf") return `${words.pdfCode(name, code)}\n${words.number(id)} ${words.pdf}`;
  const page = checkWords === undefined ? "" : `${words.page(gsmText(checkWords[language]))} `;
  const text = `${words.code(name, code)}\n${words.number(id)} ${page}${words.only}`;
  const bound = `${text}\n\n@${host} #${code.replaceAll("-", "")}`;
  // A host of more than a hundred characters; the code is typed by hand then.
  return countSeptets(bound) <= septetsInTwoParts ? bound : text;
}

/** Harmless; tells that the way is open. */
export function smsTestText(language: Language): string {
  return wordsOf[language].test;
}

/** The organisation, unless its letters are not to be had. */
function senderName({ organisation, sender }: SmsFacts): string {
  const named = gsmText(displayLine(organisation, longestName));
  if (named !== "" && !named.includes("?")) return named;
  return gsmText(displayLine(sender, longestName));
}
