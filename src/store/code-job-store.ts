/** Codes that wait to be mailed to their senders; each is committed together with its message. */

export interface NewCodeJob {
  /** Messages of one original share it: their codes go into one mail. */
  readonly group: string;
  readonly sender: string;
  /** AES-256-GCM, under a key that is not in the store, of what the mail needs. */
  readonly sealedContent: Buffer;
  readonly createdAt: number;
}

export interface CodeJob extends NewCodeJob {
  readonly id: number;
  readonly messageId: string;
}

/** When a group of jobs is complete, as far as one can tell: one of both suffices. */
export interface Ripeness {
  /** No job of the group was created since. */
  readonly quietSince: number;
  /** The oldest job of the group was created before. */
  readonly overdueSince: number;
}

export interface CodeJobStore {
  /**
   * Jobs of ripe groups, group by group, oldest first. `limit` counts jobs and cuts between groups,
   * never within one: a group has as many jobs as Postfix took recipients for one message
   * (postconf(5) smtpd_recipient_limit).
   */
  ripe(ripeness: Ripeness, limit: number): Promise<readonly CodeJob[]>;
  /** After Postfix has taken the mail. Shreds the jobs. */
  complete(ids: readonly number[]): Promise<void>;
  count(): Promise<number>;
}
