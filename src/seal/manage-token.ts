/**
 * The secret of the sender's own link, by which a sealed message is taken back, extended, unlocked
 * and given a new code. Derived like the link token, from another label, so that a message which
 * Postfix offers again keeps it. It stands only in the code mail; the store knows an identifier
 * derived from it one way (HKDF, RFC 5869). It never opens the message by itself.
 */
import { createHmac, hkdfSync } from "node:crypto";

const tokenBytes = 32;
const lookupIdBytes = 16;

/** `messageHash` and `recipient` as for `deriveLinkToken`; 32 bytes. */
export function deriveManageToken(
  tokenKey: Buffer,
  messageHash: Buffer,
  recipient: string,
): Buffer {
  if (messageHash.length !== 32) throw new RangeError("a message hash has 32 bytes");
  return createHmac("sha256", tokenKey)
    .update("mxseal/manage-token/v1\0")
    .update(messageHash)
    .update(recipient, "utf8")
    .digest();
}

/** 43 characters of base64url (RFC 4648 §5), as they stand in the sender's link. */
export function formatManageToken(token: Buffer): string {
  return token.toString("base64url");
}

/** Undefined unless `text` is what `formatManageToken` writes for some token, bit for bit. */
export function parseManageToken(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return undefined;
  const token = Buffer.from(text, "base64url");
  return token.length === tokenBytes && formatManageToken(token) === text ? token : undefined;
}

/** Hex of 16 bytes; names the stored row and cannot be turned back into the token. */
export function manageIdOf(token: Buffer): string {
  const id = hkdfSync("sha256", token, Buffer.alloc(0), "mxseal/manage-lookup/v1", lookupIdBytes);
  return Buffer.from(id).toString("hex");
}
