/**
 * The key of a message, wrapped so that it opens only with link, code and pepper together:
 * AES-256-GCM under HKDF (RFC 5869) of a key from the link token and the code's costly key
 * (`code-key.ts`). That knows nothing of the message, so that whoever draws codes may have some
 * ready before (`code-reserve.ts`). A code that stands for a recipient instead of one message wraps
 * in another way: `remembered-code.ts`.
 */
import { createHash, hkdfSync, randomBytes } from "node:crypto";
import type { CodeForm } from "../base/code-form.ts";
import { parseCode } from "./code.ts";
import { deriveCodeKey, guardOf, saltBytes } from "./code-key.ts";
import { openKey, sealedKeyBytes, sealKey } from "./key-wrap.ts";

const keyBytes = 32;

/** What stands around the key: all of it must be the same at wrapping and at opening. */
export interface KeyContext {
  /** 32 bytes, from the link. */
  readonly token: Buffer;
  /** As typed or as drawn; it is normalised here. */
  readonly code: string;
  readonly pepper: Buffer;
  readonly lookupId: string;
  /** Envelope recipient, as it was when the message was sealed. */
  readonly recipient: string;
}

export interface MessageKeyToWrap extends KeyContext {
  /** 32 random bytes. */
  readonly messageKey: Buffer;
}

export interface WrappedMessageKey {
  readonly salt: Buffer;
  readonly wrappedKey: Buffer;
}

/** A code of which the costly half of the derivation is done; good for one wrap. */
export interface PreparedCode {
  /** In groups of four, or as typed. */
  readonly code: string;
  readonly salt: Buffer;
  /** What argon2id made of code, salt and pepper. */
  readonly codeKey: Buffer;
}

/** Under a fresh salt; a malformed code is a bug of the caller. */
export async function prepareCode(
  code: string,
  pepper: Buffer,
  form: CodeForm = "drawn",
): Promise<PreparedCode> {
  const salt = randomBytes(saltBytes);
  return { code, salt, codeKey: await deriveCodeKey({ code, form, salt, pepper }) };
}

/** `wrappedKey` is nonce ‖ sealed key ‖ tag; a malformed code is a bug of the caller. */
export async function wrapMessageKey(
  input: MessageKeyToWrap,
): Promise<WrappedMessageKey & { readonly guard: Buffer }> {
  return wrapUnder(await prepareCode(input.code, input.pepper), input);
}

/** As `wrapMessageKey`, at once. Shreds `prepared.codeKey`: no two messages share it. */
export function wrapUnder(
  prepared: PreparedCode,
  input: Omit<MessageKeyToWrap, "code" | "pepper">,
): WrappedMessageKey & { readonly guard: Buffer } {
  const { salt, codeKey } = prepared;
  const guard = guardOf(codeKey);
  const key = combine(input, salt, codeKey);
  const wrappedKey = sealKey(key, input.messageKey, bindingOf(input));
  key.fill(0);
  return { salt, wrappedKey, guard };
}

/** The message key, or undefined when link, code, pepper, recipient or row do not match. */
export async function unwrapMessageKey(
  input: KeyContext & WrappedMessageKey,
): Promise<Buffer | undefined> {
  const { code, salt, pepper, wrappedKey } = input;
  if (wrappedKey.length !== sealedKeyBytes || !parseCode(code).ok) return undefined;
  const codeKey = await deriveCodeKey({ code, form: "drawn", salt, pepper });
  const key = combine(input, salt, codeKey);
  const opened = openKey(key, wrappedKey, bindingOf(input));
  key.fill(0);
  return opened;
}

/** Shreds `codeKey`. */
function combine(input: Binding & Pick<KeyContext, "token">, salt: Buffer, codeKey: Buffer) {
  const fromLink = hkdf(input.token, Buffer.alloc(0), Buffer.from("mxseal/token-kek/v1"));
  const both = Buffer.concat([fromLink, codeKey]);
  const key = hkdf(both, salt, bindingOf(input));
  for (const secret of [fromLink, codeKey, both]) secret.fill(0);
  return key;
}

function hkdf(key: Buffer, salt: Buffer, info: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, info, keyBytes));
}

type Binding = Pick<KeyContext, "lookupId" | "recipient">;

function bindingOf(input: Binding): Buffer {
  const recipient = createHash("sha256").update(input.recipient, "utf8").digest("hex");
  return Buffer.from(`mxseal/kek/v1|${input.lookupId}|${recipient}`);
}
