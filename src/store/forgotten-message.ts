/**
 * Forgetting a message, because it was taken back or its time is over. First its keys go, in one
 * durable step with everything that waits for it: from then on nothing opens it. The chunks follow
 * a few at a time, so that a large message does not hold the write lock. The row stays for a while
 * as a tombstone, so that its links can say what happened.
 */
import { setImmediate } from "node:timers/promises";
import { abandonBlob, countChunks, deleteSomeChunks } from "./blob-table.ts";
import type { Database, Query } from "./database.ts";
import { retireUntold } from "./remembered-table.ts";
import { withdrawSms } from "./sms-table.ts";

/** From the message's end, also when it was taken back before. */
const tombstoneMs = 90 * 86_400_000;
const nothing = Buffer.alloc(0);

/** Within a write. False when there is no such message, or nothing left of it. */
export async function forgetRecalled(
  query: Query,
  id: string,
  recalledAt: number,
): Promise<boolean> {
  const recalled = await query
    .updateTable("sealed_message")
    .set({ recalled_at: recalledAt })
    .where("id", "=", id)
    .where("forgotten_at", "is", null)
    .where("expires_at", ">", recalledAt)
    .returning("id")
    .execute();
  if (recalled.length === 0) return false;
  await forgetSecrets(query, id, recalledAt);
  return true;
}

/** Within a write; at most `limit` messages, answers how many. */
export async function forgetExpired(query: Query, nowMs: number, limit: number): Promise<number> {
  const rows = await query
    .selectFrom("sealed_message")
    .select("id")
    .where("forgotten_at", "is", null)
    .where("expires_at", "<=", nowMs)
    .orderBy("expires_at")
    .limit(limit)
    .execute();
  for (const { id } of rows) await forgetSecrets(query, id, nowMs);
  return rows.length;
}

async function forgetSecrets(query: Query, id: string, forgottenAt: number): Promise<void> {
  await query
    .updateTable("sealed_message")
    .set({ forgotten_at: forgottenAt, salt: nothing, wrapped_key: nothing, manage_wrap: null })
    .set({ remembered_code_id: null, code_guard: null })
    .where("id", "=", id)
    .execute();
  await retireUntold(query, id);
  for (const table of ["attempt", "code_job", "notice_job", "alarm"] as const) {
    await query.deleteFrom(table).where("message_id", "=", id).execute();
  }
  await withdrawSms(query, id);
}

/** Forgotten messages whose chunks are not all gone. */
export function forgottenWithChunks(database: Database, limit: number): Promise<readonly string[]> {
  return database.read(async (query) => {
    const rows = await query
      .selectFrom("sealed_message")
      .select("id")
      .where("forgotten_at", "is not", null)
      .where("chunk_count", ">", 0)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map((row) => row.id);
  });
}

/**
 * Deletes the chunks of a forgotten message and notes that they are gone. Between the steps the
 * process does its other work, as in `deleteBlob`.
 */
export async function emptyForgotten(database: Database, id: string): Promise<void> {
  let more = true;
  while (more) {
    more = await database.write("durable", (query) => emptySome(query, id));
    await setImmediate();
  }
}

async function emptySome(query: Query, id: string): Promise<boolean> {
  const row = await query
    .selectFrom("sealed_message")
    .select("blob_id")
    .where("id", "=", id)
    .where("forgotten_at", "is not", null)
    .executeTakeFirst();
  if (row === undefined) return false;
  if (await deleteSomeChunks(query, row.blob_id)) return true;
  await query.updateTable("sealed_message").set({ chunk_count: 0 }).where("id", "=", id).execute();
  return false;
}

/** Within a write; at most `limit`, answers how many. */
export async function deleteTombstones(
  query: Query,
  nowMs: number,
  limit: number,
): Promise<number> {
  const rows = await query
    .selectFrom("sealed_message")
    .select(["id", "blob_id"])
    .where("expires_at", "<=", nowMs - tombstoneMs)
    .where("forgotten_at", "is not", null)
    .where("chunk_count", "=", 0)
    .orderBy("expires_at")
    .limit(limit)
    .execute();
  for (const row of rows) {
    await query.deleteFrom("sealed_message").where("id", "=", row.id).execute();
    // Chunks that a damaged row hid go with the sweep of what nobody owns.
    if ((await countChunks(query, row.blob_id)) > 0) await abandonBlob(query, row.blob_id);
    else await query.deleteFrom("blob").where("id", "=", row.blob_id).execute();
  }
  return rows.length;
}
