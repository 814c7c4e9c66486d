/**
 * The costly half of every code: argon2id (RFC 9106 §3.1) with the pepper as its secret input,
 * 64 MiB and 0.1 to 0.2 s of a processor each. Asked for here it runs on a thread of libuv's pool,
 * whose size (four by default) bounds how many run at once; a caller that serves strangers bounds
 * how many wait, and counts the attempt before it asks.
 */
import { argon2, hkdfSync } from "node:crypto";
import { promisify } from "node:util";
import type { CodeForm } from "../base/code-form.ts";
import { MxsealError } from "../base/errors.ts";
import type { Result } from "../base/result.ts";
import { type CodeFault, parseCode } from "./code.ts";
import { parseOwnCode } from "./own-code.ts";
import { parsePdfCode } from "./pdf-code.ts";

export interface CodeKeyInput {
  /** As typed or as drawn; it is normalised here. */
  readonly code: string;
  readonly form: CodeForm;
  /** 16 bytes. */
  readonly salt: Buffer;
  readonly pepper: Buffer;
}

const cost = { memory: 64 * 1024, passes: 3, parallelism: 1, tagLength: 32 } as const;
const deriveArgon2 = promisify(argon2);
const guardBytes = 8;
export const saltBytes = 16;

/** One text for each form, so that a code of one form opens nothing that was shut with another. */
const purposes: Readonly<Record<CodeForm, string>> = {
  drawn: "mxseal/otp/v1",
  own: "mxseal/own-code/v1",
  pdf: "mxseal/pdf-code-guard/v1",
};

/** As it goes into the key, or why `input` cannot be a code of this form. */
export function parseCodeAs(
  form: CodeForm,
  input: string,
): Result<string, CodeFault | "short" | "long"> {
  switch (form) {
    case "drawn":
      return parseCode(input);
    case "own":
      return parseOwnCode(input);
    case "pdf":
      return parsePdfCode(input);
  }
}

/**
 * 32 bytes; the caller shreds them. A malformed code is a bug of the caller. Rejects with
 * MXSEAL_SEALED_DAMAGED when the salt is none that was ever drawn.
 */
export async function deriveCodeKey({ code, form, salt, pepper }: CodeKeyInput): Promise<Buffer> {
  const parsed = parseCodeAs(form, code);
  if (!parsed.ok) throw new TypeError("the code is malformed");
  if (salt.length !== saltBytes) {
    throw new MxsealError("MXSEAL_SEALED_DAMAGED", "the salt of a code is damaged");
  }
  const text = { message: parsed.value, associatedData: purposes[form] };
  return await deriveArgon2("argon2id", { ...cost, ...text, nonce: salt, secret: pepper });
}

/**
 * By which a code is known again in a mail that must not hold it. Checking a guess against it costs
 * as much as against the message itself, and what is found opens nothing without the link.
 */
export function guardOf(codeKey: Buffer): Buffer {
  const guard = hkdfSync("sha256", codeKey, Buffer.alloc(0), "mxseal/code-guard/v1", guardBytes);
  return Buffer.from(guard);
}
