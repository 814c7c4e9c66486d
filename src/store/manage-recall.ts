/**
 * Taking a message back. First its keys go, in one durable step with everything that waits for it:
 * from then on nothing opens it. The chunks follow a few at a time, so that a large message does not
 * hold the write lock; the row stays as the memory of what happened.
 */
import { deleteSomeChunks } from "./blob-table.ts";
import type { Database, Query } from "./database.ts";
import { withdrawSms } from "./sms-table.ts";

const nothing = Buffer.alloc(0);

/** Within a write. False when there is no such message, or nothing left of it. */
export async function forgetSecrets(
  query: Query,
  id: string,
  recalledAt: number,
): Promise<boolean> {
  const recalled = await query
    .updateTable("sealed_message")
    .set({ recalled_at: recalledAt, salt: nothing, wrapped_key: nothing, manage_wrap: null })
    .set({ remembered_code_id: null, code_guard: null })
    .where("id", "=", id)
    .where("recalled_at", "is", null)
    .where("expires_at", ">", recalledAt)
    .returning("id")
    .execute();
  if (recalled.length === 0) return false;
  for (const table of ["attempt", "code_job", "notice_job", "alarm"] as const) {
    await query.deleteFrom(table).where("message_id", "=", id).execute();
  }
  await withdrawSms(query, id);
  return true;
}

/** Recalled messages whose chunks are not all gone: the process ended in between. */
export function recalledMessages(database: Database, limit: number): Promise<readonly string[]> {
  return database.read(async (query) => {
    const rows = await query
      .selectFrom("sealed_message")
      .select("id")
      .where("recalled_at", "is not", null)
      .where("chunk_count", ">", 0)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map((row) => row.id);
  });
}

/** Deletes the chunks of a recalled message, step by step, and notes that they are gone. */
export async function emptyRecalled(database: Database, id: string): Promise<void> {
  let more = true;
  while (more) {
    more = await database.write("durable", async (query) => {
      const row = await query
        .selectFrom("sealed_message")
        .select("blob_id")
        .where("id", "=", id)
        .where("recalled_at", "is not", null)
        .executeTakeFirst();
      if (row === undefined) return false;
      if ((await deleteSomeChunks(query, row.blob_id)) > 0) return true;
      await query
        .updateTable("sealed_message")
        .set({ chunk_count: 0 })
        .where("id", "=", id)
        .execute();
      return false;
    });
  }
}
