/** Remembered codes and guards, as `remembered-store.ts` says. */
import { type Selectable, sql } from "kysely";
import type { CodeOwner } from "../base/code-owner.ts";
import type { Database, Query } from "./database.ts";
import { listGuards } from "./guard-list.ts";
import type {
  CodeGuard,
  GuardStore,
  NewRememberedCode,
  RememberedCode,
  RememberedStore,
} from "./remembered-store.ts";
import type { StoreSchema } from "./schema.ts";

export class RememberedTable implements RememberedStore, GuardStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  current(owner: CodeOwner): Promise<RememberedCode | undefined> {
    return this.#database.read(async (query) => {
      const row = await findInForce(query, owner);
      return row === undefined ? undefined : toCode(row);
    });
  }

  find(id: number): Promise<RememberedCode | undefined> {
    return this.#database.read(async (query) => {
      const row = await query
        .selectFrom("remembered_code")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : toCode(row);
    });
  }

  retire(id: number, retiredAt: number): Promise<boolean> {
    return this.#database.write("durable", async (query) => {
      const retired = await query
        .updateTable("remembered_code")
        .set({ retired_at: retiredAt })
        .where("id", "=", id)
        .where("retired_at", "is", null)
        .returning("id")
        .execute();
      return retired.length > 0;
    });
  }

  list(limit: number, after?: RememberedCode): Promise<readonly RememberedCode[]> {
    return this.#database.read(async (query) => {
      let rows = query.selectFrom("remembered_code").selectAll().where("retired_at", "is", null);
      if (after !== undefined) {
        const { recipient, senderDomain } = after.owner;
        rows = rows.where(
          sql<boolean>`(recipient, sender_domain) > (${recipient}, ${senderDomain})`,
        );
      }
      const found = await rows.orderBy("recipient").orderBy("sender_domain").limit(limit).execute();
      return found.map(toCode);
    });
  }

  guardsOf(recipient: string, nowMs: number, limit: number): Promise<readonly CodeGuard[]> {
    return this.#database.read((query) => listGuards(query, recipient, nowMs, limit));
  }
}

/**
 * Within a write: retires what was in force. Answers the new one's identifier. `toldWith`: the
 * message whose code mail is to tell the code; null when its maker has it already.
 */
export async function putInForce(
  query: Query,
  code: NewRememberedCode,
  toldWith: string | null,
): Promise<number> {
  await query
    .updateTable("remembered_code")
    .set({ retired_at: code.madeAt })
    .where("sender_domain", "=", code.owner.senderDomain)
    .where("recipient", "=", code.owner.recipient)
    .where("retired_at", "is", null)
    .execute();
  const { id } = await query
    .insertInto("remembered_code")
    .values({
      sender_domain: code.owner.senderDomain,
      recipient: code.owner.recipient,
      form: code.form,
      public_key: code.publicKey,
      wrapped_private_key: code.wrappedPrivateKey,
      salt: code.salt,
      guard: code.guard,
      made_by: code.madeBy,
      made_at: code.madeAt,
      told_with: toldWith,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

/**
 * Within a write, before the code job of a message goes unmailed: the code that only this mail would
 * have told is known to nobody, and no later message may be sealed for it.
 */
export async function retireUntold(query: Query, messageId: string): Promise<void> {
  const waits = query.selectFrom("code_job").select("id").where("message_id", "=", messageId);
  await query
    .updateTable("remembered_code")
    .set((code) => ({ retired_at: code.ref("made_at") }))
    .where("told_with", "=", messageId)
    .where("retired_at", "is", null)
    .where((code) => code.exists(waits))
    .execute();
}

/** Within a read or a write. */
export function findInForce(
  query: Query,
  { senderDomain, recipient }: CodeOwner,
): Promise<Selectable<StoreSchema["remembered_code"]> | undefined> {
  return query
    .selectFrom("remembered_code")
    .selectAll()
    .where("sender_domain", "=", senderDomain)
    .where("recipient", "=", recipient)
    .where("retired_at", "is", null)
    .executeTakeFirst();
}

/** Within a write: retired codes that no message needs any more, at most `limit` of them. */
export async function deleteUnneeded(query: Query, limit: number): Promise<void> {
  await query
    .deleteFrom("remembered_code")
    .where((is) =>
      is(
        "id",
        "in",
        is
          .selectFrom("remembered_code as old")
          .select("old.id")
          .where("old.retired_at", "is not", null)
          .where((code) =>
            code.not(
              code.exists(
                code
                  .selectFrom("sealed_message as message")
                  .select("message.id")
                  .whereRef("message.remembered_code_id", "=", "old.id"),
              ),
            ),
          )
          .limit(limit),
      ),
    )
    .execute();
}

function toCode(row: Selectable<StoreSchema["remembered_code"]>): RememberedCode {
  return {
    id: row.id,
    owner: { senderDomain: row.sender_domain, recipient: row.recipient },
    form: row.form,
    publicKey: row.public_key,
    wrappedPrivateKey: row.wrapped_private_key,
    salt: row.salt,
    guard: row.guard,
    madeBy: row.made_by,
    madeAt: row.made_at,
    retiredAt: row.retired_at,
  };
}
