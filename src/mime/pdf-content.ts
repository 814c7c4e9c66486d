/**
 * What of a message goes into its PDF: who, when, subject, text, the list of files, and the files
 * themselves. The original is always among them, byte for byte, so that nothing is lost of a mail
 * that cannot be read, is cut short, or speaks in a script the page cannot show.
 */
import { displayInstant } from "../base/display-instant.ts";
import { displayLine } from "../base/display-line.ts";
import { cleanFileName } from "./file-name.ts";
import { decodePart } from "./part-bytes.ts";
import { type PdfWords, pdfWords } from "./pdf-words.ts";
import {
  type Person,
  type ReadableAttachment,
  type ReadableMessage,
  readMessage,
} from "./readable-message.ts";
import type { LanguageOrder } from "./template-language.ts";
import { extensionOf } from "./type-extension.ts";

export interface PdfFacts {
  /** The sealed message's public identifier. */
  readonly id: string;
  readonly languages: LanguageOrder;
  /** As the envelope has it, for a mail that does not say itself. */
  readonly sender: string;
  readonly recipient: string;
  readonly sentAt: number;
  readonly timeZone?: string | undefined;
}

export interface PdfFile {
  /** Clean, and no other file's of the same PDF. */
  readonly name: string;
  readonly bytes: Buffer;
}

export interface PdfContent {
  readonly language: LanguageOrder[0];
  readonly heading: string;
  /** Label and value, one line each. */
  readonly rows: readonly (readonly [label: string, value: string])[];
  /** Paragraphs of the message, separated by empty lines. */
  readonly text: string;
  readonly listHeading: string;
  readonly list: readonly string[];
  readonly notes: readonly string[];
  /** Said when the page cannot show all there is to show. */
  readonly notShown: string;
  readonly files: readonly PdfFile[];
  readonly sentAt: number;
}

const originalName = "original.eml";
const maxTextLength = 300_000;
const maxLines = 6_000;
const maxFiles = 500;
const maxPeople = 20;

/** Reads `raw`, or with `bare` only wraps it: what is certain to work for any bytes. */
export async function readPdfContent(
  raw: Buffer,
  facts: PdfFacts,
  bare: boolean,
): Promise<PdfContent> {
  const message = bare ? undefined : await readMessage(raw);
  const attachments = message?.attachments ?? [];
  const files = filesOf(raw, attachments);
  const { text, isCut } = textOf(message);
  const all = (pick: (words: PdfWords) => string): string => inAll(facts, pick);
  const left = attachments.length + 1 - files.length;
  return {
    language: facts.languages[0],
    heading: all(({ heading }) => heading),
    rows: rowsOf(message, facts),
    text,
    listHeading: all(({ attachments: heading }) => heading),
    list: files.map(({ name, bytes }) => `${name} (${formatBytes(bytes.length)})`),
    notes: facts.languages.flatMap((language) => [
      ...notesOn(message, { isCut, isEmpty: text === "" }, pdfWords[language]),
      ...(left > 0 ? [pdfWords[language].moreFiles(left)] : []),
      pdfWords[language].embedded(originalName),
    ]),
    notShown: all(({ notShown }) => notShown),
    files,
    sentAt: facts.sentAt,
  };
}

function notesOn(
  message: ReadableMessage | undefined,
  text: { readonly isCut: boolean; readonly isEmpty: boolean },
  words: PdfWords,
): readonly string[] {
  if (message === undefined) return [words.notRead];
  if (text.isCut) return [words.textCut];
  return text.isEmpty ? [words.noText] : [];
}

function rowsOf(message: ReadableMessage | undefined, facts: PdfFacts): PdfContent["rows"] {
  const { languages, sender, recipient, sentAt, timeZone, id } = facts;
  const label = (pick: (words: PdfWords) => string): string => inAll(facts, pick);
  const copies = peopleText(message?.cc ?? []);
  const subject = message?.subject ?? "";
  const [first] = languages;
  const sent = displayInstant(sentAt, pdfWords[first].locale, timeZone);
  return [
    [label(({ from }) => from), peopleText(message?.from ?? []) || displayLine(sender, 320)],
    [label(({ to }) => to), peopleText(message?.to ?? []) || displayLine(recipient, 320)],
    ...(copies === "" ? [] : ([[label(({ copy }) => copy), copies]] as const)),
    [label((words) => words.sent), sent],
    ...(subject === "" ? [] : ([[label((words) => words.subject), subject]] as const)),
    [label(({ number }) => number), id],
  ];
}

function textOf(message: ReadableMessage | undefined): {
  readonly text: string;
  readonly isCut: boolean;
} {
  const whole = message?.text ?? "";
  const lines = whole.slice(0, maxTextLength).split("\n");
  const text = lines.slice(0, maxLines).join("\n").trim();
  const isCut =
    message?.textTooLong === true || whole.length > maxTextLength || lines.length > maxLines;
  return { text, isCut };
}

/** The original first; names that are taken get a number. */
function filesOf(raw: Buffer, attachments: readonly ReadableAttachment[]): readonly PdfFile[] {
  const taken = new Set<string>();
  const nameOf = (name: string): string => {
    const free = freeName(name, taken);
    taken.add(free.toLowerCase());
    return free;
  };
  const original = { name: nameOf(originalName), bytes: raw };
  const others = attachments.slice(0, maxFiles - 1).map(({ name, mimeType, place }, index) => ({
    name: nameOf(cleanFileName(name ?? "", `file-${index + 1}${extensionOf(mimeType)}`)),
    bytes: decodePart(raw, place),
  }));
  return [original, ...others];
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let free = name;
  for (let count = 2; taken.has(free.toLowerCase()); count += 1) {
    free = `${stem} (${count})${extension}`;
  }
  return free;
}

function peopleText(people: readonly Person[]): string {
  const names = people
    .slice(0, maxPeople)
    .map(({ name, address }) => (name === "" ? address : `${name} <${address}>`));
  return [...names, ...(people.length > maxPeople ? ["…"] : [])].filter(Boolean).join(", ");
}

function inAll(facts: PdfFacts, pick: (words: PdfWords) => string): string {
  return [...new Set(facts.languages.map((language) => pick(pdfWords[language])))].join(" / ");
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
