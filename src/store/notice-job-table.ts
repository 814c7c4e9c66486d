/** What is to be told about sealed messages by mail, as `notice-job-store.ts` says. */
import type { Database, Query } from "./database.ts";
import type { NoticeJob, NoticeJobStore } from "./notice-job-store.ts";
import type { NewSealedMessage } from "./sealed-store.ts";

export class NoticeJobTable implements NoticeJobStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  due(nowMs: number, limit: number): Promise<readonly NoticeJob[]> {
    return this.#database.read(async (query) => {
      const rows = await query
        .selectFrom("notice_job")
        .innerJoin("sealed_message", "sealed_message.id", "notice_job.message_id")
        .select(["kind", "message_id", "sender", "recipient", "first_opened_at"])
        .select(["sealed_message.created_at", "sealed_message.expires_at"])
        .where("due_at", "<=", nowMs)
        .where("expires_at", ">", nowMs)
        // The end may have been moved since the message was sealed.
        .where((is) =>
          is(is("expires_at", "-", is.ref("before_ms")), "<=", nowMs).or("kind", "=", "read"),
        )
        .orderBy("due_at")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        kind: row.kind,
        messageId: row.message_id,
        sender: row.sender,
        recipient: row.recipient,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
        firstOpenedAt: row.first_opened_at,
      }));
    });
  }

  complete({ kind, messageId }: Pick<NoticeJob, "kind" | "messageId">): Promise<void> {
    return this.#database.write("durable", (query) => remove(query, kind, messageId));
  }
}

/** Within the step that makes the message. */
export async function insertReminder(query: Query, message: NewSealedMessage): Promise<void> {
  const beforeMs = message.reminderBeforeMs ?? null;
  if (beforeMs === null) return;
  await insert(query, {
    message_id: message.id,
    kind: "reminder",
    before_ms: beforeMs,
    due_at: message.expiresAt - beforeMs,
  });
}

/** Within the step that notes the opening, before it: afterwards no opening is the first. */
export async function noteFirstOpening(
  query: Query,
  lookupId: string,
  openedAt: number,
): Promise<void> {
  const message = await query
    .selectFrom("sealed_message")
    .select(["id", "read_notice"])
    .where("lookup_id", "=", lookupId)
    .where("forgotten_at", "is", null)
    .where("first_opened_at", "is", null)
    .executeTakeFirst();
  if (message === undefined) return;
  await remove(query, "reminder", message.id);
  if (message.read_notice === 0) return;
  await insert(query, { message_id: message.id, kind: "read", before_ms: 0, due_at: openedAt });
}

async function insert(
  query: Query,
  row: {
    readonly message_id: string;
    readonly kind: NoticeJob["kind"];
    readonly before_ms: number;
    readonly due_at: number;
  },
): Promise<void> {
  await query.insertInto("notice_job").values(row).execute();
}

async function remove(query: Query, kind: NoticeJob["kind"], messageId: string): Promise<void> {
  await query
    .deleteFrom("notice_job")
    .where("message_id", "=", messageId)
    .where("kind", "=", kind)
    .execute();
}
