/** Which code a message has, without a word about the code: another one after each renewal. */
import { createHash } from "node:crypto";

/** 16 hex digits. `salt`: of the message's wrap, drawn anew with each code. */
export function codeVersionOf({ salt }: { readonly salt: Buffer }): string {
  return createHash("sha256").update(salt).digest("hex").slice(0, 16);
}
