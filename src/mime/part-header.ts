/**
 * The header of one part of a mail, line by line: what says how its body is to be read, and what a
 * reader is shown. Other fields are not kept.
 */
import { decodeCharset } from "./charset-text.ts";
import type { Multipart } from "./delimiter-stack.ts";
import { parseStructuredValue, type StructuredValue } from "./structured-value.ts";
import { type TransferEncoding, transferEncodingOf } from "./transfer-decoder.ts";

export interface PartHeader {
  readonly type: StructuredValue;
  readonly disposition: StructuredValue;
  readonly encoding: TransferEncoding;
  /** Without angle brackets. */
  readonly contentId: string | undefined;
  /** undefined for a part that has no parts. */
  readonly multipart: Multipart | undefined;
  /** Unfolded values of the fields of that name, which is in lower case. */
  readonly all: (name: string) => readonly string[];
}

const kept = new Set(
  "content-type content-transfer-encoding content-disposition content-id from to cc subject date".split(
    " ",
  ),
);

/** As sendmail's kin and many contact forms write it. */
const misspelledText = new Set(["text", "plain/text"]);

export class PartHeaderReader {
  readonly #defaultType: string;
  readonly #values = new Map<string, string[][]>();
  /** The lines of the field that goes on; undefined: it is not kept. */
  #lines: string[] | undefined;

  constructor(defaultType: string) {
    this.#defaultType = defaultType;
  }

  /** `line`: without its end, not empty. */
  push(line: Buffer): void {
    if (line[0] === 0x20 || line[0] === 0x09) {
      this.#lines?.push(line.toString("latin1"));
      return;
    }
    this.#lines = undefined;
    const colon = line.indexOf(0x3a);
    if (colon < 0) return;
    const name = line.toString("latin1", 0, colon).trimEnd().toLowerCase();
    if (!kept.has(name)) return;
    this.#lines = [line.toString("latin1", colon + 1)];
    const known = this.#values.get(name);
    if (known === undefined) this.#values.set(name, [this.#lines]);
    else known.push(this.#lines);
  }

  end(): PartHeader {
    // Of a repeated field the first counts, so that no two readers see two mails.
    const first = (name: string): string => this.#raw(name)[0] ?? "";
    const type = readType(first("content-type"), this.#defaultType);
    const contentId = first("content-id").replace(/^<|>$/g, "");
    return {
      type,
      disposition: parseStructuredValue(first("content-disposition")),
      encoding: transferEncodingOf(first("content-transfer-encoding")),
      contentId: contentId === "" ? undefined : contentId,
      multipart: multipartOf(type),
      all: (name) =>
        this.#raw(name).map((value) => decodeCharset(Buffer.from(value, "latin1"), undefined)),
    };
  }

  #raw(name: string): readonly string[] {
    return (this.#values.get(name) ?? []).map((lines) =>
      lines
        .join("")
        .replace(/[\r\n]+/g, " ")
        .trim(),
    );
  }
}

/** Its sender thinks of it as a file, even where it may be shown as text. */
export function isNamedFile({ disposition }: PartHeader): boolean {
  return (disposition.parameters.get("filename")?.text ?? "") !== "";
}

/** What is no type of a part that can be read is text (RFC 2045 §5.2): a reader wants the mail. */
function readType(text: string, defaultType: string): StructuredValue {
  const given = parseStructuredValue(text);
  const lacksParts = given.value.startsWith("multipart/") && boundaryOf(given) === "";
  if (lacksParts || misspelledText.has(given.value)) return { ...given, value: "text/plain" };
  return given.value.includes("/") ? given : { ...given, value: defaultType };
}

function multipartOf(type: StructuredValue): Multipart | undefined {
  if (!type.value.startsWith("multipart/")) return undefined;
  const subtype = type.value.slice("multipart/".length);
  return { subtype, boundary: Buffer.from(boundaryOf(type), "latin1") };
}

/** It never ends in blanks, which a relay may take off or put on (RFC 2046 §5.1.1). */
function boundaryOf({ parameters }: StructuredValue): string {
  return parameters.get("boundary")?.text.trimEnd() ?? "";
}
