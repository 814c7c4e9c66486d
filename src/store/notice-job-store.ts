/** Read notices and reminders that wait to be mailed. */

/** What the mailer has to tell about a message: `read` to its sender, `reminder` to its recipient. */
export type NoticeKind = "read" | "reminder";

export interface NoticeJob {
  readonly kind: NoticeKind;
  readonly messageId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly firstOpenedAt: number | null;
}

/**
 * A reminder comes into being with its message and ends when that is opened; a read notice comes
 * into being with the first opening. Both go with their message.
 */
export interface NoticeJobStore {
  /** What is to be told now, longest due first; nothing about a message that has expired. */
  due(nowMs: number, limit: number): Promise<readonly NoticeJob[]>;
  /** After Postfix has taken the mail. */
  complete(job: Pick<NoticeJob, "kind" | "messageId">): Promise<void>;
}
