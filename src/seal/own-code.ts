/**
 * A code that a sender chose and agreed with the recipient, instead of one that was drawn. It has
 * no check character, so that what is typed is counted as an attempt unless it is too short to be
 * one; and it is as strong as people make it, so that what is easily guessed is refused when it is
 * set. Case, blanks and dashes do not matter, as with drawn codes.
 */
import { failure, type Result, success } from "../base/result.ts";

/** Counted in characters that matter. */
export const leastOwnCodeLength = 10;
const mostOwnCodeLength = 64;
/** Longer input is no code; it is not even looked at. */
const maxInputLength = 200;
const leastDistinct = 6;
/** A shorter part of an address is found in any text. */
const leastNamePart = 4;

const ignored =
  /[\s.,;:_'"\u00ad\u200b-\u200d\u2010-\u2015\u2212\ufeff\u200e\u200f\u202a-\u202e-]+/g;

export type OwnCodeFault =
  | "short"
  | "long"
  /** Few different characters, or a row of neighbours such as 1234567890. */
  | "simple"
  /** Holds a part of the sender's or the recipient's address. */
  | "address";

/** The characters that matter, as they go into the key; or why no code can have been meant. */
export function parseOwnCode(input: string): Result<string, "short" | "long"> {
  if (input.length > maxInputLength) return failure("long");
  // Once more at the end: a mark may have found a letter when what stood between them went.
  const code = input.normalize("NFKC").toLowerCase().replace(ignored, "").normalize("NFKC");
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
  if (new Set(code).size < leastDistinct || isRow(code)) return failure("simple");
  return namePartsOf(addresses).some((part) => code.includes(part))
    ? failure("address")
    : success(code);
}

/** Most characters follow their neighbour by one, up or down, on the alphabet or the number row. */
function isRow(code: string): boolean {
  const points = Array.from(code, (character) => character.codePointAt(0) ?? 0);
  const steps = points.slice(1).map((point, index) => point - (points[index] ?? 0));
  const along = steps.filter((step) => Math.abs(step) === 1 || step === -9 || step === 9).length;
  return along > (steps.length * 2) / 3;
}

function namePartsOf(addresses: readonly string[]): readonly string[] {
  return addresses
    .flatMap((address) =>
      address
        .normalize("NFKC")
        .toLowerCase()
        .split(/[@.+_-]/),
    )
    .filter((part) => part.length >= leastNamePart);
}
