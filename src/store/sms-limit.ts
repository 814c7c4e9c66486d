/**
 * How many calls of the SMS hook there have been, against how many there may be. A count lives as
 * long as its message, at least a day.
 */
import { sql } from "kysely";
import type { Query } from "./database.ts";
import type { SmsLimit, SmsLimits } from "./sms-store.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Call {
  readonly messageId: string;
  readonly sender: string;
  readonly nowMs: number;
  readonly limits: SmsLimits;
}

/** Within the write that counts the call; undefined: there is room for one more. */
export async function exceededLimit(
  query: Query,
  { messageId, sender, nowMs, limits }: Call,
): Promise<SmsLimit | undefined> {
  await forgetOld(query, nowMs);
  const calls = query.selectFrom("sms_call").select((read) => read.fn.countAll().as("count"));
  const ofMessage = calls.where("message_id", "=", messageId);
  if (Number((await ofMessage.executeTakeFirstOrThrow()).count) >= limits.perMessage) {
    return "message";
  }
  // SQL's `lower` knows ASCII only, which is what mail servers compare without regard to case.
  const ofSender = calls
    .where("called_at", ">", nowMs - hourMs)
    .where(sql<boolean>`lower(sender) = lower(${sender})`);
  if (Number((await ofSender.executeTakeFirstOrThrow()).count) >= limits.perSenderPerHour) {
    return "sender";
  }
  const ofDay = calls.where("called_at", ">", nowMs - dayMs);
  return Number((await ofDay.executeTakeFirstOrThrow()).count) >= limits.perDay ? "day" : undefined;
}

async function forgetOld(query: Query, nowMs: number): Promise<void> {
  await query
    .deleteFrom("sms_call")
    .where("message_id", "is", null)
    .where("called_at", "<=", nowMs - dayMs)
    .execute();
}
