/**
 * What an answer takes over from the message it answers (RFC 5322 §3.6.4): subject and the thread.
 * Only the header section is read, so the size of the message does not matter.
 */
import PostalMime from "postal-mime";
import { displayLine } from "../base/display-line.ts";

export interface ReplyOrigin {
  /** Fit to be shown; may be empty. */
  readonly subject: string;
  /** Message-IDs with angle brackets for References, the answered message's last. */
  readonly references: readonly string[];
}

/** What lies behind it is not read: the thread is a convenience. */
export const maxHeadBytes: number = 256 * 1024;
const maxReferences = 20;
const maxBranch = 18;
const messageId = /^<[!-;=?-~]{1,250}>$/;

/** The section from the start of a message to its first empty line; undefined: not there yet. */
export function headOf(start: Buffer): Buffer | undefined {
  const ends = ["\r\n\r\n", "\n\n"].map((mark) => start.indexOf(mark)).filter((at) => at >= 0);
  return ends.length === 0 ? undefined : start.subarray(0, Math.min(...ends));
}

/** What cannot be read is left out: an answer without a thread is still an answer. */
export async function readReplyOrigin(head: Buffer): Promise<ReplyOrigin> {
  const email = await parse(head.subarray(0, maxHeadBytes));
  const own = (email?.messageId ?? "").trim();
  const before = (email?.references ?? "").split(/\s+/).filter((id) => messageId.test(id));
  // The first one stands for the thread, the last ones for its branch.
  const kept =
    before.length < maxReferences ? before : [...before.slice(0, 1), ...before.slice(-maxBranch)];
  return {
    subject: displayLine(email?.subject ?? "", 200),
    references: messageId.test(own) ? [...kept.filter((id) => id !== own), own] : [],
  };
}

async function parse(head: Buffer) {
  try {
    const limits = { maxNestingDepth: 1, maxHeadersSize: maxHeadBytes };
    return await PostalMime.parse(Buffer.concat([head, Buffer.from("\r\n\r\n")]), limits);
  } catch {
    // The parser rejects with plain errors, and only for a mail that breaks its limits.
    return undefined;
  }
}
