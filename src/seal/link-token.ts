/**
 * The secret half of a link: 256 bits that are derived, not drawn, so that a message which Postfix
 * offers again finds its first sealing and gets the same link. It is stored nowhere; the store
 * knows only an identifier derived from it one way (HKDF, RFC 5869). Who holds the token key can
 * confirm a guess of a whole message, bytes and all; who holds only the store can do nothing.
 */
import { createHmac, hkdfSync } from "node:crypto";

const tokenBytes = 32;
const lookupIdBytes = 16;

/**
 * `messageHash`: SHA-256 of the message exactly as the milter saw it; `recipient` as it came in
 * the envelope. The same three inputs always give the same 32 bytes.
 */
export function deriveLinkToken(tokenKey: Buffer, messageHash: Buffer, recipient: string): Buffer {
  if (messageHash.length !== 32) throw new RangeError("a message hash has 32 bytes");
  return createHmac("sha256", tokenKey)
    .update("mxseal/link-token/v1\0")
    .update(messageHash)
    .update(recipient, "utf8")
    .digest();
}

/** 43 characters of base64url (RFC 4648 §5), as they stand in the link. */
export function formatLinkToken(token: Buffer): string {
  return token.toString("base64url");
}

/** Undefined unless `text` is what `formatLinkToken` writes for some token, bit for bit. */
export function parseLinkToken(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return undefined;
  const token = Buffer.from(text, "base64url");
  return token.length === tokenBytes && formatLinkToken(token) === text ? token : undefined;
}

/** Hex of 16 bytes; names the stored row and cannot be turned back into the token. */
export function lookupIdOf(token: Buffer): string {
  const id = hkdfSync("sha256", token, Buffer.alloc(0), "mxseal/lookup/v1", lookupIdBytes);
  return Buffer.from(id).toString("hex");
}
