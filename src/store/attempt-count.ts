/**
 * Counts guesses at a code: those of a network at all messages, all guesses at this message, within
 * them those of the network, and those at a code that opens other messages as well. The tiers move
 * in one transaction, each by one conditional update, so that guesses made at the same moment by any
 * number of processes cannot share a count.
 */
import { sql } from "kysely";
import { raiseAttemptAlarm } from "./alarm-table.ts";
import type { AttemptLimits, AttemptOutcome } from "./attempt-limits.ts";
import { type CodeGuesses, countAtCode } from "./code-guess.ts";
import type { Query } from "./database.ts";
import { countForNetworkHour, takeBackFromNetworkHour } from "./network-attempt.ts";

/** No window is longer (`config/lock-limits.ts`). */
export const longestWindowMs: number = 24 * 3_600_000;

export interface Attempt {
  readonly lookupId: string;
  readonly network: string;
  readonly nowMs: number;
  readonly limits: AttemptLimits;
}

/** Within a write. */
export async function countAttempt(query: Query, attempt: Attempt): Promise<AttemptOutcome> {
  const { network, nowMs, limits } = attempt;
  const hour = await countForNetworkHour(query, network, nowMs, limits.perNetworkHour);
  if (hour.left < 0) return { kind: "network-paused", untilAt: hour.untilAt };
  const outcome = await countAtMessage(query, attempt);
  if (outcome.kind !== "counted") {
    await takeBackFromNetworkHour(query, network);
    return outcome;
  }
  const leftForNetwork = Math.min(outcome.leftForNetwork, hour.left);
  const last = hour.left === 0 ? { hourEndsAt: hour.untilAt } : {};
  return { ...outcome, leftForNetwork, ...last };
}

async function countAtMessage(query: Query, attempt: Attempt): Promise<AttemptOutcome> {
  const message = await countForMessage(query, attempt);
  if (message === undefined) return whyNot(query, attempt);
  const ofNetwork = await countForNetwork(query, attempt, message.id);
  if (ofNetwork === undefined) return pause(query, attempt, message.id);
  const { perNetwork, perMessage, perCode } = attempt.limits;
  const { remembered_code_id: codeId } = message;
  const atCode =
    codeId === null ? undefined : await countAtCode(query, codeId, attempt.nowMs, perCode);
  const leftForCode = Math.min(perCode - message.wrong_total, atCode?.left ?? perCode);
  const leftForMessage = Math.min(perMessage - message.attempts, leftForCode);
  if (leftForCode <= 0) await lockForGood(query, message.id, attempt.nowMs);
  const counts = { attempts: message.attempts, atCode, leftForMessage };
  const alarm = alarmAt(counts, attempt.limits);
  if (alarm !== undefined) await raiseAttemptAlarm(query, message.id, alarm, attempt.nowMs);
  if (leftForCode < 0) return { kind: "locked", untilAt: null };
  return { kind: "counted", leftForNetwork: perNetwork - ofNetwork, leftForMessage };
}

interface Counts {
  readonly attempts: number;
  readonly atCode: CodeGuesses | undefined;
  readonly leftForMessage: number;
}

/** A few guesses at each of many messages are many, too. */
function alarmAt(
  { attempts, atCode, leftForMessage }: Counts,
  { alarmAfter, perMessage }: AttemptLimits,
): "locked" | "wrong-codes" | undefined {
  if (leftForMessage <= 0) return "locked";
  const isMany = atCode !== undefined && atCode.total % perMessage === 0;
  return attempts === alarmAfter || isMany ? "wrong-codes" : undefined;
}

/** Only a new code helps. */
async function lockForGood(query: Query, id: string, nowMs: number): Promise<void> {
  await query
    .updateTable("sealed_message")
    .set({ locked_at: nowMs, locked_until: null })
    .where("id", "=", id)
    .execute();
}

/** A lock that has ended lets the counting begin anew; that of the code's whole life goes on. */
function countForMessage(query: Query, { lookupId, nowMs, limits }: Attempt) {
  const { perMessage, perCode, lockMs } = limits;
  const attempts = sql<number>`case when locked_at is null then attempts + 1 else 1 end`;
  return query
    .updateTable("sealed_message")
    .set({
      attempts,
      wrong_total: sql<number>`wrong_total + 1`,
      locked_at: sql<number>`case when ${attempts} >= ${perMessage} then ${nowMs} end`,
      locked_until: sql<number>`case when ${attempts} >= ${perMessage} then ${nowMs + lockMs} end`,
    })
    .where("lookup_id", "=", lookupId)
    .where("forgotten_at", "is", null)
    .where("wrong_total", "<", perCode)
    .where((is) => is.or([is("locked_at", "is", null), is("locked_until", "<=", nowMs)]))
    .returning(["id", "attempts", "wrong_total", "remembered_code_id"])
    .executeTakeFirst();
}

async function whyNot(query: Query, { lookupId }: Attempt): Promise<AttemptOutcome> {
  const row = await query
    .selectFrom("sealed_message")
    .select("locked_until")
    .where("lookup_id", "=", lookupId)
    .where("forgotten_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? { kind: "gone" } : { kind: "locked", untilAt: row.locked_until };
}

/** The count within the network's window, which begins with its first guess or after its pause. */
async function countForNetwork(
  query: Query,
  { network, nowMs, limits }: Attempt,
  messageId: string,
): Promise<number | undefined> {
  const { perNetwork, networkWindowMs, networkPauseMs } = limits;
  const lastStart = nowMs - networkWindowMs;
  const isOver = sql<boolean>`(attempt.paused_until <= ${nowMs} or attempt.paused_until is null and attempt.window_started_at <= ${lastStart})`;
  const attempts = sql<number>`case when ${isOver} then 1 else attempt.attempts + 1 end`;
  const pausedUntil = nowMs + networkPauseMs;
  const row = await query
    .insertInto("attempt")
    .values({
      message_id: messageId,
      network,
      attempts: 1,
      window_started_at: nowMs,
      paused_until: perNetwork <= 1 ? pausedUntil : null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["message_id", "network"])
        .doUpdateSet({
          attempts,
          window_started_at: sql<number>`case when ${isOver} then ${nowMs} else attempt.window_started_at end`,
          paused_until: sql<number>`case when ${attempts} >= ${perNetwork} then ${pausedUntil} end`,
        })
        .where(sql<boolean>`${isOver} or attempt.attempts < ${perNetwork}`),
    )
    .returning("attempts")
    .executeTakeFirst();
  return row?.attempts;
}

/** Gives the message its count back: one network alone must not lock a message for all others. */
async function pause(query: Query, attempt: Attempt, messageId: string): Promise<AttemptOutcome> {
  await query
    .updateTable("sealed_message")
    .set((value) => ({
      attempts: value("attempts", "-", 1),
      wrong_total: value("wrong_total", "-", 1),
      locked_at: null,
      locked_until: null,
    }))
    .where("id", "=", messageId)
    .execute();
  const row = await query
    .selectFrom("attempt")
    .select(["window_started_at", "paused_until"])
    .where("message_id", "=", messageId)
    .where("network", "=", attempt.network)
    .executeTakeFirstOrThrow();
  const untilAt = row.paused_until ?? row.window_started_at + attempt.limits.networkWindowMs;
  return { kind: "network-paused", untilAt };
}

/**
 * Networks whose window and pause are over, or of a clock that was ahead: they count for nothing any
 * more, and whose they are is nobody's business.
 */
export async function sweepAttempts(query: Query, nowMs: number): Promise<void> {
  await query
    .deleteFrom("attempt")
    .where((is) =>
      is.or([
        is("window_started_at", ">", nowMs + longestWindowMs),
        is.and([
          is("window_started_at", "<=", nowMs - longestWindowMs),
          is.or([is("paused_until", "is", null), is("paused_until", "<=", nowMs)]),
        ]),
      ]),
    )
    .execute();
}
