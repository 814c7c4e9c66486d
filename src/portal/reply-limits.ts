/** How much one reply may hold. */

/** Of one message. */
export const maxReplies = 5;
/** In UTF-16 units, as browsers count `maxlength`; at most 60,000 bytes of UTF-8. */
export const maxReplyLength = 20_000;

export interface FileLimits {
  /** 0: text only. */
  readonly maxFiles: number;
  /** Of all files of a reply together. */
  readonly maxMib: number;
}

export const defaultFileLimits: FileLimits = { maxFiles: 10, maxMib: 25 };
export const mebibyte: number = 1024 * 1024;
/** Replies of the largest size that one network may send within an hour. */
export const fullRepliesPerHour = 10;
