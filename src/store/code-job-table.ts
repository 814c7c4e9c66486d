/** Codes that wait to be mailed. A job comes into being only with its message (`sealed-table.ts`). */
import type { CodeJob, CodeJobStore, Ripeness } from "./code-job-store.ts";
import type { Database, Query } from "./database.ts";

const namesPerStatement = 500;

export class CodeJobTable implements CodeJobStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  ripe(ripeness: Ripeness, limit: number): Promise<readonly CodeJob[]> {
    return this.#database.read(async (query) => {
      const jobs: CodeJob[] = [];
      for (const group of await ripeGroups(query, ripeness, limit)) {
        if (jobs.length > 0 && jobs.length + Number(group.size) > limit) break;
        jobs.push(...(await jobsOf(query, group.group_name)));
      }
      return jobs;
    });
  }

  complete(ids: readonly number[]): Promise<void> {
    return this.#database.write("durable", async (query) => {
      for (let from = 0; from < ids.length; from += namesPerStatement) {
        const some = ids.slice(from, from + namesPerStatement);
        await query.deleteFrom("code_job").where("id", "in", some).execute();
      }
    });
  }

  count(): Promise<number> {
    return this.#database.read(async (query) => {
      const row = await query
        .selectFrom("code_job")
        .select((read) => read.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    });
  }
}

function ripeGroups(query: Query, { quietSince, overdueSince }: Ripeness, limit: number) {
  return query
    .selectFrom("code_job")
    .select((read) => ["group_name", read.fn.countAll().as("size")])
    .groupBy("group_name")
    .having((is) =>
      is.or([
        is(is.fn.max("created_at"), "<", quietSince),
        is(is.fn.min("created_at"), "<", overdueSince),
      ]),
    )
    .orderBy((read) => read.fn.min("created_at"))
    .limit(limit)
    .execute();
}

async function jobsOf(query: Query, group: string): Promise<readonly CodeJob[]> {
  const rows = await query
    .selectFrom("code_job")
    .selectAll()
    .where("group_name", "=", group)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    messageId: row.message_id,
    group: row.group_name,
    sender: row.sender,
    sealedContent: row.sealed_content,
    createdAt: row.created_at,
  }));
}
