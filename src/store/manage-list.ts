/** Lists sealed messages, newest first, page by page, all filters in the database. */
import { type ExpressionBuilder, sql } from "kysely";
import type { Query } from "./database.ts";
import type { ListedState, MessageFilter } from "./manage-store.ts";
import type { StoreSchema } from "./schema.ts";
import { toMessage } from "./sealed-row.ts";
import type { SealedMessage } from "./sealed-store.ts";

interface Listing {
  readonly filter: MessageFilter;
  readonly nowMs: number;
  readonly limit: number;
  readonly after?: SealedMessage | undefined;
}

export async function listMessages(
  query: Query,
  { filter, nowMs, limit, after }: Listing,
): Promise<readonly SealedMessage[]> {
  const { sender, recipient, createdSince, state } = filter;
  let rows = query.selectFrom("sealed_message").selectAll();
  if (sender !== undefined) rows = rows.where(matches("sender", sender));
  if (recipient !== undefined) rows = rows.where(matches("recipient", recipient));
  if (createdSince !== undefined) rows = rows.where("created_at", ">=", createdSince);
  if (state !== undefined) rows = rows.where((is) => isIn(is, state, nowMs));
  if (after !== undefined) {
    const { createdAt, id } = after;
    rows = rows.where((is) =>
      is.or([
        is("created_at", "<", createdAt),
        is.and([is("created_at", "=", createdAt), is("id", "<", id)]),
      ]),
    );
  }
  const found = await rows
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return found.map(toMessage);
}

/** SQL's `lower` knows ASCII only, which is what mail servers compare without regard to case. */
function matches(column: "sender" | "recipient", wanted: string) {
  const key = wanted.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (!key.startsWith("@")) return sql<boolean>`lower(${sql.ref(column)}) = ${key}`;
  const pattern = `%${key.replace(/[\\%_]/g, "\\$&")}`;
  return sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`;
}

type Conditions = ExpressionBuilder<StoreSchema, "sealed_message">;

/** As `stateOf` tells it, and whether a message was opened. */
function isIn(is: Conditions, state: ListedState, nowMs: number) {
  const kept = is("recalled_at", "is", null);
  const live = is.and([is("forgotten_at", "is", null), is("expires_at", ">", nowMs)]);
  const locked = is.and([
    is("locked_at", "is not", null),
    is.or([is("locked_until", "is", null), is("locked_until", ">", nowMs)]),
  ]);
  switch (state) {
    case "recalled":
      return is.not(kept);
    case "expired":
      return is.and([kept, is.not(live)]);
    case "locked":
      return is.and([live, locked]);
    case "opened":
      return is.and([live, is.not(locked), is("first_opened_at", "is not", null)]);
    case "waiting":
      return is.and([live, is.not(locked), is("first_opened_at", "is", null)]);
  }
}
