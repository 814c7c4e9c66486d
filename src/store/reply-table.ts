/** Replies from the portal, as `reply-store.ts` says. */
import type { Database } from "./database.ts";
import type { NewReply, ReplyJob, ReplyOutcome, ReplyStore } from "./reply-store.ts";

export class ReplyTable implements ReplyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add({ messageId, number, sealedContent, createdAt }: NewReply): Promise<ReplyOutcome> {
    return this.#database.write("durable", async (query) => {
      const message = await query
        .selectFrom("sealed_message")
        .select(["sender", "recipient"])
        .where("id", "=", messageId)
        .where("forgotten_at", "is", null)
        .where("expires_at", ">", createdAt)
        .executeTakeFirst();
      if (message === undefined) return "gone";
      const last = await query
        .selectFrom("reply")
        .select((read) => read.fn.max("number").as("number"))
        .where("message_id", "=", messageId)
        .executeTakeFirst();
      if ((last?.number ?? 0) + 1 !== number) return "outdated";
      const row = { message_id: messageId, number, created_at: createdAt };
      await query.insertInto("reply").values(row).execute();
      await query
        .insertInto("reply_job")
        .values({ ...row, ...message, sealed_content: sealedContent })
        .execute();
      return "stored";
    });
  }

  timesOf(messageId: string): Promise<readonly number[]> {
    return this.#database.read(async (query) => {
      const rows = await query
        .selectFrom("reply")
        .select("created_at")
        .where("message_id", "=", messageId)
        .orderBy("number")
        .execute();
      return rows.map((row) => row.created_at);
    });
  }

  jobs(limit: number): Promise<readonly ReplyJob[]> {
    return this.#database.read(async (query) => {
      const rows = await query
        .selectFrom("reply_job")
        .selectAll()
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        messageId: row.message_id,
        number: row.number,
        sender: row.sender,
        recipient: row.recipient,
        sealedContent: row.sealed_content,
        createdAt: row.created_at,
      }));
    });
  }

  complete({ messageId, number }: Pick<NewReply, "messageId" | "number">): Promise<void> {
    return this.#database.write("durable", async (query) => {
      await query
        .deleteFrom("reply_job")
        .where("message_id", "=", messageId)
        .where("number", "=", number)
        .execute();
    });
  }
}
