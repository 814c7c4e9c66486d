/**
 * What a code mail needs to say about one recipient, sealed while it waits in the store. The key
 * is in a file beside the store, so that the codes in a stolen database stay shut.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { MxsealError } from "../base/errors.ts";
import type { SealWay } from "../rules/seal-options.ts";
import type { CheckWords } from "./check-words.ts";

export interface CodeJobContent {
  /** As the sender addressed it, for the sender to read. */
  readonly recipient: string;
  /** The envelope's, to which the link goes. */
  readonly deliveredTo: string;
  readonly told: ToldCode;
  /** Without it `portal`. */
  readonly way?: SealWay;
  /** The sender's own link, and what the page behind the reader's must show; not for a PDF. */
  readonly manageLink?: string;
  readonly checkWords?: CheckWords;
  /** Masked; where the code goes by SMS as well. */
  readonly smsTo?: string;
  /** The sealed message's public identifier. */
  readonly id: string;
  readonly expiresAt: number;
  readonly sentAt: number;
  /** Message-ID of the original with angle brackets; null when it had none. */
  readonly originalMessageId: string | null;
}

/** What the sender is told of the code. */
export type ToldCode =
  /** In groups of four. `remembered`: it opens later messages as well. */
  | { readonly kind: "new"; readonly code: string; readonly remembered: boolean }
  /** Agreed before, and known to nobody here. */
  | { readonly kind: "agreed"; readonly madeBy: string; readonly madeAt: number };

const nonceBytes = 12;
const tagBytes = 16;

/** `group` and `sender` as in the job's row: the content opens beside no other row. */
export function sealJobContent(
  jobKey: Buffer,
  content: CodeJobContent,
  row: { readonly group: string; readonly sender: string },
): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", jobKey, nonce).setAAD(rowData(row));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** Throws MXSEAL_SEALED_DAMAGED when it is not what was sealed for this row under this key. */
export function openJobContent(
  jobKey: Buffer,
  sealed: Buffer,
  row: { readonly group: string; readonly sender: string },
): CodeJobContent {
  if (sealed.length < nonceBytes + tagBytes) throw damaged();
  const decipher = createDecipheriv("aes-256-gcm", jobKey, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(rowData(row)).setAuthTag(sealed.subarray(-tagBytes));
  const text = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
  try {
    return upToDate(JSON.parse(Buffer.concat([text, decipher.final()]).toString("utf8")));
  } catch (error) {
    throw damaged(error);
  }
}

/** A job that waits since before codes were remembered holds its code alone. */
function upToDate(content: CodeJobContent & { readonly code?: string }): CodeJobContent {
  const { code, ...rest } = content;
  return code === undefined ? rest : { ...rest, told: { kind: "new", code, remembered: false } };
}

/**
 * One name for all recipients of one original. Keyed, because a plain hash in the store would let
 * its thief confirm a guessed message.
 */
export function jobGroupOf(jobKey: Buffer, messageHash: Buffer, sender: string): string {
  return createHmac("sha256", jobKey)
    .update("mxseal/job-group/v1\0")
    .update(messageHash)
    .update(sender, "utf8")
    .digest("hex")
    .slice(0, 32);
}

function rowData(row: { readonly group: string; readonly sender: string }): Buffer {
  return Buffer.from(`mxseal/code-job/v1\0${row.group}\0${row.sender}`);
}

function damaged(cause?: unknown): MxsealError {
  const text = "a waiting code does not open under the job key";
  return new MxsealError("MXSEAL_SEALED_DAMAGED", text, { cause });
}
