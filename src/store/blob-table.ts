/**
 * The sealed bytes of messages and of replies' files, in chunks, each appended in a transaction of
 * its own so that neither memory nor the write lock is held for a large one. A blob without message
 * or reply is abandoned an hour after it began.
 */
import { setImmediate } from "node:timers/promises";
import { MxsealError } from "../base/errors.ts";
import type { Database, Query } from "./database.ts";

const abandonedAfterMs = 60 * 60_000;
/** Overwriting what is deleted costs as much as writing it: 4 MiB per transaction at 64 KiB each. */
const chunksPerDelete = 64;

export async function createBlob(database: Database, createdAt: number): Promise<number> {
  const { id } = await database.write("cached", (query) =>
    query
      .insertInto("blob")
      .values({ created_at: createdAt })
      .returning("id")
      .executeTakeFirstOrThrow(),
  );
  return id;
}

export function appendChunk(
  database: Database,
  blob: number,
  position: number,
  bytes: Buffer,
): Promise<void> {
  return database.write("cached", async (query) => {
    await requireBlob(query, blob);
    await query.insertInto("chunk").values({ blob_id: blob, position, bytes }).execute();
  });
}

export async function requireBlob(query: Query, blob: number): Promise<void> {
  const found = await query
    .selectFrom("blob")
    .select("id")
    .where("id", "=", blob)
    .executeTakeFirst();
  if (found !== undefined) return;
  throw new MxsealError("MXSEAL_STORE_UNUSABLE", "a sealing took over an hour and was swept");
}

/** Undefined when there is no such chunk. */
export async function readChunk(
  query: Query,
  blob: number,
  position: number,
): Promise<Buffer | undefined> {
  const row = await query
    .selectFrom("chunk")
    .select("bytes")
    .where("blob_id", "=", blob)
    .where("position", "=", position)
    .executeTakeFirst();
  return row?.bytes;
}

export async function countChunks(query: Query, blob: number): Promise<number> {
  const row = await query
    .selectFrom("chunk")
    .select((read) => read.fn.countAll().as("count"))
    .where("blob_id", "=", blob)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/**
 * Deletes a blob that nothing owns, step by step; one that has an owner stays. Between steps
 * the process does its other work: a driver that is synchronous would let it wait for gigabytes.
 */
export async function deleteBlob(database: Database, blob: number): Promise<void> {
  let more = true;
  while (more) {
    more = await database.write("cached", async (query) => {
      if (await isOwned(query, blob)) return false;
      if (await deleteSomeChunks(query, blob)) return true;
      await query.deleteFrom("blob").where("id", "=", blob).execute();
      return false;
    });
    if (more) await setImmediate();
  }
}

/** Blobs of deleted messages and mailed replies, and those whose sealing was given up. */
export function abandonedBlobs(
  database: Database,
  nowMs: number,
  limit: number,
): Promise<readonly number[]> {
  return database.read(async (query) => {
    const rows = await query
      .selectFrom("blob")
      .leftJoin("sealed_message", "sealed_message.blob_id", "blob.id")
      .leftJoin("reply_job", "reply_job.blob_id", "blob.id")
      .select("blob.id")
      .where("sealed_message.id", "is", null)
      .where("reply_job.id", "is", null)
      .where("blob.created_at", "<", nowMs - abandonedAfterMs)
      .orderBy("blob.id")
      .limit(limit)
      .execute();
    return rows.map((row) => row.id);
  });
}

async function isOwned(query: Query, blob: number): Promise<boolean> {
  for (const table of ["sealed_message", "reply_job"] as const) {
    const owner = await query
      .selectFrom(table)
      .select("blob_id")
      .where("blob_id", "=", blob)
      .executeTakeFirst();
    if (owner !== undefined) return true;
  }
  return false;
}

/** Within a write: nothing owns the blob any more, and the next sweep takes what is left of it. */
export async function abandonBlob(query: Query, blob: number): Promise<void> {
  await query.updateTable("blob").set({ created_at: 0 }).where("id", "=", blob).execute();
}

/** Within a write, of whomever the blob is; false: all are gone. */
export async function deleteSomeChunks(query: Query, blob: number): Promise<boolean> {
  const some = await query
    .selectFrom("chunk")
    .select("position")
    .where("blob_id", "=", blob)
    .orderBy("position")
    .limit(chunksPerDelete)
    .execute();
  if (some.length === 0) return false;
  const positions = some.map((row) => row.position);
  await query
    .deleteFrom("chunk")
    .where("blob_id", "=", blob)
    .where("position", "in", positions)
    .execute();
  return some.length === chunksPerDelete;
}
