/**
 * What the sender's link needs to make a new code for the same link of the reader: message key and
 * link token, wrapped by AES-256-GCM under HKDF (RFC 5869) of the manage token, bound to the row they
 * belong to. The store without the code mail opens nothing; the code mail without the store neither.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const wrapBytes = nonceBytes + 2 * keyBytes + tagBytes;

/** 32 bytes each. */
export interface ManagedSecrets {
  readonly messageKey: Buffer;
  readonly linkToken: Buffer;
}

/** The row that the wrap belongs to. */
export interface ManagedRow {
  readonly lookupId: string;
  readonly recipient: string;
}

/** nonce ‖ sealed secrets ‖ tag, 92 bytes. */
export function wrapForSender(token: Buffer, row: ManagedRow, secrets: ManagedSecrets): Buffer {
  const key = wrappingKey(token);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(bindingOf(row));
  const sealed = [cipher.update(secrets.messageKey), cipher.update(secrets.linkToken)];
  const wrap = Buffer.concat([nonce, ...sealed, cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  return wrap;
}

/** Undefined when the token is not the one of this row, or the wrap was changed. */
export function unwrapForSender(
  token: Buffer,
  row: ManagedRow,
  wrap: Buffer,
): ManagedSecrets | undefined {
  if (wrap.length !== wrapBytes) return undefined;
  const key = wrappingKey(token);
  const nonce = wrap.subarray(0, nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  key.fill(0);
  decipher.setAAD(bindingOf(row)).setAuthTag(wrap.subarray(-tagBytes));
  const both = decipher.update(wrap.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
  } catch {
    // The only way `final` fails here is a tag that does not fit: the answer, not a fault.
    both.fill(0);
    return undefined;
  }
  return { messageKey: both.subarray(0, keyBytes), linkToken: both.subarray(keyBytes) };
}

function wrappingKey(token: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", token, Buffer.alloc(0), "mxseal/manage-kek/v1", keyBytes));
}

function bindingOf({ lookupId, recipient }: ManagedRow): Buffer {
  const hash = createHash("sha256").update(recipient, "utf8").digest("hex");
  return Buffer.from(`mxseal/manage-wrap/v1|${lookupId}|${hash}`);
}
