/**
 * What each process may write in the store, table by table: a promise that it makes when it opens
 * the store, in the manner of pledge(2). What is not named here is refused, a new table included.
 * Everybody may read everything; rows that go with their message (`on delete cascade`) count as
 * written by whoever deletes it.
 *
 * Security: keeps a bug or an SQL injection of one process from the tables of another. It does not
 * bind a process that runs foreign code: that can open the file anew.
 */
import type { StoreSchema } from "./schema.ts";

/** `update`: of all columns, or of those that are named. */
export interface TableRights {
  readonly insert?: true;
  readonly update?: true | readonly string[];
  readonly delete?: true;
}

export type StoreRights = { readonly [table in keyof StoreSchema]?: TableRights };

/** For links and codes, for what senders do on their page, and for replies. */
export const portalRights: StoreRights = {
  // Counts, locks, the first opening; recall, extension and new codes of the sender's page.
  sealed_message: {
    update: [
      "attempts",
      "wrong_total",
      "locked_at",
      "locked_until",
      "first_opened_at",
      "expires_at",
      "recalled_at",
      "forgotten_at",
      "code_renewed_at",
      "asked_count",
      "asked_since",
      "salt",
      "wrapped_key",
      "manage_wrap",
      "chunk_count",
      "remembered_code_id",
      "code_guard",
    ],
  },
  attempt: { insert: true, update: true, delete: true },
  network_attempt: { insert: true, update: true },
  alarm: { insert: true, update: true, delete: true },
  // The read notice comes, the reminder goes with the first opening.
  notice_job: { insert: true, delete: true },
  // A recall, and a new code, take with them what waits to be mailed.
  code_job: { delete: true },
  // Files of a reply come in; a recall empties the message, a broken upload what it began.
  blob: { insert: true, delete: true },
  chunk: { insert: true, delete: true },
  // A new code may be one to be remembered, and may go by SMS; too many guesses retire one.
  remembered_code: { insert: true, update: ["retired_at", "wrong_total"] },
  sms_job: { insert: true, delete: true },
  sms_failure: { delete: true },
  reply: { insert: true },
  reply_job: { insert: true },
};
