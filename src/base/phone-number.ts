/**
 * A telephone number in the international form of ITU-T E.164: `+`, country calling code, national
 * number, at most fifteen digits. People write blanks, dashes, brackets and `00`; telephones that
 * copy a contact put invisible marks of direction around it. A national number (`0170 …`) is not
 * guessed at: it would reach somebody in another country.
 */
import { failure, type Result, success } from "./result.ts";

/** `+491701234567` */
export type PhoneNumber = string & { readonly brand: "PhoneNumber" };

/** `country`: it does not begin with a calling code; `form`: it is no number at all. */
export type PhoneFault = "country" | "form";

const longestInput = 60;
const separators = /[\s./()\u00ad\u2010-\u2015\u2212-]+/g;
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g;
/** The zero of calls within the country, put in brackets by who writes both forms in one. */
const bracketedZero = /\(\s*0\s*\)/;
/** Of one and two digits; all others have three (ITU-T E.164, annex: list of assigned codes). */
const shortCallingCodes: ReadonlySet<string> = new Set(
  (
    "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 " +
    "63 64 65 66 81 82 84 86 90 91 92 93 94 95 98"
  ).split(" "),
);
/** Where no national number begins with zero, so that one behind the calling code is a slip. */
const withoutLeadingZero: ReadonlySet<string> = new Set("31 32 33 41 43 44 46 49".split(" "));

export function parsePhoneNumber(text: string): Result<PhoneNumber, PhoneFault> {
  if (text.length > longestInput) return failure("form");
  const bare = text.replace(invisible, "").replace(bracketedZero, "").replace(separators, "");
  if (!/^\+?\d+$/.test(bare)) return failure("form");
  const digits = bare.replace(/^(?:\+|00)/, "");
  if (digits === bare) return failure("country");
  if (!/^[1-9]/.test(digits)) return failure("form");
  const code = callingCode(digits);
  const national = digits.slice(code.length);
  if (withoutLeadingZero.has(code) && national.startsWith("00")) return failure("form");
  const number = code + (withoutLeadingZero.has(code) ? national.replace(/^0/, "") : national);
  return /^\d{7,15}$/.test(number) ? success(`+${number}` as PhoneNumber) : failure("form");
}

/** For people: `+49 1701234567`. */
export function displayPhoneNumber(number: PhoneNumber): string {
  const digits = number.slice(1);
  const code = callingCode(digits);
  return `+${code} ${digits.slice(code.length)}`;
}

/** Enough to know one's own number again, too little to call it: `+49 … 123`. */
export function maskPhoneNumber(number: PhoneNumber): string {
  const digits = number.slice(1);
  return `+${callingCode(digits)} … ${digits.slice(-3)}`;
}

/** `prefix`: what an allowed number begins with, `+49` or `+4917`; less than a country is none. */
export function isPhonePrefix(prefix: string): boolean {
  const digits = /^\+([1-9]\d{0,8})$/.exec(prefix)?.[1];
  return digits !== undefined && digits.length >= wholeLength(digits);
}

export function beginsWithOne(number: PhoneNumber, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => number.startsWith(prefix));
}

function callingCode(digits: string): string {
  return digits.slice(0, wholeLength(digits));
}

function wholeLength(digits: string): number {
  return [1, 2].find((length) => shortCallingCodes.has(digits.slice(0, length))) ?? 3;
}
