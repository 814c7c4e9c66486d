/**
 * A structured field such as Content-Type as strangers write it (RFC 2045 §5.1, RFC 2183 §2): what
 * is not of the grammar is read as well as can be, because a reader wants the mail. Where trust
 * hangs on it, `content-type.ts` is the one to ask.
 */
import { splitItems } from "./structured-items.ts";

export interface StructuredValue {
  /** In lower case, without parameters; may be empty. */
  readonly value: string;
  /** Names in lower case; of a repeated one the first. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

export interface Parameter {
  /** Bytes as characters 0 to 255. */
  readonly text: string;
  /** Of these bytes, where the mail names it (RFC 2231 §4). */
  readonly charset?: string;
}

interface Section {
  readonly index: number;
  readonly isEncoded: boolean;
  readonly text: string;
}

const maxLength = 64 * 1024;
const maxParameters = 100;
const sectionName = /^([^*]+)(?:\*(\d{1,4}))?(\*)?$/;

/** `text`: unfolded. */
export function parseStructuredValue(text: string): StructuredValue {
  const [head, ...rest] = splitItems(text.slice(0, maxLength));
  const { word, behind } = splitHead(head?.text.trim() ?? "");
  const first = { text: behind, isQuoted: head?.isQuoted === true };
  const plain = new Map<string, string>();
  for (const { text: item, isQuoted } of [first, ...rest.slice(0, maxParameters)]) {
    const equals = item.indexOf("=");
    const name = (equals < 0 ? item : item.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? "" : item.slice(equals + 1);
    if (name !== "" && !plain.has(name)) plain.set(name, isQuoted ? value : value.trim());
  }
  return { value: word.toLowerCase(), parameters: joinSections(plain) };
}

/** Scripts forget the semicolon before the first parameter, or write a comma; some have no value. */
function splitHead(head: string): { readonly word: string; readonly behind: string } {
  const found = head.search(/[\s,]/);
  const end = found < 0 ? head.length : found;
  const word = head.slice(0, end);
  return word.includes("=") ? { word: "", behind: head } : { word, behind: head.slice(end + 1) };
}

/** One parameter of what was cut into numbered sections (RFC 2231 §3). */
function joinSections(plain: ReadonlyMap<string, string>): ReadonlyMap<string, Parameter> {
  const joined = new Map<string, Parameter>();
  const sections = new Map<string, Section[]>();
  for (const [name, text] of plain) {
    const [, base = name, index, star] = sectionName.exec(name) ?? [];
    if (index === undefined && star === undefined) {
      joined.set(name, { text });
      continue;
    }
    const known = sections.get(base) ?? [];
    sections.set(base, known);
    known.push({ index: Number(index ?? 0), isEncoded: star !== undefined, text });
  }
  for (const [name, cut] of sections) joined.set(name, joinOne(cut));
  return joined;
}

function joinOne(cut: readonly Section[]): Parameter {
  const ordered = cut.toSorted((one, other) => one.index - other.index);
  const first = ordered[0];
  const marks = first?.isEncoded === true ? first.text.split("'", 2) : [];
  const [charset] = marks.length === 2 ? marks : [];
  const text = ordered.map((section) => {
    if (!section.isEncoded) return section.text;
    return decodePercent(section === first ? withoutMarks(section.text) : section.text);
  });
  return { text: text.join(""), ...(charset ? { charset } : {}) };
}

/** Without `charset'language'`. */
function withoutMarks(text: string): string {
  const second = text.indexOf("'", text.indexOf("'") + 1);
  return text.indexOf("'") < 0 || second < 0 ? text : text.slice(second + 1);
}

function decodePercent(text: string): string {
  return text.replace(/%([\dA-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
