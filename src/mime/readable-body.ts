/**
 * The text of a mail put together of its text parts: of alternatives (RFC 2046 §5.1.4) one for each
 * view, of parts that follow each other all. A part that has only one of the two kinds is turned
 * into the other where the mail has both.
 */
import { escapeHtml } from "../base/escape-html.ts";
import { decodeCharset } from "./charset-text.ts";
import { displayBody } from "./display-body.ts";
import { textOfHtml } from "./html-text.ts";
import type { SurveyedPart } from "./message-survey.ts";
import { isNamedFile } from "./part-header.ts";
import { unflowText } from "./unflow-text.ts";

export interface ReadableBody {
  /** Plain text, made from the HTML part where the mail has no other; "" when it has none. */
  readonly text: string;
  readonly textTooLong: boolean;
  /** As received, not sanitised; undefined also when it is too much to be shown. */
  readonly html: string | undefined;
}

interface Group {
  readonly plain: string[];
  readonly html: string[];
}

const maxTextLength = 1_000_000;
const maxFileTextBytes = 100_000;
const maxHtmlLength = 2_000_000;
/** The time to clean nested elements grows with their square: these take a second at worst. */
const maxHtmlTags = 40_000;
/** Of tags or none: each is a step of the cleaner. */
const maxHtmlBrackets = 200_000;

export function readBody(parts: readonly SurveyedPart[]): ReadableBody {
  const shown = parts.filter((part) => part.text !== undefined && !isLongFile(part, parts.length));
  const groups = groupsOf(shown);
  const wholeHtml = htmlOf(groups);
  const isHtmlCut = shown.some(({ text, isCut }) => text === "html" && isCut);
  const html = !isHtmlCut && isShowable(wholeHtml) ? wholeHtml : undefined;
  const lacksText = html === undefined && groups.some(isHtmlOnly);
  const text = lacksText ? "" : groups.map(groupText).filter(Boolean).join("\n\n");
  const isTextCut = shown.some(({ text: kind, isCut }) => kind === "plain" && isCut);
  const textTooLong = lacksText || isTextCut || text.length > maxTextLength;
  return {
    text: textTooLong ? "" : text,
    textTooLong,
    html: html?.trim() === "" ? undefined : html,
  };
}

/** A log or a table beside a letter must not make the letter too long. */
function isLongFile({ header, sizeBytes }: SurveyedPart, partCount: number): boolean {
  return isNamedFile(header) && partCount > 1 && sizeBytes > maxFileTextBytes;
}

function groupsOf(shown: readonly SurveyedPart[]): readonly Group[] {
  const groups = new Map<number, Group>();
  for (const part of shown) {
    const group = groups.get(part.group) ?? { plain: [], html: [] };
    groups.set(part.group, group);
    const text = readText(part);
    // Many programs send an empty text beside their HTML.
    if (text.trim() !== "") group[part.text === "html" ? "html" : "plain"].push(text);
  }
  return [...groups.values()];
}

function readText({ header, kept }: SurveyedPart): string {
  const { value, parameters } = header.type;
  const parameter = (name: string): string => parameters.get(name)?.text.toLowerCase() ?? "";
  const text = decodeCharset(kept ?? Buffer.alloc(0), parameter("charset"));
  const isFlowed = value === "text/plain" && parameter("format") === "flowed";
  // Of a text that is too long to be shown, every line would cost memory for nothing.
  if (!isFlowed || text.length > maxTextLength) return text;
  return unflowText(text, parameter("delsp") === "yes");
}

function htmlOf(groups: readonly Group[]): string | undefined {
  if (groups.every(({ html }) => html.length === 0)) return undefined;
  const texts = groups.flatMap(({ plain, html }) => (html.length > 0 ? html : plain));
  if (texts.reduce((sum, text) => sum + text.length, 0) > maxHtmlLength) return undefined;
  const markup = ({ plain, html }: Group): string =>
    html.length > 0 ? html.join("\n") : plain.map(markupOf).join("\n");
  return groups.map(markup).join("\n");
}

function markupOf(text: string): string {
  return `<div>${escapeHtml(text.trim()).replace(/\r?\n/g, "<br>")}</div>`;
}

function isHtmlOnly({ plain, html }: Group): boolean {
  return plain.length === 0 && html.length > 0;
}

function groupText({ plain, html }: Group): string {
  const texts = plain.length > 0 ? plain : html.map(textOfHtml);
  return texts.map((text) => withoutLastLines(displayBody(text))).join("\n\n");
}

function isShowable(html: string | undefined): html is string {
  if (html === undefined || html.length > maxHtmlLength) return false;
  const count = (pattern: RegExp): number => html.match(pattern)?.length ?? 0;
  // The end of a paragraph or line that did not begin makes one.
  const surplus = count(/<\/br/gi) + Math.max(0, count(/<\/p/gi) - count(/<p/gi));
  return count(/<[a-z]/gi) + surplus <= maxHtmlTags && count(/</g) <= maxHtmlBrackets;
}

/** Without the empty lines at its end. */
function withoutLastLines(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end -= 1;
  return text.slice(0, end);
}
