/**
 * The code that opens a sealed message: twelve characters of Crockford's base 32 in groups of
 * four, eleven drawn at random (55 bits) and one check character by the Luhn algorithm modulo 32.
 * The check character lets the portal tell a slip of the pen from a guess: a code that does not
 * fit is answered at once and costs no attempt. It adds nothing to the strength.
 */
import { randomBytes } from "node:crypto";
import { failure, type Result, success } from "../base/result.ts";

/** Crockford's: no I, L, O and U. */
export const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeLength = 12;
/** Longer input is no mistyped code; it is not even looked at. */
const maxInputLength = 100;
/** What people and mail programs put between the groups: blanks, dots and every kind of dash. */
const separators = /[\s.,_\u00ad\u200b-\u200d\u2010-\u2015\u2212\ufeff-]+/g;
const lookalikes: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };

export type CodeFault = "length" | "character" | "check";

/** A new code as people read it, such as `K7QF-3MRT-9XW7`. */
export function drawCode(): string {
  const drawn = Array.from(randomBytes(codeLength - 1), (byte) => codeAlphabet[byte & 31]).join("");
  return displayCode(drawn + checkCharacter(drawn));
}

/** `code`: without separators; answers it in groups of four, between dashes. */
export function displayCode(code: string): string {
  return code.replace(/.{4}(?=.)/g, "$&-");
}

/**
 * Upper-case characters of the alphabet, twelve of them unless `length` says otherwise, or what is
 * wrong with `input`: case, blanks and dashes do not matter, and O, I and L are read as the digits
 * they look like.
 */
export function parseCode(input: string, length: number = codeLength): Result<string, CodeFault> {
  if (input.length > maxInputLength) return failure("length");
  const bare = input.replace(separators, "").toUpperCase();
  const code = bare.replace(/[OIL]/g, (letter) => lookalikes[letter] ?? letter);
  if (!/^[0-9A-HJKMNP-TV-Z]*$/.test(code)) return failure("character");
  if (code.length !== length) return failure("length");
  const fits = code.endsWith(checkCharacter(code.slice(0, -1)));
  return fits ? success(code) : failure("check");
}

/** Of `payload`, characters of the alphabet (Luhn modulo 32). */
export function checkCharacter(payload: string): string {
  const base = codeAlphabet.length;
  let sum = 0;
  for (let index = 0; index < payload.length; index += 1) {
    const fromRight = payload.length - index;
    const weighted = codeAlphabet.indexOf(payload.charAt(index)) * (fromRight % 2 === 1 ? 2 : 1);
    sum += Math.floor(weighted / base) + (weighted % base);
  }
  return codeAlphabet.charAt((base - (sum % base)) % base);
}
