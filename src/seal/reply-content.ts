/**
 * What a reply mail needs to say, sealed while it waits in the store. Portal and mailer both know
 * the session key, and from it derive this one (HKDF, RFC 5869); store and pepper together do not
 * open a waiting reply.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { MxsealError } from "../base/errors.ts";
import { openChunks } from "./chunk-cipher.ts";

export interface ReplyContent {
  /** As its writer typed it; lines ended by LF. */
  readonly text: string;
  /** Of the message that is answered; may be empty. */
  readonly subject: string;
  /** Message-IDs with angle brackets, the answered message's last; empty when it has none. */
  readonly references: readonly string[];
  readonly files?: ReplyFiles | undefined;
}

/** What came with the text: one row of sealed chunks holds all files, one after the other. */
export interface ReplyFiles {
  /** Base64 of 32 random bytes that sealed the chunks. */
  readonly key: string;
  readonly list: readonly ReplyFile[];
}

export interface ReplyFile {
  /** Cleaned (`mime/file-name.ts`). */
  readonly name: string;
  readonly sizeBytes: number;
}

/** What of a job's row the content belongs to: it opens beside no other row. */
export interface ReplyRow {
  readonly messageId: string;
  readonly number: number;
  readonly sender: string;
  readonly recipient: string;
}

const nonceBytes = 12;
const tagBytes = 16;

/** 32 bytes. */
export function replyKeyOf(sessionKey: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", sessionKey, Buffer.alloc(0), "mxseal/reply/v1", 32));
}

export function sealReply(replyKey: Buffer, content: ReplyContent, row: ReplyRow): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", replyKey, nonce).setAAD(rowData(row));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** Throws MXSEAL_SEALED_DAMAGED when it is not what was sealed for this row under this key. */
export function openReply(replyKey: Buffer, sealed: Buffer, row: ReplyRow): ReplyContent {
  if (sealed.length < nonceBytes + tagBytes) throw damaged();
  const decipher = createDecipheriv("aes-256-gcm", replyKey, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(rowData(row)).setAuthTag(sealed.subarray(-tagBytes));
  const text = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
  try {
    return JSON.parse(Buffer.concat([text, decipher.final()]).toString("utf8")) as ReplyContent;
  } catch (error) {
    throw damaged(error);
  }
}

/** The files' bytes, one after the other; `chunks` as the store has them. Rejects as `openChunks`. */
export function openReplyFiles(
  files: ReplyFiles,
  chunks: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  return openChunks(chunks, Buffer.from(files.key, "base64"));
}

function rowData({ messageId, number, sender, recipient }: ReplyRow): Buffer {
  return Buffer.from(JSON.stringify(["mxseal/reply/v1", messageId, number, sender, recipient]));
}

function damaged(cause?: unknown): MxsealError {
  const text = "a waiting reply does not open under the portal's key";
  return new MxsealError("MXSEAL_SEALED_DAMAGED", text, { cause });
}
