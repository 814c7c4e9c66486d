/**
 * The key of a message, wrapped so that it opens only with link, code and pepper together:
 * AES-256-GCM under HKDF (RFC 5869) of a key from the link token and argon2id (RFC 9106 §3.1) of
 * the code with the pepper as its secret input. The tag of the wrap is the only proof of a right
 * code: no hash of the code is kept. One derivation takes 64 MiB and 0.1 to 0.2 s of a processor;
 * it knows nothing of the message, so that whoever draws codes may have some ready before
 * (`code-reserve.ts`). Asked for here it runs on a thread of libuv's pool, whose size (four by
 * default) bounds how many run at once; a caller that serves strangers bounds how many wait, and
 * counts the attempt before it asks.
 */
import {
  argon2,
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
} from "node:crypto";
import { promisify } from "node:util";
import { parseCode } from "./code.ts";

const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const wrappedBytes = nonceBytes + keyBytes + tagBytes;
const argon2Cost = { memory: 64 * 1024, passes: 3, parallelism: 1, tagLength: keyBytes } as const;
const deriveArgon2 = promisify(argon2);

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

/** A code of which the costly half of the derivation is done; good for one message. */
export interface PreparedCode {
  /** `XXXX-XXXX-XXXX` or as typed. */
  readonly code: string;
  readonly salt: Buffer;
  /** What argon2id made of code, salt and pepper. */
  readonly codeKey: Buffer;
}

/** Under a fresh salt; a malformed code is a bug of the caller. */
export async function prepareCode(code: string, pepper: Buffer): Promise<PreparedCode> {
  const salt = randomBytes(saltBytes);
  return { code, salt, codeKey: await deriveArgon2("argon2id", costly(code, salt, pepper)) };
}

/** `wrappedKey` is nonce ‖ sealed key ‖ tag; a malformed code is a bug of the caller. */
export async function wrapMessageKey(input: MessageKeyToWrap): Promise<WrappedMessageKey> {
  return wrapUnder(await prepareCode(input.code, input.pepper), input);
}

/** As `wrapMessageKey`, at once. Shreds `prepared.codeKey`: no two messages share it. */
export function wrapUnder(
  prepared: PreparedCode,
  input: Omit<MessageKeyToWrap, "code" | "pepper">,
): WrappedMessageKey {
  const { salt, codeKey } = prepared;
  const key = combine(input, salt, codeKey);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(bindingOf(input));
  const sealed = Buffer.concat([nonce, cipher.update(input.messageKey), cipher.final()]);
  key.fill(0);
  return { salt, wrappedKey: Buffer.concat([sealed, cipher.getAuthTag()]) };
}

/** The message key, or undefined when link, code, pepper, recipient or row do not match. */
export async function unwrapMessageKey(
  input: KeyContext & WrappedMessageKey,
): Promise<Buffer | undefined> {
  if (input.wrappedKey.length !== wrappedBytes) return undefined;
  const key = await deriveWrappingKey(input, input.salt);
  if (key === undefined) return undefined;
  const opened = open(input.wrappedKey, key, bindingOf(input));
  key.fill(0);
  return opened;
}

function open(wrapped: Buffer, key: Buffer, binding: Buffer): Buffer | undefined {
  const decipher = createDecipheriv("aes-256-gcm", key, wrapped.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(binding).setAuthTag(wrapped.subarray(-tagBytes));
  const first = decipher.update(wrapped.subarray(nonceBytes, -tagBytes));
  try {
    return Buffer.concat([first, decipher.final()]);
  } catch {
    // The only way `final` fails here is a tag that does not fit: the answer, not a fault.
    first.fill(0);
    return undefined;
  }
}

async function deriveWrappingKey(input: KeyContext, salt: Buffer): Promise<Buffer | undefined> {
  if (!parseCode(input.code).ok) return undefined;
  const codeKey = await deriveArgon2("argon2id", costly(input.code, salt, input.pepper));
  return combine(input, salt, codeKey);
}

function costly(code: string, salt: Buffer, pepper: Buffer) {
  const parsed = parseCode(code);
  if (!parsed.ok) throw new TypeError("the code is malformed");
  const text = { message: parsed.value, associatedData: "mxseal/otp/v1" };
  return { ...argon2Cost, ...text, nonce: salt, secret: pepper };
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
