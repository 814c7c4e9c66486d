/** Codes by SMS, as `sms-store.ts` says. */
import type { Database, Query } from "./database.ts";
import { toMessage } from "./sealed-row.ts";
import { exceededLimit } from "./sms-limit.ts";
import {
  type NewSms,
  type ReportedSmsFailure,
  type SmsFailure,
  type SmsJob,
  type SmsLimits,
  type SmsStart,
  type SmsStore,
  smsFaults,
} from "./sms-store.ts";

export class SmsTable implements SmsStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  due(nowMs: number, limit: number): Promise<readonly SmsJob[]> {
    return this.#database.read(async (query) => {
      const rows = await query
        .selectFrom("sms_job")
        .innerJoin("sealed_message", "sealed_message.id", "sms_job.message_id")
        .selectAll("sealed_message")
        .select(["sms_job.id as job", "sealed_content", "tries"])
        .select("sms_job.created_at as made_at")
        .where("due_at", "<=", nowMs)
        .where("expires_at", ">", nowMs)
        .orderBy("due_at")
        .orderBy("job")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: row.job,
        sealedContent: row.sealed_content,
        createdAt: row.made_at,
        tries: row.tries,
        message: toMessage(row),
      }));
    });
  }

  start(
    { id, tries, message }: SmsJob,
    limits: SmsLimits,
    { nowMs, againAt }: { readonly nowMs: number; readonly againAt: number },
  ): Promise<SmsStart> {
    return this.#database.write("durable", async (query) => {
      const taken = await query
        .updateTable("sms_job")
        .set({ tries: tries + 1, due_at: againAt })
        .where("id", "=", id)
        .where("tries", "=", tries)
        .where("due_at", "<=", nowMs)
        .returning("id")
        .executeTakeFirst();
      if (taken === undefined) return { kind: "gone" };
      const { id: messageId, sender } = message;
      const by = await exceededLimit(query, { messageId, sender, nowMs, limits });
      if (by !== undefined) return { kind: "limited", by };
      const { id: call } = await query
        .insertInto("sms_call")
        .values({ message_id: messageId, sender, called_at: nowMs })
        .returning("id")
        .executeTakeFirstOrThrow();
      return { kind: "counted", call };
    });
  }

  complete(id: number): Promise<void> {
    return this.#database.write("durable", async (query) => {
      await query.deleteFrom("sms_job").where("id", "=", id).execute();
    });
  }

  postpone(id: number, dueAt: number, unsent?: number): Promise<void> {
    return this.#database.write("durable", async (query) => {
      await query.updateTable("sms_job").set({ due_at: dueAt }).where("id", "=", id).execute();
      if (unsent !== undefined) {
        await query.deleteFrom("sms_call").where("id", "=", unsent).execute();
      }
    });
  }

  fail(id: number, failure: SmsFailure): Promise<void> {
    return this.#database.write("durable", async (query) => {
      const job = await query
        .deleteFrom("sms_job")
        .where("id", "=", id)
        .returning("message_id")
        .executeTakeFirst();
      if (job !== undefined) await noteFailure(query, job.message_id, failure);
    });
  }

  failures(nowMs: number, limit: number): Promise<readonly ReportedSmsFailure[]> {
    return this.#database.read(async (query) => {
      const rows = await query
        .selectFrom("sms_failure")
        .innerJoin("sealed_message", "sealed_message.id", "sms_failure.message_id")
        .selectAll("sealed_message")
        .select(["reason", "number", "waited_ms", "failed_at"])
        .where("expires_at", ">", nowMs)
        .orderBy("failed_at")
        .orderBy("message_id")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        // Of a damaged row the one that promises least.
        reason: smsFaults.find((known) => known === row.reason) ?? "unreachable",
        number: row.number,
        waitedMs: row.waited_ms,
        failedAt: row.failed_at,
        message: toMessage(row),
      }));
    });
  }

  completeFailure({ message, failedAt }: ReportedSmsFailure): Promise<void> {
    return this.#database.write("durable", async (query) => {
      await query
        .deleteFrom("sms_failure")
        .where("message_id", "=", message.id)
        .where("failed_at", "=", failedAt)
        .execute();
    });
  }
}

/** Within the step that makes the code. */
export async function insertSms(
  query: Query,
  messageId: string,
  sms: (NewSms & { readonly createdAt: number }) | undefined,
): Promise<void> {
  if (sms === undefined) return;
  const { sealedContent, createdAt } = sms;
  await query
    .insertInto("sms_job")
    .values({
      message_id: messageId,
      sealed_content: sealedContent,
      created_at: createdAt,
      due_at: createdAt,
    })
    .execute();
}

/** Its code opens nothing any more: nobody need have it, or hear that it did not arrive. */
export async function withdrawSms(query: Query, messageId: string): Promise<void> {
  for (const table of ["sms_job", "sms_failure"] as const) {
    await query.deleteFrom(table).where("message_id", "=", messageId).execute();
  }
}

async function noteFailure(query: Query, messageId: string, failure: SmsFailure): Promise<void> {
  const values = {
    reason: failure.reason,
    number: failure.number,
    waited_ms: failure.waitedMs,
    failed_at: failure.failedAt,
  };
  await query
    .insertInto("sms_failure")
    .values({ message_id: messageId, ...values })
    .onConflict((conflict) => conflict.column("message_id").doUpdateSet(values))
    .execute();
}
