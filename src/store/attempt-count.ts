/**
 * Counts guesses at a code: all guesses at a message, and within them those of one network. Both
 * tiers move in one transaction, each by one conditional update, so that guesses made at the same
 * moment by any number of processes cannot share a count.
 */
import { sql } from "kysely";
import type { Query } from "./database.ts";
import type { AttemptLimits, AttemptOutcome } from "./store.ts";

export interface Attempt {
  readonly lookupId: string;
  readonly network: string;
  readonly nowMs: number;
  readonly limits: AttemptLimits;
}

/** Within a write. */
export async function countAttempt(query: Query, attempt: Attempt): Promise<AttemptOutcome> {
  const message = await countForMessage(query, attempt);
  if (message === undefined) return { kind: "locked" };
  const ofNetwork = await countForNetwork(query, attempt, message.id);
  if (ofNetwork === undefined) return pause(query, attempt, message.id);
  return {
    kind: "counted",
    leftForNetwork: attempt.limits.perNetwork - ofNetwork,
    leftForMessage: attempt.limits.perMessage - message.attempts,
  };
}

function countForMessage(query: Query, { lookupId, nowMs, limits }: Attempt) {
  return query
    .updateTable("sealed_message")
    .set((value) => ({
      attempts: value("attempts", "+", 1),
      locked_at: value
        .case()
        .when("attempts", ">=", limits.perMessage - 1)
        .then(nowMs)
        .else(null)
        .end(),
    }))
    .where("lookup_id", "=", lookupId)
    .where("locked_at", "is", null)
    .where("attempts", "<", limits.perMessage)
    .returning(["id", "attempts"])
    .executeTakeFirst();
}

/** The count within the network's window, which begins with its first guess. */
async function countForNetwork(
  query: Query,
  { network, nowMs, limits }: Attempt,
  messageId: string,
): Promise<number | undefined> {
  const lastStart = nowMs - limits.networkWindowMs;
  const row = await query
    .insertInto("attempt")
    .values({ message_id: messageId, network, attempts: 1, window_started_at: nowMs })
    .onConflict((conflict) =>
      conflict
        .columns(["message_id", "network"])
        .doUpdateSet({
          attempts: sql<number>`case when attempt.window_started_at <= ${lastStart} then 1 else attempt.attempts + 1 end`,
          window_started_at: sql<number>`case when attempt.window_started_at <= ${lastStart} then ${nowMs} else attempt.window_started_at end`,
        })
        .where((is) =>
          is.or([
            is("attempt.window_started_at", "<=", lastStart),
            is("attempt.attempts", "<", limits.perNetwork),
          ]),
        ),
    )
    .returning("attempts")
    .executeTakeFirst();
  return row?.attempts;
}

/** Gives the message its count back: one network alone must not lock a message for all others. */
async function pause(query: Query, attempt: Attempt, messageId: string): Promise<AttemptOutcome> {
  await query
    .updateTable("sealed_message")
    .set((value) => ({ attempts: value("attempts", "-", 1), locked_at: null }))
    .where("id", "=", messageId)
    .execute();
  const { window_started_at } = await query
    .selectFrom("attempt")
    .select("window_started_at")
    .where("message_id", "=", messageId)
    .where("network", "=", attempt.network)
    .executeTakeFirstOrThrow();
  return { kind: "network-paused", untilAt: window_started_at + attempt.limits.networkWindowMs };
}
