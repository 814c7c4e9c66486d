/**
 * A code that stays the same for all messages of one sender domain to one recipient, although
 * neither store nor keys know it: an X25519 key pair (RFC 7748) belongs to the recipient, and its
 * private half is sealed under the code's costly key (`code-key.ts`). A message's key is wrapped
 * under HKDF (RFC 5869) of the link token and a secret agreed with the public half, so that sealing
 * needs no code and opening needs link and code, as ever. Who has store and pepper may guess at the
 * code at the cost of one derivation a try; without the link it opens nothing.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import type { CodeForm } from "../base/code-form.ts";
import type { CodeOwner } from "../base/code-owner.ts";
import { MxsealError } from "../base/errors.ts";
import { deriveCodeKey, guardOf, parseCodeAs, saltBytes } from "./code-key.ts";
import { openKey, sealedKeyBytes, sealKey } from "./key-wrap.ts";
import type { PreparedCode, WrappedMessageKey } from "./message-key.ts";

/** None of it opens anything without the code. */
export interface RememberedKeys {
  /** 32 bytes, raw. */
  readonly publicKey: Buffer;
  readonly wrappedPrivateKey: Buffer;
  readonly salt: Buffer;
}

/** What a wrap belongs to, and the link's half of its key. */
export interface RememberedContext {
  /** 32 bytes, from the link. */
  readonly token: Buffer;
  readonly lookupId: string;
  /** Envelope recipient, as it was when the message was sealed. */
  readonly recipient: string;
}

const keyBytes = 32;
/** OpenSSL's word for an agreed secret of zeros. */
const derivationFault = "ERR_OSSL_FAILED_DURING_DERIVATION";

/** A new key pair under a code. Shreds `prepared.codeKey`. */
export function makeRememberedKeys(
  { salt, codeKey }: PreparedCode,
  owner: CodeOwner,
): RememberedKeys & { readonly guard: Buffer } {
  const pair = generateKeyPairSync("x25519");
  const publicKey = rawPublic(pair.publicKey);
  const privateKey = Buffer.from(pair.privateKey.export({ format: "jwk" }).d ?? "", "base64url");
  const guard = guardOf(codeKey);
  const wrappingKey = ownerKey(codeKey, salt, owner);
  const wrappedPrivateKey = sealKey(wrappingKey, privateKey, ownerBinding(owner, publicKey));
  for (const secret of [privateKey, wrappingKey, codeKey]) secret.fill(0);
  return { publicKey, wrappedPrivateKey, salt, guard };
}

/** `wrappedKey` is a public key of one use ‖ the sealed message key; `salt` is fresh. */
export function wrapForRemembered(
  publicKey: Buffer,
  messageKey: Buffer,
  context: RememberedContext,
): WrappedMessageKey {
  const salt = randomBytes(saltBytes);
  const once = generateKeyPairSync("x25519");
  const oncePublic = rawPublic(once.publicKey);
  const agreed = agree(once.privateKey, publicKey);
  if (agreed === undefined) throw damaged("the public key of a remembered code is none");
  const binding = messageBinding(context, oncePublic, publicKey);
  const key = messageWrappingKey(context, agreed, salt, binding);
  const wrappedKey = Buffer.concat([oncePublic, sealKey(key, messageKey, binding)]);
  for (const secret of [agreed, key]) secret.fill(0);
  return { salt, wrappedKey };
}

export interface RememberedOpening extends RememberedContext, WrappedMessageKey {
  readonly keys: RememberedKeys;
  readonly owner: CodeOwner;
  readonly form: CodeForm;
  /** As typed; it is normalised here. */
  readonly code: string;
  readonly pepper: Buffer;
}

/**
 * The message key, or undefined when link, code, pepper, recipient or row do not match. Rejects
 * with MXSEAL_SEALED_DAMAGED for keys that this file never made.
 */
export async function unwrapByRemembered(input: RememberedOpening): Promise<Buffer | undefined> {
  const { keys, owner, form, code, pepper, wrappedKey, salt } = input;
  if (wrappedKey.length !== keyBytes + sealedKeyBytes) return undefined;
  if (!parseCodeAs(form, code).ok) return undefined;
  const codeKey = await deriveCodeKey({ code, form, salt: keys.salt, pepper });
  const ownersKey = ownerKey(codeKey, keys.salt, owner);
  const binding = ownerBinding(owner, keys.publicKey);
  const privateKey = openKey(ownersKey, keys.wrappedPrivateKey, binding);
  for (const secret of [codeKey, ownersKey]) secret.fill(0);
  if (privateKey === undefined) return undefined;
  const oncePublic = wrappedKey.subarray(0, keyBytes);
  const agreed = agree(privateKeyOf(privateKey, keys.publicKey), oncePublic);
  if (agreed === undefined) throw damaged("a message's public key is none");
  const messageBound = messageBinding(input, oncePublic, keys.publicKey);
  const key = messageWrappingKey(input, agreed, salt, messageBound);
  const opened = openKey(key, wrappedKey.subarray(keyBytes), messageBound);
  for (const secret of [privateKey, agreed, key]) secret.fill(0);
  return opened;
}

function messageWrappingKey(
  { token }: RememberedContext,
  agreed: Buffer,
  salt: Buffer,
  binding: Buffer,
): Buffer {
  const fromLink = hkdf(token, Buffer.alloc(0), Buffer.from("mxseal/token-kek/v1"));
  const both = Buffer.concat([fromLink, agreed]);
  const key = hkdf(both, salt, binding);
  for (const secret of [fromLink, both]) secret.fill(0);
  return key;
}

function ownerKey(codeKey: Buffer, salt: Buffer, owner: CodeOwner): Buffer {
  return hkdf(codeKey, salt, Buffer.from(`mxseal/remembered-owner/v1|${hashOf(owner)}`));
}

function ownerBinding(owner: CodeOwner, publicKey: Buffer): Buffer {
  return Buffer.from(`mxseal/remembered-pair/v1|${hashOf(owner)}|${publicKey.toString("hex")}`);
}

function messageBinding(
  { lookupId, recipient }: RememberedContext,
  oncePublic: Buffer,
  publicKey: Buffer,
): Buffer {
  const to = createHash("sha256").update(recipient, "utf8").digest("hex");
  const keys = [oncePublic, publicKey].map((key) => key.toString("hex")).join("|");
  return Buffer.from(`mxseal/remembered-kek/v1|${lookupId}|${to}|${keys}`);
}

function hashOf({ senderDomain, recipient }: CodeOwner): string {
  const text = JSON.stringify([senderDomain, recipient]);
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function hkdf(key: Buffer, salt: Buffer, info: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, info, keyBytes));
}

function rawPublic(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
}

/** Undefined for a key that no pair has: of another length, or of small order (RFC 7748 §6.1). */
function agree(privateKey: KeyObject, publicRaw: Buffer): Buffer | undefined {
  if (publicRaw.length !== keyBytes) return undefined;
  try {
    return diffieHellman({ privateKey, publicKey: publicKeyOf(publicRaw) });
  } catch (error) {
    if (isDerivationFault(error)) return undefined;
    throw error;
  }
}

function isDerivationFault(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === derivationFault;
}

function damaged(text: string): MxsealError {
  return new MxsealError("MXSEAL_SEALED_DAMAGED", text);
}

function publicKeyOf(raw: Buffer): KeyObject {
  const key = { kty: "OKP", crv: "X25519", x: raw.toString("base64url") };
  return createPublicKey({ key, format: "jwk" });
}

function privateKeyOf(raw: Buffer, publicRaw: Buffer): KeyObject {
  const key = {
    kty: "OKP",
    crv: "X25519",
    x: publicRaw.toString("base64url"),
    d: raw.toString("base64url"),
  };
  return createPrivateKey({ key, format: "jwk" });
}
