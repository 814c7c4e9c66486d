/**
 * What in a text may be a code: groups of four between dashes, blanks and other signs, also over the
 * end of a line, or one run of characters, whose check character fits. Most of what looks like one by
 * chance falls at the check character; plain numbers, and words with a letter that no code is drawn
 * with, are left out unless they stand in groups with dashes, as codes are written. What is left is no
 * code yet: only its costly key tells (`code-key.ts`).
 */
import { parseCode } from "./code.ts";
import { parsePdfCode } from "./pdf-code.ts";

export interface CodeSighting {
  readonly form: "drawn" | "pdf";
  /** Without separators. */
  readonly code: string;
}

/** Each may cost a derivation. */
const mostSightings = 16;
const dashes = "\\-\\u00ad\\u2010-\\u2015\\u2212";
const dash = `[${dashes}]`;
/** Whatever people and mail programs put between groups; `>` of a quotation. */
const loose = `[\\s.,_>${dashes}]{1,5}`;
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g;
const group = "[0-9A-Za-z]{4}";

/** The most likely shapes first; each also where it begins within another. */
const shapes: readonly (readonly [pattern: RegExp, isWritten: boolean])[] = [
  [shape(dash, 3), true],
  [shape(dash, 2), true],
  [/(?<![0-9A-Za-z])(?=([0-9A-Za-z]{16})(?![0-9A-Za-z]))/g, false],
  [/(?<![0-9A-Za-z])(?=([0-9A-Za-z]{12})(?![0-9A-Za-z]))/g, false],
  [shape(loose, 3), false],
  [shape(loose, 2), false],
];

/** Linear in the length of `text`. */
export function sightCodes(text: string): readonly CodeSighting[] {
  const found = new Map<string, CodeSighting>();
  const plain = text.replace(invisible, "").normalize("NFKC");
  for (const [pattern, isWritten] of shapes) {
    for (const [, candidate = ""] of plain.matchAll(pattern)) {
      const sighting = isWritten || isLikely(candidate) ? toSighting(candidate) : undefined;
      if (sighting !== undefined) found.set(sighting.code, sighting);
      if (found.size === mostSightings) return [...found.values()];
    }
  }
  return [...found.values()];
}

function shape(separator: string, more: number): RegExp {
  const groups = `${group}(?:${separator}${group}){${more}}`;
  return new RegExp(`(?<![0-9A-Za-z])(?=(${groups})(?![0-9A-Za-z]))`, "g");
}

/** One drawn code in ninety has no digit; few words do without I, L, O and U and fit by chance. */
function isLikely(candidate: string): boolean {
  if (!/[A-Za-z]/.test(candidate)) return false;
  return /\d/.test(candidate) || !/[ILO]/i.test(candidate);
}

function toSighting(candidate: string): CodeSighting | undefined {
  const bare = candidate.replace(/[^0-9A-Za-z]/g, "");
  const drawn = parseCode(bare);
  if (drawn.ok) return { form: "drawn", code: drawn.value };
  const pdf = parsePdfCode(bare);
  return pdf.ok ? { form: "pdf", code: pdf.value } : undefined;
}
