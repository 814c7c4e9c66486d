/**
 * What in a text may be a code: groups of four between dashes or blanks, or one run of characters,
 * whose check character fits. Most of what looks like one by chance falls at the check character;
 * plain words and plain numbers are left out unless they stand in groups with dashes, as codes are
 * written. What is left is no code yet: only its costly key tells (`code-key.ts`).
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
const dash = "[\\-\\u00ad\\u2010-\\u2015\\u2212]";
const blank = "[ \\t\\u00a0\\u2009\\u202f]";
const group = "[0-9A-Za-z]{4}";

/** The most likely shapes first; each also where it begins within another. */
const shapes: readonly (readonly [pattern: RegExp, isWritten: boolean])[] = [
  [shape(dash, 3), true],
  [shape(dash, 2), true],
  [/(?<![0-9A-Za-z])(?=([0-9A-Za-z]{16})(?![0-9A-Za-z]))/g, false],
  [/(?<![0-9A-Za-z])(?=([0-9A-Za-z]{12})(?![0-9A-Za-z]))/g, false],
  [shape(blank, 3), false],
  [shape(blank, 2), false],
];

/** Linear in the length of `text`. */
export function sightCodes(text: string): readonly CodeSighting[] {
  const found = new Map<string, CodeSighting>();
  for (const [pattern, isWritten] of shapes) {
    for (const [, candidate = ""] of text.matchAll(pattern)) {
      const sighting = isWritten || isMixed(candidate) ? toSighting(candidate) : undefined;
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

function isMixed(candidate: string): boolean {
  return /\d/.test(candidate) && /[A-Za-z]/.test(candidate);
}

function toSighting(candidate: string): CodeSighting | undefined {
  const drawn = parseCode(candidate);
  if (drawn.ok) return { form: "drawn", code: drawn.value };
  const pdf = parsePdfCode(candidate);
  return pdf.ok ? { form: "pdf", code: pdf.value } : undefined;
}
