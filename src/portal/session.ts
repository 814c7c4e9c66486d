/**
 * The session of one opened message: everything it needs rests in a cookie that only this portal
 * can read (AES-256-GCM under the session key), so that nothing is kept on the server and a
 * restart ends no reading. Each message has a cookie of its own, bound to its id: two messages
 * open in two tabs do not disturb each other, up to twenty, whose oldest is then forgotten. 15 minutes
 * without a request or 60 minutes in all end it, or its reader (`closed-sessions.ts`); what it may open
 * is asked of the store each time.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

export interface Session {
  readonly messageId: string;
  /** Hex of 16 bytes, as in the store. */
  readonly lookupId: string;
  /** 32 bytes. */
  readonly messageKey: Buffer;
  /** From `seal/code-version.ts`: a new code ends the session. */
  readonly codeVersion: string;
  readonly openedAt: number;
  readonly seenAt: number;
}

export const sessionIdleMs: number = 15 * 60_000;
export const sessionMaxMs: number = 60 * 60_000;

const nonceBytes = 12;
const tagBytes = 16;
const plainBytes = 8 + 8 + 16 + 32 + 8;

/** `__Host-` (RFC 6265bis §4.1.3.2) needs Secure, which a laboratory on plain http has not. */
export function sessionCookieName(messageId: string, secure: boolean): string {
  return `${secure ? "__Host-" : ""}mxseal-${messageId}`;
}

/** Base64url, 134 characters. `sessionKey` has 32 bytes. */
export function sealSession(session: Session, sessionKey: Buffer): string {
  const plain = Buffer.alloc(plainBytes);
  plain.writeBigUInt64BE(BigInt(session.openedAt), 0);
  plain.writeBigUInt64BE(BigInt(session.seenAt), 8);
  plain.write(session.lookupId, 16, 16, "hex");
  session.messageKey.copy(plain, 32, 0, 32);
  plain.write(session.codeVersion, 64, 8, "hex");
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", sessionKey, nonce);
  cipher.setAAD(associatedData(session.messageId));
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  plain.fill(0);
  return sealed.toString("base64url");
}

/** undefined when it is not ours, not for this message, or over at `nowMs`. */
export function openSession(
  text: string,
  messageId: string,
  sessionKey: Buffer,
  nowMs: number,
): Session | undefined {
  const session = readSession(text, messageId, sessionKey);
  return session !== undefined && sessionEndsAt(session) > nowMs ? session : undefined;
}

/** As `openSession`, but it may be over. */
export function readSession(
  text: string,
  messageId: string,
  sessionKey: Buffer,
): Session | undefined {
  const plain = decrypt(Buffer.from(text, "base64url"), messageId, sessionKey);
  if (plain === undefined) return undefined;
  return {
    messageId,
    openedAt: Number(plain.readBigUInt64BE(0)),
    seenAt: Number(plain.readBigUInt64BE(8)),
    lookupId: plain.toString("hex", 16, 32),
    messageKey: plain.subarray(32, 64),
    codeVersion: plain.toString("hex", 64),
  };
}

export function sessionEndsAt(session: Session): number {
  return Math.min(session.seenAt + sessionIdleMs, session.openedAt + sessionMaxMs);
}

function decrypt(sealed: Buffer, messageId: string, sessionKey: Buffer): Buffer | undefined {
  if (sealed.length !== nonceBytes + plainBytes + tagBytes) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", sessionKey, sealed.subarray(0, nonceBytes));
  decipher.setAAD(associatedData(messageId));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  const plain = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    // GCM tells forged, foreign and damaged cookies apart from ours in this way only.
    return undefined;
  }
}

function associatedData(messageId: string): Buffer {
  return Buffer.from(`mxseal session 2\0${messageId}`);
}
