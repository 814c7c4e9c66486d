/**
 * The code that opens a message sent as an encrypted PDF: sixteen characters of Crockford's base
 * 32, fifteen of them secret (75 bits) and a check character. Longer than the portal's, because who
 * has the PDF may guess offline as fast as their machines allow.
 *
 * It is derived, not drawn, so that a message which Postfix offers again gets the same code and no
 * second mail. Who holds the token key can confirm a guess of a whole message, bytes and all, and
 * no less; the store holds nothing to begin with.
 */
import { createHmac } from "node:crypto";
import type { Result } from "../base/result.ts";
import { type CodeFault, checkCharacter, codeAlphabet, displayCode, parseCode } from "./code.ts";

const secretCharacters = 15;
const vaultCharacters = 11;

export interface PdfCodes {
  /** Four groups of four, for the recipient. */
  readonly code: string;
  /** Wraps the message's key in the store, in a portal code's form; told to nobody. */
  readonly vaultCode: string;
}

/** `messageHash`: SHA-256 of the message as the milter saw it; `recipient` as in the envelope. */
export function derivePdfCodes(tokenKey: Buffer, messageHash: Buffer, recipient: string): PdfCodes {
  if (messageHash.length !== 32) throw new RangeError("a message hash has 32 bytes");
  const draw = (purpose: string, length: number): string => {
    const bytes = createHmac("sha256", tokenKey)
      .update(`mxseal/${purpose}/v1\0`)
      .update(messageHash)
      .update(recipient, "utf8")
      .digest();
    const drawn = Array.from(bytes.subarray(0, length), (byte) => codeAlphabet[byte & 31]).join("");
    return displayCode(drawn + checkCharacter(drawn));
  };
  return {
    code: draw("pdf-code", secretCharacters),
    vaultCode: draw("pdf-vault", vaultCharacters),
  };
}

/** As `parseCode`, of sixteen characters. */
export function parsePdfCode(input: string): Result<string, CodeFault> {
  return parseCode(input, secretCharacters + 1);
}

/**
 * The code as it may be typed into a PDF program, which compares it character by character: as it
 * stands in the sender's mail, and in the small letters of a telephone's keyboard.
 */
export function pdfPasswords(code: string): { readonly shown: string; readonly typed: string } {
  return { shown: code, typed: code.replaceAll("-", "").toLowerCase() };
}
