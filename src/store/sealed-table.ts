/**
 * Sealed messages. A message comes into being with its code job in one durable transaction, after
 * its chunks: whoever sees the row sees all of it, and the power cut that loses a chunk loses the
 * message too, before Postfix was told that it is accepted.
 */
import { MxsealError } from "../base/errors.ts";
import { withdrawAttemptAlarms } from "./alarm-table.ts";
import { countAttempt, sweepAttempts } from "./attempt-count.ts";
import type { AttemptLimits, AttemptOutcome } from "./attempt-limits.ts";
import {
  abandonedBlobs,
  appendChunk,
  countChunks,
  createBlob,
  deleteBlob,
  readChunk,
  requireBlob,
} from "./blob-table.ts";
import { takeBackFromCode } from "./code-guess.ts";
import type { NewCodeJob } from "./code-job-store.ts";
import type { Database, Query } from "./database.ts";
import {
  deleteTombstones,
  emptyForgotten,
  forgetExpired,
  forgottenWithChunks,
} from "./forgotten-message.ts";
import { sweepNetworkHours, takeBackFromNetworkHour } from "./network-attempt.ts";
import { insertReminder, noteFirstOpening } from "./notice-job-table.ts";
import { deleteUnneeded, findInForce, putInForce } from "./remembered-table.ts";
import { toMessage } from "./sealed-row.ts";
import type { NewSealedMessage, SealedMessage, SealedStore, SweepMark } from "./sealed-store.ts";
import { insertSms } from "./sms-table.ts";

export class SealedTable implements SealedStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  createBlob(createdAt: number): Promise<number> {
    return createBlob(this.#database, createdAt);
  }

  appendChunk(blob: number, index: number, bytes: Buffer): Promise<void> {
    return appendChunk(this.#database, blob, index, bytes);
  }

  discardBlob(blob: number): Promise<void> {
    return deleteBlob(this.#database, blob);
  }

  commit(
    message: NewSealedMessage,
    blob: number,
    job: NewCodeJob,
  ): Promise<"committed" | "exists" | "code-changed"> {
    return this.#database.write("durable", async (query) => {
      if ((await findRow(query, message.lookupId)) !== undefined) return "exists";
      await requireBlob(query, blob);
      if ((await countChunks(query, blob)) !== message.chunkCount) {
        throw new Error(`sealed message ${message.id} was committed without all of its chunks`);
      }
      const code = await settleCode(query, message);
      if (code === undefined) return "code-changed";
      await insertMessage(query, { ...message, ...code }, blob);
      await insertReminder(query, message);
      await insertJob(query, message.id, job);
      const { sms, createdAt } = message;
      await insertSms(query, message.id, sms && { ...sms, createdAt });
      return "committed";
    });
  }

  findByLookupId(lookupId: string): Promise<SealedMessage | undefined> {
    return this.#database.read(async (query) => {
      const row = await findRow(query, lookupId);
      return row === undefined ? undefined : toMessage(row);
    });
  }

  count(): Promise<number> {
    return this.#database.read(async (query) => {
      const row = await query
        .selectFrom("sealed_message")
        .select((read) => read.fn.countAll().as("count"))
        .where("forgotten_at", "is", null)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    });
  }

  async *readChunks(id: string): AsyncGenerator<Buffer> {
    const message = await this.#database.read((query) =>
      query
        .selectFrom("sealed_message")
        .select(["blob_id", "chunk_count"])
        .where("id", "=", id)
        .where("forgotten_at", "is", null)
        .executeTakeFirst(),
    );
    if (message === undefined) throw gone(id);
    for (let index = 0; index < message.chunk_count; index += 1) {
      const bytes = await this.#database.read((query) => readChunk(query, message.blob_id, index));
      if (bytes === undefined) throw gone(id);
      yield bytes;
    }
  }

  countAttempt(
    lookupId: string,
    network: string,
    nowMs: number,
    limits: AttemptLimits,
  ): Promise<AttemptOutcome> {
    return this.#database.write("durable", (query) =>
      countAttempt(query, { lookupId, network, nowMs, limits }),
    );
  }

  resetAttempts(
    lookupId: string,
    openedAt: number,
    network: string,
    salt: Buffer,
  ): Promise<boolean> {
    return this.#database.write("durable", async (query) => {
      await takeBackFromNetworkHour(query, network);
      if (!(await hasCode(query, lookupId, salt))) return false;
      await noteFirstOpening(query, lookupId, openedAt);
      const message = await query
        .updateTable("sealed_message")
        .set((value) => ({
          attempts: 0,
          // What was counted was a guess until now, and is none.
          wrong_total: value(
            "wrong_total",
            "-",
            value.case().when("wrong_total", ">", 0).then(1).else(0).end(),
          ),
          locked_at: null,
          locked_until: null,
          first_opened_at: value.fn.coalesce("first_opened_at", value.val(openedAt)),
        }))
        .where("lookup_id", "=", lookupId)
        .where("forgotten_at", "is", null)
        .returning(["id", "remembered_code_id"])
        .executeTakeFirst();
      if (message === undefined) return false;
      await takeBackFromCode(query, message.remembered_code_id);
      await query.deleteFrom("attempt").where("message_id", "=", message.id).execute();
      await withdrawAttemptAlarms(query, message.id);
      return true;
    });
  }

  async sweepMark(): Promise<SweepMark | undefined> {
    const row = await this.#database.read((query) =>
      query.selectFrom("sweep_mark").selectAll().executeTakeFirst(),
    );
    return row && { sweptAt: row.swept_at, doubtedAt: row.doubted_at };
  }

  async noteDoubt(doubtedAt: number): Promise<void> {
    await this.#database.write("durable", (query) =>
      query.updateTable("sweep_mark").set({ doubted_at: doubtedAt }).execute(),
    );
  }

  async sweep(nowMs: number, limit: number): Promise<number> {
    const expired = await this.#database.write("durable", async (query) => {
      await noteSweep(query, nowMs);
      await sweepNetworkHours(query, nowMs);
      await sweepAttempts(query, nowMs);
      return await forgetExpired(query, nowMs, limit);
    });
    const full = await forgottenWithChunks(this.#database, limit);
    for (const id of full) await emptyForgotten(this.#database, id);
    const tombstones = await this.#database.write("durable", (query) =>
      deleteTombstones(query, nowMs, limit),
    );
    const blobs = await abandonedBlobs(this.#database, nowMs, limit);
    for (const blob of blobs) await deleteBlob(this.#database, blob);
    await this.#database.write("durable", (query) => deleteUnneeded(query, limit));
    await this.#database.compact();
    return Math.max(expired, full.length) + tombstones + blobs.length;
  }
}

async function noteSweep(query: Query, sweptAt: number): Promise<void> {
  const mark = { swept_at: sweptAt, doubted_at: null };
  await query
    .insertInto("sweep_mark")
    .values({ id: 1, ...mark })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(mark))
    .execute();
}

async function hasCode(query: Query, lookupId: string, salt: Buffer): Promise<boolean> {
  const row = await query
    .selectFrom("sealed_message")
    .select("id")
    .where("lookup_id", "=", lookupId)
    .where("salt", "=", salt)
    .executeTakeFirst();
  return row !== undefined;
}

function findRow(query: Query, lookupId: string) {
  return query
    .selectFrom("sealed_message")
    .selectAll()
    .where("lookup_id", "=", lookupId)
    .executeTakeFirst();
}

interface CodeColumns {
  readonly remembered_code_id: number | null;
  readonly code_guard: Buffer | null;
}

/** Undefined when the code is not what it was when the key was wrapped. */
async function settleCode(
  query: Query,
  { id: messageId, code }: Pick<NewSealedMessage, "id" | "code">,
): Promise<CodeColumns | undefined> {
  switch (code?.kind) {
    case undefined:
      return { remembered_code_id: null, code_guard: null };
    case "own":
      return { remembered_code_id: null, code_guard: code.guard };
    case "remembered": {
      const { id } = code;
      return (await isInForce(query, id))
        ? { remembered_code_id: id, code_guard: null }
        : undefined;
    }
    case "new-remembered": {
      const other = await findInForce(query, code.code.owner);
      if (other !== undefined) return undefined;
      return {
        remembered_code_id: await putInForce(query, code.code, messageId),
        code_guard: null,
      };
    }
  }
}

async function isInForce(query: Query, id: number): Promise<boolean> {
  const row = await query
    .selectFrom("remembered_code")
    .select("id")
    .where("id", "=", id)
    .where("retired_at", "is", null)
    .executeTakeFirst();
  return row !== undefined;
}

async function insertMessage(
  query: Query,
  message: NewSealedMessage & CodeColumns,
  blob: number,
): Promise<void> {
  await query
    .insertInto("sealed_message")
    .values({
      id: message.id,
      lookup_id: message.lookupId,
      sender: message.sender,
      recipient: message.recipient,
      origin_queue_id: message.originQueueId,
      size_bytes: message.sizeBytes,
      chunk_count: message.chunkCount,
      salt: message.salt,
      wrapped_key: message.wrappedKey,
      manage_id: message.manage?.id ?? null,
      manage_wrap: message.manage?.wrap ?? null,
      blob_id: blob,
      created_at: message.createdAt,
      expires_at: message.expiresAt,
      way: message.way ?? "portal",
      read_notice: message.readNotice === true ? 1 : 0,
      remembered_code_id: message.remembered_code_id,
      code_guard: message.code_guard,
    })
    .execute();
}

async function insertJob(query: Query, messageId: string, job: NewCodeJob): Promise<void> {
  await query
    .insertInto("code_job")
    .values({
      message_id: messageId,
      group_name: job.group,
      sender: job.sender,
      sealed_content: job.sealedContent,
      created_at: job.createdAt,
    })
    .execute();
}

function gone(id: string): MxsealError {
  return new MxsealError("MXSEAL_MESSAGE_GONE", `sealed message ${id} is not there any more`);
}
