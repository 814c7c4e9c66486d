/**
 * What an SMS with a code needs, sealed while it waits in the store. The portal, where a sender asks
 * for it, and the milter role, which sends it, both know the session key, and from it derive this
 * one (HKDF, RFC 5869); store and pepper together do not open a waiting code or number.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { MxsealError } from "../base/errors.ts";
import type { PhoneNumber } from "../base/phone-number.ts";
import type { CheckWords } from "./check-words.ts";

export interface SmsContent {
  readonly to: PhoneNumber;
  /** In groups of four. */
  readonly code: string;
  /** What the page behind the link must show; not for a PDF. */
  readonly checkWords?: CheckWords;
}

/** What of a job's row the content belongs to: it opens beside no other row. */
export interface SmsRow {
  readonly messageId: string;
  readonly createdAt: number;
}

const nonceBytes = 12;
const tagBytes = 16;

/** 32 bytes. */
export function smsKeyOf(sessionKey: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", sessionKey, Buffer.alloc(0), "mxseal/sms/v1", 32));
}

export function sealSms(smsKey: Buffer, content: SmsContent, row: SmsRow): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", smsKey, nonce).setAAD(rowData(row));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** Throws MXSEAL_SEALED_DAMAGED when it is not what was sealed for this row under this key. */
export function openSms(smsKey: Buffer, sealed: Buffer, row: SmsRow): SmsContent {
  if (sealed.length < nonceBytes + tagBytes) throw damaged();
  const decipher = createDecipheriv("aes-256-gcm", smsKey, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(rowData(row)).setAuthTag(sealed.subarray(-tagBytes));
  const text = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
  try {
    return JSON.parse(Buffer.concat([text, decipher.final()]).toString("utf8")) as SmsContent;
  } catch (error) {
    throw damaged(error);
  }
}

function rowData({ messageId, createdAt }: SmsRow): Buffer {
  return Buffer.from(JSON.stringify(["mxseal/sms/v1", messageId, createdAt]));
}

function damaged(cause?: unknown): MxsealError {
  const text = "a waiting SMS does not open under the portal's key";
  return new MxsealError("MXSEAL_SEALED_DAMAGED", text, { cause });
}
