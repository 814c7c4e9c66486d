/**
 * A mail of any size gone through once: what its parts are, where they stand and how large they are
 * once decoded. Only text that is shown and pictures that may stand in it are kept, up to a bound.
 */
import { ByteCollector } from "./byte-collector.ts";
import { MimeWalker, type WalkEvent } from "./mime-walker.ts";
import type { PartHeader } from "./part-header.ts";
import {
  createTransferDecoder,
  type TransferDecoder,
  type TransferEncoding,
} from "./transfer-decoder.ts";

/** Where a part's body stands in the original, and how it is written there. */
export interface PartPlace {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly encoding: TransferEncoding;
}

export interface SurveyedPart {
  readonly header: PartHeader;
  readonly place: PartPlace;
  /** Decoded. */
  readonly sizeBytes: number;
  /** Alternatives of one another have the same number. */
  readonly group: number;
  /** Shown as text; undefined: a file. */
  readonly text: "plain" | "html" | undefined;
  /** Text, or a picture with a Content-ID. */
  readonly kept: Buffer | undefined;
  /** There was more text than is kept. */
  readonly isCut: boolean;
}

export interface MessageSurvey {
  readonly header: PartHeader;
  readonly parts: readonly SurveyedPart[];
}

const maxTextBytes = 8 * 1024 * 1024;
const maxPictureBytes = 10 * 1024 * 1024;

/** undefined when the mail is more than may be walked. Rejects as `original` does. */
export async function surveyMessage(
  original: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<MessageSurvey | undefined> {
  const walker = new MimeWalker();
  const surveyor = new Surveyor();
  for await (const bytes of original) {
    for (const event of walker.push(bytes)) surveyor.take(event);
  }
  for (const event of walker.end()) surveyor.take(event);
  return walker.isBeyondBounds ? undefined : surveyor.survey();
}

class Surveyor {
  #header: PartHeader | undefined;
  readonly #parts: SurveyedPart[] = [];
  /** Of each open part, outermost first: the group of the alternatives it is in. */
  readonly #groups: (number | undefined)[] = [];
  #leaf: LeafReader | undefined;
  #groupCount = 0;
  #textBytes = 0;
  #pictureBytes = 0;

  take(event: WalkEvent): void {
    if (event.kind === "open") this.#open(event.header, event.atByte);
    else if (event.kind === "bytes") this.#leaf?.push(event.bytes);
    else this.#close(event.atByte);
  }

  survey(): MessageSurvey | undefined {
    return this.#header && { header: this.#header, parts: this.#parts };
  }

  #open(header: PartHeader, atByte: number): void {
    this.#header ??= header;
    const outer = this.#groups.at(-1);
    if (header.multipart === undefined) {
      const left =
        textOf(header) === undefined
          ? maxPictureBytes - this.#pictureBytes
          : maxTextBytes - this.#textBytes;
      this.#leaf = new LeafReader(header, atByte, left);
      this.#groups.push(outer);
    } else {
      this.#groups.push(header.multipart.subtype === "alternative" ? this.#groupCount++ : outer);
    }
  }

  #close(atByte: number): void {
    const group = this.#groups.pop();
    const part = this.#leaf?.end(atByte);
    this.#leaf = undefined;
    if (part === undefined) return;
    const keptBytes = part.kept?.length ?? 0;
    if (part.text === undefined) this.#pictureBytes += keptBytes;
    else this.#textBytes += keptBytes;
    this.#parts.push({ ...part, group: group ?? this.#groupCount++ });
  }
}

class LeafReader {
  readonly #header: PartHeader;
  readonly #startsAt: number;
  readonly #text: SurveyedPart["text"];
  readonly #decoder: TransferDecoder;
  /** undefined: only its size is wanted. */
  #collector: ByteCollector | undefined;
  #sizeBytes = 0;

  constructor(header: PartHeader, startsAt: number, maxKeptBytes: number) {
    this.#header = header;
    this.#startsAt = startsAt;
    this.#text = textOf(header);
    this.#decoder = createTransferDecoder(header.encoding);
    const isKept = this.#text !== undefined || header.contentId !== undefined;
    this.#collector = isKept ? new ByteCollector(maxKeptBytes) : undefined;
  }

  push(bytes: Buffer): void {
    this.#take(this.#decoder.push(bytes));
  }

  end(endsAt: number): Omit<SurveyedPart, "group"> {
    this.#take(this.#decoder.end());
    return {
      header: this.#header,
      place: { startsAt: this.#startsAt, endsAt, encoding: this.#header.encoding },
      sizeBytes: this.#sizeBytes,
      text: this.#text,
      kept: this.#collector?.bytes(),
      isCut: this.#collector?.isCut ?? false,
    };
  }

  #take(decoded: Buffer): void {
    this.#sizeBytes += decoded.length;
    this.#collector?.push(decoded);
    if (this.#text === undefined && this.#collector !== undefined && !this.#mayBePicture()) {
      this.#collector = undefined;
    }
  }

  /** Half a picture is none. */
  #mayBePicture(): boolean {
    const collector = this.#collector;
    return collector !== undefined && !collector.isCut && beginsAsPicture(collector.bytes());
  }
}

function textOf({ type, disposition }: PartHeader): SurveyedPart["text"] {
  if (disposition.value === "attachment") return undefined;
  if (type.value === "text/plain") return "plain";
  return type.value === "text/html" ? "html" : undefined;
}

/** PNG, JPEG, GIF or WebP, or too few bytes to say. */
function beginsAsPicture(bytes: Buffer): boolean {
  const start = bytes.toString("latin1", 0, 4);
  return ["\x89PNG", "\xff\xd8", "GIF8", "RIFF"].some(
    (mark) => mark.startsWith(start) || start.startsWith(mark),
  );
}
