/** By what the codes of one recipient are known again in a mail, as `remembered-store.ts` says. */
import { type ExpressionBuilder, sql } from "kysely";
import { addressKey, parseMailAddress } from "../base/mail-address.ts";
import type { Query } from "./database.ts";
import type { CodeGuard } from "./remembered-store.ts";
import type { StoreSchema } from "./schema.ts";

interface DatedGuard {
  readonly guard: CodeGuard;
  readonly lastUsedAt: number;
}

/** Within a read. */
export async function listGuards(
  query: Query,
  recipient: string,
  nowMs: number,
  limit: number,
): Promise<readonly CodeGuard[]> {
  const guards = [
    ...(await guardsOfMessages(query, recipient, nowMs, limit)),
    ...(await guardsOfCodes(query, recipient, nowMs, limit)),
  ];
  return guards
    .toSorted((one, other) => other.lastUsedAt - one.lastUsedAt)
    .slice(0, limit)
    .map(({ guard }) => guard);
}

async function guardsOfMessages(
  query: Query,
  recipient: string,
  nowMs: number,
  limit: number,
): Promise<readonly DatedGuard[]> {
  const key = recipient.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const rows = await query
    .selectFrom("sealed_message")
    .select(["id", "salt", "code_guard", "way", "created_at"])
    .where(sql<boolean>`lower(recipient) = ${key}`)
    .where("code_guard", "is not", null)
    .where(canBeOpened(nowMs))
    .orderBy("created_at", "desc")
    .limit(limit)
    .execute();
  return rows.flatMap(({ id: messageId, salt, code_guard: guard, way, created_at: lastUsedAt }) => {
    if (guard === null) return [];
    const form = way === "pdf" ? "pdf" : "drawn";
    return [{ guard: { messageId, form, salt, guard }, lastUsedAt }];
  });
}

async function guardsOfCodes(
  query: Query,
  recipient: string,
  nowMs: number,
  limit: number,
): Promise<readonly DatedGuard[]> {
  const address = parseMailAddress(recipient);
  if (address === undefined) return [];
  const codes = await query
    .selectFrom("remembered_code")
    .select(["id", "salt", "guard", "made_at", "retired_at"])
    .where("recipient", "=", addressKey(address))
    .where("form", "=", "drawn")
    .orderBy("made_at", "desc")
    .limit(limit)
    .execute();
  const guards: DatedGuard[] = [];
  for (const { id, salt, guard, made_at: madeAt, retired_at: retiredAt } of codes) {
    const message = await newestMessage(query, id, nowMs);
    if (message === undefined && retiredAt !== null) continue;
    const lastUsedAt = message?.created_at ?? madeAt;
    const known = { messageId: message?.id, form: "drawn", salt, guard } as const;
    guards.push({ guard: known, lastUsedAt });
  }
  return guards;
}

function newestMessage(query: Query, codeId: number, nowMs: number) {
  return query
    .selectFrom("sealed_message")
    .select(["id", "created_at"])
    .where("remembered_code_id", "=", codeId)
    .where(canBeOpened(nowMs))
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
}

function canBeOpened(nowMs: number) {
  return (is: ExpressionBuilder<StoreSchema, "sealed_message">) =>
    is.and([is("recalled_at", "is", null), is("expires_at", ">", nowMs)]);
}
