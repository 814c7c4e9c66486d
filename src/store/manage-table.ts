/** Recall, extend, unlock, renew: each one conditional update, so that the first to come wins. */
import { raiseNoCodeAlarm, withdrawAttemptAlarms } from "./alarm-table.ts";
import { abandonBlob, deleteBlob } from "./blob-table.ts";
import type { Database, Query } from "./database.ts";
import { emptyForgotten, forgetRecalled } from "./forgotten-message.ts";
import { listMessages } from "./manage-list.ts";
import {
  type AskOutcome,
  leastLifeMs,
  longestLifeMs,
  type ManageStore,
  type MessageFilter,
  type NewWrap,
} from "./manage-store.ts";
import { putInForce, retireUntold } from "./remembered-table.ts";
import { toMessage } from "./sealed-row.ts";
import type { SealedMessage } from "./sealed-store.ts";
import { insertSms, withdrawSms } from "./sms-table.ts";

const asksPerDay = 2;
const asksPerSenderDay = 20;
const dayMs = 86_400_000;

export class ManageTable implements ManageStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  findByManageId(manageId: string): Promise<SealedMessage | undefined> {
    return this.#find("manage_id", manageId);
  }

  findById(id: string): Promise<SealedMessage | undefined> {
    return this.#find("id", id);
  }

  list(
    filter: MessageFilter,
    nowMs: number,
    page: { readonly limit: number; readonly after?: SealedMessage | undefined },
  ): Promise<readonly SealedMessage[]> {
    return this.#database.read((query) => listMessages(query, { filter, nowMs, ...page }));
  }

  async recall(id: string, recalledAt: number): Promise<boolean> {
    const recalled = await this.#database.write("durable", (query) =>
      forgetRecalled(query, id, recalledAt),
    );
    if (!recalled) return false;
    await emptyForgotten(this.#database, id);
    await this.#database.compact();
    return true;
  }

  extend(id: string, expiresAt: number, nowMs: number): Promise<boolean> {
    const lifeMs = expiresAt - nowMs;
    if (!(lifeMs >= leastLifeMs && lifeMs <= longestLifeMs)) {
      throw new RangeError("a message lives for an hour to 365 days from now");
    }
    return this.#database.write("durable", async (query) => {
      const moved = await live(query, id, nowMs).set({ expires_at: expiresAt }).execute();
      return moved.length > 0;
    });
  }

  unlock(id: string, nowMs: number): Promise<"unlocked" | "needs-new-code" | "gone"> {
    return this.#database.write("durable", async (query) => {
      const unlocked = await live(query, id, nowMs)
        .set({ attempts: 0, locked_at: null, locked_until: null })
        .where((is) => is.or([is("locked_at", "is", null), is("locked_until", "is not", null)]))
        .execute();
      if (unlocked.length > 0) {
        await beginAnew(query, id);
        return "unlocked";
      }
      return (await isLive(query, id, nowMs)) ? "needs-new-code" : "gone";
    });
  }

  rewrap(id: string, wrap: NewWrap, renewedAt: number): Promise<boolean> {
    const { salt, wrappedKey, code } = wrap;
    const counts = { attempts: 0, wrong_total: 0, locked_at: null, locked_until: null };
    return this.#database.write("durable", async (query) => {
      const renewed = await live(query, id, renewedAt)
        .set({ salt, wrapped_key: wrappedKey, code_renewed_at: renewedAt, ...counts })
        .set({ remembered_code_id: null, code_guard: code.kind === "own" ? code.guard : null })
        .where("salt", "=", wrap.oldSalt)
        .execute();
      if (renewed.length === 0) return false;
      await beginAnew(query, id);
      if (code.kind === "new-remembered") {
        await query
          .updateTable("sealed_message")
          .set({ remembered_code_id: await putInForce(query, code.code, null) })
          .where("id", "=", id)
          .execute();
      }
      await retireUntold(query, id);
      // A code that still waits to be mailed opens nothing any more.
      await query.deleteFrom("code_job").where("message_id", "=", id).execute();
      await withdrawSms(query, id);
      await insertSms(query, id, wrap.sms && { ...wrap.sms, createdAt: renewedAt });
      return true;
    });
  }

  async purge(id: string): Promise<boolean> {
    const blob = await this.#database.write("durable", async (query) => {
      // What was sent still counts for the day, but tells nobody's name.
      const anonymous = { sender: "" };
      await query.updateTable("sms_call").set(anonymous).where("message_id", "=", id).execute();
      await retireUntold(query, id);
      const row = await query
        .deleteFrom("sealed_message")
        .where("id", "=", id)
        .returning("blob_id")
        .executeTakeFirst();
      if (row === undefined) return undefined;
      await abandonBlob(query, row.blob_id);
      return row.blob_id;
    });
    if (blob === undefined) return false;
    await deleteBlob(this.#database, blob);
    await this.#database.compact();
    return true;
  }

  askForCode(lookupId: string, askedAt: number): Promise<AskOutcome> {
    return this.#database.write("durable", async (query) => {
      const row = await query
        .selectFrom("sealed_message")
        .select(["id", "sender", "asked_count", "asked_since"])
        .where("lookup_id", "=", lookupId)
        .where("forgotten_at", "is", null)
        .where("expires_at", ">", askedAt)
        .executeTakeFirst();
      if (row === undefined) return "gone";
      const anew = row.asked_since === null || row.asked_since <= askedAt - dayMs;
      if (!anew && row.asked_count >= asksPerDay) return "enough";
      const asked = await askedOfSender(query, row.sender, askedAt - dayMs);
      if (asked >= asksPerSenderDay) return "too-often";
      await query
        .updateTable("sealed_message")
        .set(
          anew
            ? { asked_count: 1, asked_since: askedAt }
            : (value) => ({ asked_count: value("asked_count", "+", 1) }),
        )
        .where("id", "=", row.id)
        .execute();
      await raiseNoCodeAlarm(query, row.id, askedAt);
      return "noted";
    });
  }

  #find(column: "id" | "manage_id", value: string): Promise<SealedMessage | undefined> {
    return this.#database.read(async (query) => {
      const row = await query
        .selectFrom("sealed_message")
        .selectAll()
        .where(column, "=", value)
        .executeTakeFirst();
      return row === undefined ? undefined : toMessage(row);
    });
  }
}

/** The message, while there is something to be done with it. */
function live(query: Query, id: string, nowMs: number) {
  return query
    .updateTable("sealed_message")
    .where("id", "=", id)
    .where("forgotten_at", "is", null)
    .where("expires_at", ">", nowMs)
    .returning("id");
}

async function isLive(query: Query, id: string, nowMs: number): Promise<boolean> {
  const row = await query
    .selectFrom("sealed_message")
    .select("id")
    .where("id", "=", id)
    .where("forgotten_at", "is", null)
    .where("expires_at", ">", nowMs)
    .executeTakeFirst();
  return row !== undefined;
}

/** How often readers of all of the sender's messages asked since then. */
async function askedOfSender(query: Query, sender: string, sinceMs: number): Promise<number> {
  const { asked } = await query
    .selectFrom("sealed_message")
    .select((read) => read.fn.sum("asked_count").as("asked"))
    .where("sender", "=", sender)
    .where("asked_since", ">", sinceMs)
    .executeTakeFirstOrThrow();
  return Number(asked);
}

/** No network's tries count any more, and nobody need hear of them. */
async function beginAnew(query: Query, id: string): Promise<void> {
  await query.deleteFrom("attempt").where("message_id", "=", id).execute();
  await withdrawAttemptAlarms(query, id);
}
