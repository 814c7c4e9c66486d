/** Mail that waits for its release. A power cut may lose the last entries: Postfix retries anyway. */
import { moveMark } from "./change-mark.ts";
import type { Database } from "./database.ts";
import type { HeldMail, HeldStore } from "./store.ts";

export class HeldTable implements HeldStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  put(mail: HeldMail): Promise<void> {
    return this.#database.write("cached", async (query) => {
      await moveMark(query, "held");
      const moved = { domain: mail.domain, held_at: mail.heldAt };
      await query
        .insertInto("held_mail")
        .values({ queue_id: mail.queueId, recipient: mail.recipient, ...moved })
        .onConflict((conflict) => conflict.columns(["queue_id", "recipient"]).doUpdateSet(moved))
        .execute();
    });
  }

  /** Longest held first. */
  list(limit: number): Promise<readonly HeldMail[]> {
    return this.#database.read(async (query) => {
      const rows = await query
        .selectFrom("held_mail")
        .selectAll()
        .orderBy("held_at")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        queueId: row.queue_id,
        recipient: row.recipient,
        domain: row.domain,
        heldAt: row.held_at,
      }));
    });
  }

  remove(queueId: string, recipient: string): Promise<void> {
    return this.#database.write("cached", async (query) => {
      const gone = await query
        .deleteFrom("held_mail")
        .where("queue_id", "=", queueId)
        .where("recipient", "=", recipient)
        .returning("queue_id")
        .execute();
      if (gone.length > 0) await moveMark(query, "held");
    });
  }

  removeOlderThan(heldAt: number): Promise<number> {
    return this.#database.write("cached", async (query) => {
      const gone = await query
        .deleteFrom("held_mail")
        .where("held_at", "<", heldAt)
        .executeTakeFirstOrThrow();
      const count = Number(gone.numDeletedRows);
      if (count > 0) await moveMark(query, "held");
      return count;
    });
  }
}
