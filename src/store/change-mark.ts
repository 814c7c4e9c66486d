/**
 * The number per area that tells other processes of a change. It is moved in the transaction of
 * the change itself: whoever sees the new number sees the change.
 */
import { sql } from "kysely";
import type { Query } from "./database.ts";
import type { ChangeMarks } from "./store.ts";

/** Within a write; the row stays locked until its end, so that marks become visible in order. */
export async function moveMark(query: Query, area: keyof ChangeMarks): Promise<number> {
  const row = await query
    .updateTable("change_mark")
    .set({ mark: sql<number>`mark + 1` })
    .where("area", "=", area)
    .returning("mark")
    .executeTakeFirstOrThrow();
  return row.mark;
}

export async function readMarks(query: Query): Promise<ChangeMarks> {
  const rows = await query.selectFrom("change_mark").select(["area", "mark"]).execute();
  const of = (area: keyof ChangeMarks) => rows.find((row) => row.area === area)?.mark ?? 0;
  return { verdicts: of("verdicts"), rules: of("rules"), held: of("held") };
}
