/**
 * A code that a sender chose and agreed with the recipient, instead of one that was drawn. It has
 * no check character, so that what is typed is counted as an attempt unless it is too short to be
 * one; and it is as strong as people make it, so that what is easily guessed is refused when it is
 * set. Case, blanks and dashes do not matter, as with drawn codes.
 */
import { failure, type Result, success } from "../base/result.ts";
import { isGuessable } from "./guessable-code.ts";

/** Counted in characters that matter. */
export const leastOwnCodeLength = 10;
const mostOwnCodeLength = 64;
/** Longer input is no code; it is not even looked at. */
const maxInputLength = 200;
const leastDistinct = 6;
/** A shorter part of an address is found in any text. */
const leastNamePart = 4;

/** Blanks, marks, quotation marks (telephones bend straight ones) and dashes; what nobody sees. */
const ignored =
  /[\s.,;:_'"`\u00b4\u2018-\u201f\u2039\u203a\u00ab\u00bb\u2010-\u2015\u2212\p{Default_Ignorable_Code_Point}-]+/gu;

export type OwnCodeFault =
  | "short"
  | "long"
  /** Few different characters, or known words, rows of keys and digits only. */
  | "simple"
  /** Holds a part of the sender's or the recipient's address. */
  | "address";

/** The characters that matter, as they go into the key; or why no code can have been meant. */
export function parseOwnCode(input: string): Result<string, "short" | "long"> {
  if (input.length > maxInputLength) return failure("long");
  const code = plain(input);
  const length = Array.from(code).length;
  if (length < leastOwnCodeLength) return failure("short");
  return length > mostOwnCodeLength ? failure("long") : success(code);
}

/** For who sets one: as `parseOwnCode`, and not to be guessed in a few tries. */
export function judgeOwnCode(
  input: string,
  addresses: readonly string[],
): Result<string, OwnCodeFault> {
  const parsed = parseOwnCode(input);
  if (!parsed.ok) return parsed;
  const code = parsed.value;
  if (new Set(code).size < leastDistinct || isGuessable(code)) return failure("simple");
  return namePartsOf(addresses).some((part) => code.includes(part))
    ? failure("address")
    : success(code);
}

/** Without case: `ß` has none of its own, and a final `ς` is a `σ`. */
function plain(text: string): string {
  const bare = text.normalize("NFKC").replace(ignored, "");
  // Once more at the end: a mark may have found a letter when what stood between them went.
  return bare.toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
}

function namePartsOf(addresses: readonly string[]): readonly string[] {
  return addresses
    .flatMap((address) => address.split(/[@.+_-]/))
    .map(plain)
    .filter((part) => part.length >= leastNamePart);
}
