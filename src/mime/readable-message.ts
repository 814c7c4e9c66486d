/**
 * The opened original (RFC 5322, RFC 2045 ff.) as pages and PDF show it. Parsing is bounded: depth,
 * header bytes, number of attachments and addresses, length of text. What is left out is always
 * in the original, which can be saved whole.
 */
import PostalMime, { type Address, type Attachment, type Email } from "postal-mime";
import { displayLine } from "../base/display-line.ts";
import { displayBody } from "./display-body.ts";
import { textOfHtml } from "./html-text.ts";

export interface ReadableMessage {
  readonly subject: string;
  readonly from: readonly Person[];
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly sentAt: number | undefined;
  /** Plain text, made from the HTML part where the mail has no other; "" when it has none. */
  readonly text: string;
  readonly textTooLong: boolean;
  /** As received, not sanitised; undefined also when it is too much to be shown. */
  readonly html: string | undefined;
  readonly attachments: readonly ReadableAttachment[];
}

export interface Person {
  /** May be empty. */
  readonly name: string;
  readonly address: string;
}

export interface ReadableAttachment {
  /** As received; undefined when it has none. */
  readonly name: string | undefined;
  readonly mimeType: string;
  readonly bytes: Buffer;
  /** Without angle brackets. */
  readonly contentId: string | undefined;
}

const maxTextLength = 1_000_000;
const maxHtmlLength = 2_000_000;
/** The time to clean nested elements grows with their square: these take a second at worst. */
const maxHtmlTags = 40_000;
/** The parser takes two kilobytes for each line that is not base64, however short: 400 MB. */
const maxCostlyLines = 200_000;
const usualBase64Line = 60;
const limits = { maxNestingDepth: 50, maxHeadersSize: 1024 * 1024, forceRfc822Attachments: true };

/** undefined when the mail breaks the bounds of parsing. */
export async function readMessage(raw: Buffer): Promise<ReadableMessage | undefined> {
  const email = hasFewLines(raw) ? await parse(raw) : undefined;
  if (email === undefined) return undefined;
  return {
    subject: displayLine(email.subject ?? "", 500),
    from: people(email.from === undefined ? [] : [email.from]),
    to: people(email.to ?? []),
    cc: people(email.cc ?? []),
    sentAt: email.date === undefined ? undefined : instant(email.date),
    ...readBody(email),
    attachments: email.attachments.map(readAttachment),
  };
}

function readBody(email: Email): Pick<ReadableMessage, "text" | "textTooLong" | "html"> {
  const whole = email.html ?? "";
  const html = isShowable(whole) ? whole : "";
  const text = email.text ?? textOfHtml(html);
  const textTooLong = text.length > maxTextLength || (html !== whole && text === "");
  return {
    text: textTooLong ? "" : withoutLastLines(displayBody(text)),
    textTooLong,
    html: html.trim() === "" ? undefined : html,
  };
}

/** Without the empty lines at its end. */
function withoutLastLines(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end -= 1;
  return text.slice(0, end);
}

function isShowable(html: string): boolean {
  if (html.length > maxHtmlLength) return false;
  return (html.match(/<[a-z]/gi)?.length ?? 0) <= maxHtmlTags;
}

function hasFewLines(raw: Buffer): boolean {
  let costly = 0;
  for (let start = 0; start < raw.length && costly <= maxCostlyLines; ) {
    const end = raw.indexOf(0x0a, start);
    const line = raw.subarray(start, end < 0 ? raw.length : end);
    if (!isUsualBase64(line)) costly += 1;
    start += line.length + 1;
  }
  return costly <= maxCostlyLines;
}

function isUsualBase64(line: Buffer): boolean {
  return line.length >= usualBase64Line && /^[A-Za-z0-9+/=]+\r?$/.test(line.toString("latin1"));
}

async function parse(raw: Buffer): Promise<Email | undefined> {
  try {
    return await PostalMime.parse(raw, limits);
  } catch {
    // The parser rejects with plain errors, and only for a mail that breaks its limits.
    return undefined;
  }
}

function readAttachment(attachment: Attachment): ReadableAttachment {
  const { content, filename, contentId } = attachment;
  return {
    name: filename ?? undefined,
    mimeType: attachment.mimeType,
    bytes:
      content instanceof ArrayBuffer
        ? Buffer.from(content)
        : typeof content === "string"
          ? Buffer.from(content)
          : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
    contentId: contentId?.replace(/^\s*<|>\s*$/g, ""),
  };
}

function people(addresses: readonly Address[]): readonly Person[] {
  return addresses
    .flatMap((address) => address.group ?? [address])
    .map(({ name, address }) => ({
      name: name === address ? "" : displayLine(name, 200),
      address: displayLine(address, 320),
    }));
}

function instant(text: string): number | undefined {
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}
