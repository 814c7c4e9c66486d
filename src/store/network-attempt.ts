/**
 * The guesses of one network at all messages within an hour: who has many links may not try a few
 * codes at each. A try that proves right is taken back, so that a house in which many read is never
 * shut out by reading. The rows are as many as networks guessed within the hour.
 */
import { sql } from "kysely";
import type { Query } from "./database.ts";

export const networkHourMs: number = 3_600_000;

export interface NetworkCount {
  /** With this one counted; negative when it was not, because there were none left. */
  readonly left: number;
  /** When the hour is over. */
  readonly untilAt: number;
}

/** Within a write; one conditional update. */
export async function countForNetworkHour(
  query: Query,
  network: string,
  nowMs: number,
  perNetworkHour: number,
): Promise<NetworkCount> {
  const isOver = sql<boolean>`network_attempt.window_started_at <= ${nowMs - networkHourMs}`;
  const row = await query
    .insertInto("network_attempt")
    .values({ network, attempts: 1, window_started_at: nowMs })
    .onConflict((conflict) =>
      conflict
        .column("network")
        .doUpdateSet({
          attempts: sql<number>`case when ${isOver} then 1 else network_attempt.attempts + 1 end`,
          window_started_at: sql<number>`case when ${isOver} then ${nowMs} else network_attempt.window_started_at end`,
        })
        .where(sql<boolean>`${isOver} or network_attempt.attempts < ${perNetworkHour}`),
    )
    .returning(["attempts", "window_started_at"])
    .executeTakeFirst();
  if (row !== undefined) {
    return { left: perNetworkHour - row.attempts, untilAt: row.window_started_at + networkHourMs };
  }
  const { window_started_at } = await query
    .selectFrom("network_attempt")
    .select("window_started_at")
    .where("network", "=", network)
    .executeTakeFirstOrThrow();
  return { left: -1, untilAt: window_started_at + networkHourMs };
}

/** What was counted was no guess. */
export async function takeBackFromNetworkHour(query: Query, network: string): Promise<void> {
  await query
    .updateTable("network_attempt")
    .set((value) => ({ attempts: value("attempts", "-", 1) }))
    .where("network", "=", network)
    .where("attempts", ">", 0)
    .execute();
}

/** Hours that are over, and those of a clock that was ahead: they would last until it is then. */
export async function sweepNetworkHours(query: Query, nowMs: number): Promise<void> {
  await query
    .deleteFrom("network_attempt")
    .where((is) =>
      is.or([
        is("window_started_at", "<=", nowMs - networkHourMs),
        is("window_started_at", ">", nowMs + networkHourMs),
      ]),
    )
    .execute();
}
