/**
 * Guesses at a code that stands for a recipient. Who has the links of many messages, as everybody
 * does who reads the recipient's mailbox, guesses at one code with all of them: it is counted over
 * all of its messages, and when its guesses are used up it is retired, so that later messages have
 * another one. Those that it opened are locked one by one, at the next try.
 */
import { sql } from "kysely";
import type { Query } from "./database.ts";

export interface CodeGuesses {
  /** With this one, over all messages. */
  readonly total: number;
  /** Negative when it was not counted, because there were none left. */
  readonly left: number;
}

/** Within a write; one conditional update. */
export async function countAtCode(
  query: Query,
  codeId: number,
  nowMs: number,
  perCode: number,
): Promise<CodeGuesses> {
  const isLast = sql<boolean>`wrong_total + 1 >= ${perCode}`;
  const row = await query
    .updateTable("remembered_code")
    .set({
      wrong_total: sql<number>`wrong_total + 1`,
      retired_at: sql<number>`case when ${isLast} then coalesce(retired_at, ${nowMs}) else retired_at end`,
    })
    .where("id", "=", codeId)
    .where("wrong_total", "<", perCode)
    .returning("wrong_total")
    .executeTakeFirst();
  if (row === undefined) {
    await retire(query, codeId, nowMs);
    return { total: perCode, left: -1 };
  }
  return { total: row.wrong_total, left: perCode - row.wrong_total };
}

/** Where the limit was lowered meanwhile, it has been used up unnoticed. */
async function retire(query: Query, codeId: number, nowMs: number): Promise<void> {
  await query
    .updateTable("remembered_code")
    .set({ retired_at: nowMs })
    .where("id", "=", codeId)
    .where("retired_at", "is", null)
    .execute();
}

/** What was counted was a guess until now, and is none. */
export async function takeBackFromCode(query: Query, codeId: number | null): Promise<void> {
  if (codeId === null) return;
  await query
    .updateTable("remembered_code")
    .set((value) => ({ wrong_total: value("wrong_total", "-", 1) }))
    .where("id", "=", codeId)
    .where("wrong_total", ">", 0)
    .execute();
}
