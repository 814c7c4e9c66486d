/** Replies from the portal, as `reply-store.ts` says. */
import { MxsealError } from "../base/errors.ts";
import { abandonBlob, countChunks, deleteBlob, readChunk, requireBlob } from "./blob-table.ts";
import type { Database, Query } from "./database.ts";
import type { NewReply, ReplyBlob, ReplyJob, ReplyOutcome, ReplyStore } from "./reply-store.ts";

type ReplyName = Pick<NewReply, "messageId" | "number">;

export class ReplyTable implements ReplyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add({ messageId, number, sealedContent, createdAt, files }: NewReply): Promise<ReplyOutcome> {
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
      if (files !== undefined) await requireFiles(query, files);
      const row = { message_id: messageId, number, created_at: createdAt };
      await query.insertInto("reply").values(row).execute();
      await query
        .insertInto("reply_job")
        .values({
          ...row,
          ...message,
          sealed_content: sealedContent,
          blob_id: files?.blob ?? null,
          chunk_count: files?.chunkCount ?? 0,
        })
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
        files:
          row.blob_id === null ? undefined : { blob: row.blob_id, chunkCount: row.chunk_count },
      }));
    });
  }

  async *readFiles(reply: ReplyName): AsyncGenerator<Buffer> {
    const job = await this.#database.read((query) => findFiles(query, reply));
    if (job === undefined) throw gone(reply);
    for (let index = 0; index < job.chunk_count; index += 1) {
      const bytes = await this.#database.read((query) => readChunk(query, job.blob_id, index));
      if (bytes === undefined) throw gone(reply);
      yield bytes;
    }
  }

  /** From the first step on nobody reads the files; what a sudden end leaves of them is swept. */
  async complete(reply: ReplyName): Promise<void> {
    const files = await this.#database.write("durable", async (query) => {
      const found = await findFiles(query, reply);
      await query
        .deleteFrom("reply_job")
        .where("message_id", "=", reply.messageId)
        .where("number", "=", reply.number)
        .execute();
      if (found !== undefined) await abandonBlob(query, found.blob_id);
      return found;
    });
    if (files === undefined) return;
    await deleteBlob(this.#database, files.blob_id);
    await this.#database.compact();
  }
}

async function requireFiles(query: Query, { blob, chunkCount }: ReplyBlob): Promise<void> {
  await requireBlob(query, blob);
  if ((await countChunks(query, blob)) !== chunkCount) {
    throw new Error("a reply was added without all chunks of its files");
  }
}

function findFiles(query: Query, { messageId, number }: ReplyName) {
  return query
    .selectFrom("reply_job")
    .select(["blob_id", "chunk_count"])
    .where("message_id", "=", messageId)
    .where("number", "=", number)
    .where("blob_id", "is not", null)
    .$narrowType<{ blob_id: number }>()
    .executeTakeFirst();
}

function gone({ messageId, number }: ReplyName): MxsealError {
  const text = `the files of reply ${number} to ${messageId} are not there any more`;
  return new MxsealError("MXSEAL_MESSAGE_GONE", text);
}
