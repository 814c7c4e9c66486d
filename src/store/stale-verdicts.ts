/**
 * Which verdicts are to be checked again. Answered from indexes alone, however large the verdicts
 * are, and in pages that begin behind the last one seen: what is checked meanwhile moves away and
 * disturbs nothing.
 */
import type { Query } from "./database.ts";
import type { StaleFilter, StaleVerdict } from "./verdict-store.ts";

export async function readStale(
  query: Query,
  filter: StaleFilter,
  limit: number,
  after: StaleVerdict | undefined,
): Promise<readonly StaleVerdict[]> {
  const column = filter.dueAt === undefined ? "checked_at" : "refresh_after";
  let select = matching(query, filter).select(["domain", "checked_at", "refresh_after"]);
  if (after !== undefined) {
    const last = filter.dueAt === undefined ? after.checkedAt : after.refreshAfter;
    select = select
      .where(column, ">=", last)
      .where((is) => is.or([is(column, ">", last), is("domain", ">", after.domain)]));
  }
  const rows = await select.orderBy(column).orderBy("domain").limit(limit).execute();
  return rows.map((row) => ({
    domain: row.domain,
    checkedAt: row.checked_at,
    refreshAfter: row.refresh_after,
  }));
}

export async function countStale(query: Query, filter: StaleFilter): Promise<number> {
  const { count } = await matching(query, filter)
    .select((read) => read.fn.countAll().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function matching(query: Query, { dueAt, checkedBefore, usedSince }: StaleFilter) {
  let select = query.selectFrom("verdict").where("status", "is not", null);
  if (dueAt !== undefined) select = select.where("refresh_after", "<=", dueAt);
  if (checkedBefore !== undefined) select = select.where("checked_at", "<", checkedBefore);
  if (usedSince !== undefined) select = select.where("used_at", ">=", usedSince);
  return select;
}
