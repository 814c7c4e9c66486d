/**
 * A key of 32 bytes sealed under another one by AES-256-GCM: nonce ‖ sealed key ‖ tag. The tag is
 * the only proof of the right wrapping key.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
export const sealedKeyBytes: number = nonceBytes + keyBytes + tagBytes;

/** `binding`: what the wrap belongs to; it opens beside nothing else. */
export function sealKey(wrappingKey: Buffer, key: Buffer, binding: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", wrappingKey, nonce).setAAD(binding);
  const sealed = [cipher.update(key), cipher.final()];
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]);
}

/** Undefined when the wrapping key or the binding is another one. */
export function openKey(wrappingKey: Buffer, sealed: Buffer, binding: Buffer): Buffer | undefined {
  if (sealed.length !== sealedKeyBytes) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", wrappingKey, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(binding).setAuthTag(sealed.subarray(-tagBytes));
  const key = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
    return key;
  } catch {
    // The only way `final` fails here is a tag that does not fit: the answer, not a fault.
    key.fill(0);
    return undefined;
  }
}
