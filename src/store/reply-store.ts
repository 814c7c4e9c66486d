/**
 * What recipients answer in the portal, as the rest of the code sees it. A reply is a note that
 * lives with its message (when, which number), and a job with its sealed text that lives until
 * Postfix has taken the mail: it outlives its message, because its writer was told that it is sent.
 * Its files lie in a blob, made and filled through `SealedStore` before the reply is added.
 */
export interface NewReply {
  readonly messageId: string;
  /** 1 for the first reply to a message; each number is given once. */
  readonly number: number;
  /** What the mail needs, under a key that is not in the store. */
  readonly sealedContent: Buffer;
  readonly createdAt: number;
  /** Sealed under a key that `sealedContent` names. */
  readonly files?: ReplyBlob | undefined;
}

export interface ReplyBlob {
  readonly blob: number;
  readonly chunkCount: number;
}

export interface ReplyJob extends NewReply {
  /** Who is answered: the sealed message's sender. */
  readonly sender: string;
  /** Who answers: the sealed message's recipient. */
  readonly recipient: string;
}

export type ReplyOutcome =
  | "stored"
  /** The number is not the next one: the same form was sent twice, or another one meanwhile. */
  | "outdated"
  /** The message is not there any more, expired or recalled. */
  | "gone";

export interface ReplyStore {
  /** Note and job in one durable step; unless it answers `stored`, the blob stays the caller's. */
  add(reply: NewReply): Promise<ReplyOutcome>;
  /** When the replies to a message were written, in their order. */
  timesOf(messageId: string): Promise<readonly number[]>;
  /** Those that wait to be mailed, oldest first. */
  jobs(limit: number): Promise<readonly ReplyJob[]>;
  /**
   * The sealed files of one that waits, chunk by chunk in order; memory holds one at a time. Rejects
   * with MXSEAL_MESSAGE_GONE when they are not there any more.
   */
  readFiles(reply: Pick<NewReply, "messageId" | "number">): AsyncIterable<Buffer>;
  /** After Postfix has taken the mail. Shreds the job and its files, not the note. */
  complete(reply: Pick<NewReply, "messageId" | "number">): Promise<void>;
}
