/**
 * Alarms to senders. One about wrong codes waits a moment, because the attempt that raises it may
 * turn out right, which withdraws it; and it waits until an hour has passed since the last one, so
 * that nobody who holds a link can flood its sender. Who holds many links of one sender makes more
 * of them wait, and loses none: locks go first, and the reader's questions neither count nor wait.
 */
import { sql } from "kysely";
import type { Database, Query } from "./database.ts";
import type { Alarm, AlarmKind, AlarmStore } from "./manage-store.ts";
import { toMessage } from "./sealed-row.ts";

/** Longer than a derivation takes, and than it may wait for its turn. */
const withdrawableMs = 30_000;
const alarmEveryMs = 3_600_000;
const alarmsPerSenderHour = 10;

export class AlarmTable implements AlarmStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  due(nowMs: number, limit: number): Promise<readonly Alarm[]> {
    return this.#database.read(async (query) => {
      const rows = await query
        .with("fit", () => fitAlarms(query, nowMs))
        .selectFrom("fit")
        .innerJoin("sealed_message", "sealed_message.id", "fit.message_id")
        .selectAll("sealed_message")
        .select(["fit.kind", "fit.raised_at"])
        .where("fit.place", "<=", alarmsPerSenderHour)
        .orderBy("fit.due_at")
        .orderBy("fit.message_id")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        kind: row.kind,
        raisedAt: row.raised_at,
        message: toMessage(row),
      }));
    });
  }

  complete({ kind, raisedAt, message }: Alarm, mailedAt: number): Promise<void> {
    return this.#database.write("durable", async (query) => {
      await query
        .deleteFrom("alarm")
        .where("message_id", "=", message.id)
        .where("kind", "=", kind)
        .where("raised_at", "=", raisedAt)
        .execute();
      if (kind === "no-code") return;
      await query
        .updateTable("sealed_message")
        .set({ alarmed_at: mailedAt })
        .where("id", "=", message.id)
        .execute();
    });
  }
}

/** What one message alone lets out; `place`: the how manieth mail to its sender it would be. */
function fitAlarms(query: Query, nowMs: number) {
  const hourAgo = nowMs - alarmEveryMs;
  const told = query
    .selectFrom("sealed_message")
    .select(["sender", (read) => read.fn.countAll<number>().as("mails")])
    .where("alarmed_at", ">", hourAgo)
    .groupBy("sender")
    .as("told");
  const isQuestion = sql<boolean>`alarm.kind = 'no-code'`;
  const order = sql`partition by sealed_message.sender, ${isQuestion}
    order by alarm.kind = 'locked' desc, alarm.due_at, alarm.message_id`;
  return query
    .selectFrom("alarm")
    .innerJoin("sealed_message", "sealed_message.id", "alarm.message_id")
    .leftJoin(told, "told.sender", "sealed_message.sender")
    .select(["alarm.message_id", "alarm.kind", "alarm.raised_at", "alarm.due_at"])
    .select(
      sql<number>`case when ${isQuestion} then 0
        else coalesce(told.mails, 0) + row_number() over (${order}) end`.as("place"),
    )
    .where("alarm.due_at", "<=", nowMs)
    .where("sealed_message.recalled_at", "is", null)
    .where("sealed_message.expires_at", ">", nowMs)
    .where((is) =>
      is.or([
        is("alarm.kind", "=", "no-code"),
        is("sealed_message.alarmed_at", "is", null),
        is("sealed_message.alarmed_at", "<=", hourAgo),
      ]),
    );
}

/** About wrong codes, within the step that counts them. A lock takes the place of a lesser alarm. */
export async function raiseAttemptAlarm(
  query: Query,
  messageId: string,
  kind: Exclude<AlarmKind, "no-code">,
  nowMs: number,
): Promise<void> {
  await withdrawAttemptAlarms(query, messageId);
  const due_at = nowMs + withdrawableMs;
  await raise(query, { message_id: messageId, kind, raised_at: nowMs, due_at });
}

/** The codes were not wrong after all, or it does not matter any more. */
export async function withdrawAttemptAlarms(query: Query, messageId: string): Promise<void> {
  await query
    .deleteFrom("alarm")
    .where("message_id", "=", messageId)
    .where("kind", "in", ["wrong-codes", "locked"])
    .execute();
}

export async function raiseNoCodeAlarm(
  query: Query,
  messageId: string,
  nowMs: number,
): Promise<void> {
  const row = { message_id: messageId, kind: "no-code", raised_at: nowMs, due_at: nowMs } as const;
  await raise(query, row);
}

interface AlarmRow {
  readonly message_id: string;
  readonly kind: AlarmKind;
  readonly raised_at: number;
  readonly due_at: number;
}

async function raise(query: Query, row: AlarmRow): Promise<void> {
  await query
    .insertInto("alarm")
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(["message_id", "kind"])
        .doUpdateSet({ raised_at: row.raised_at, due_at: row.due_at }),
    )
    .execute();
}
