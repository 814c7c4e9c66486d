/**
 * The opened original (RFC 5322, RFC 2045 ff.) as pages and PDF show it: read as a stream in bounded
 * memory, whatever its size; files are named, measured and found again, not held. Bounded too are
 * depth, header bytes, number of parts, length of text. What is left out is always in the original,
 * which can be saved whole.
 */
import { type Address, addressParser, decodeWords } from "postal-mime";
import { displayLine } from "../base/display-line.ts";
import { decodeCharset } from "./charset-text.ts";
import { type PartPlace, type SurveyedPart, surveyMessage } from "./message-survey.ts";
import { isNamedFile, type PartHeader } from "./part-header.ts";
import { type ReadableBody, readBody } from "./readable-body.ts";
import type { StructuredValue } from "./structured-value.ts";

export interface ReadableMessage extends ReadableBody {
  readonly subject: string;
  readonly from: readonly Person[];
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly sentAt: number | undefined;
  readonly attachments: readonly ReadableAttachment[];
}

export interface Person {
  /** May be empty. */
  readonly name: string;
  readonly address: string;
}

export interface ReadableAttachment {
  /** As received, of a forwarded mail with an ending; undefined when it has none. */
  readonly name: string | undefined;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** For `part-bytes.ts`. */
  readonly place: PartPlace;
  /** Without angle brackets. */
  readonly contentId: string | undefined;
  /** Its bytes, where it has a Content-ID and looks like a picture. */
  readonly picture: Buffer | undefined;
}

const pieceBytes = 64 * 1024;
/** Some thousand people. */
const maxAddressesLength = 256 * 1024;

/** undefined when the mail breaks the bounds. Rejects as `original` does. */
export async function readMessage(
  original: Buffer | AsyncIterable<Buffer>,
): Promise<ReadableMessage | undefined> {
  const pieces = Buffer.isBuffer(original) ? piecesOf(original) : original;
  const survey = await surveyMessage(pieces);
  if (survey === undefined) return undefined;
  const { header, parts } = survey;
  return {
    subject: displayLine(decodeWords(header.all("subject")[0] ?? ""), 500),
    from: people(header.all("from").slice(0, 1)).slice(0, 1),
    to: people(header.all("to")),
    cc: people(header.all("cc")),
    sentAt: instant(header.all("date")[0]),
    ...readBody(parts),
    attachments: parts.filter(isFile).map(readAttachment),
  };
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** A text with a file's name is shown and can be saved, too. */
function isFile({ text, header }: SurveyedPart): boolean {
  return text === undefined || isNamedFile(header);
}

function readAttachment(part: SurveyedPart): ReadableAttachment {
  const { header, place, sizeBytes } = part;
  const { contentId } = header;
  const mimeType = header.type.value;
  const picture = part.text === undefined ? part.kept : undefined;
  const name = withExtension(nameOf(header), mimeType);
  return { name, mimeType, sizeBytes, place, contentId, picture };
}

function nameOf({ disposition, type }: PartHeader): string | undefined {
  return parameterText(disposition, "filename") ?? parameterText(type, "name");
}

/** Many programs name a forwarded mail by its subject alone, and no telephone opens that. */
function withExtension(name: string | undefined, mimeType: string): string | undefined {
  if (mimeType !== "message/rfc822" || name === undefined) return name;
  return /\.[a-z]\w{1,4}$/i.test(name) ? name : `${name}.eml`;
}

/** In encoded words too, which the standards forbid here and many programs write. */
function parameterText({ parameters }: StructuredValue, name: string): string | undefined {
  const parameter = parameters.get(name);
  if (parameter === undefined || parameter.text === "") return undefined;
  const { text, charset } = parameter;
  return decodeWords(decodeCharset(Buffer.from(text, "latin1"), charset));
}

function people(values: readonly string[]): readonly Person[] {
  return values
    .flatMap((value) => addressParser(value.slice(0, maxAddressesLength)))
    .flatMap((address: Address) => address.group ?? [address])
    .map(({ name, address }) => ({
      name: name === address ? "" : displayLine(name, 200),
      address: displayLine(address ?? "", 320),
    }));
}

function instant(text: string | undefined): number | undefined {
  const parsed = Date.parse(text ?? "");
  return Number.isNaN(parsed) ? undefined : parsed;
}
