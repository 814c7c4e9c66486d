/**
 * Verdicts: one row per domain with the mark of its last change, so that readers fetch only what
 * is new to them. A forgotten verdict leaves a row without body until the verdict would have expired, so
 * that no reader trusts a copy of it. Rows leave the table a week after their expiry: saving
 * removes a few such each time, which keeps the table bounded by what was probed lately.
 */
import type { Domain } from "../base/domain.ts";
import type { Verdict } from "../base/verdict.ts";
import { moveMark } from "./change-mark.ts";
import type { Database, Query } from "./database.ts";
import { countStale, readStale } from "./stale-verdicts.ts";
import { readStoredVerdict } from "./stored-verdict.ts";
import { addTurn, lastDowngrades, turnsOf } from "./turn-record.ts";
import type {
  StaleFilter,
  StaleVerdict,
  VerdictChange,
  VerdictFilter,
  VerdictRevision,
  VerdictStore,
  VerdictTurn,
} from "./verdict-store.ts";

const keptAfterExpiryMs = 7 * 24 * 60 * 60_000;
const removedPerSave = 20;
const namesPerStatement = 500;

export class VerdictTable implements VerdictStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  save(verdict: Verdict, turn?: VerdictTurn): Promise<void> {
    return this.#database.write("cached", (query) => storeVerdict(query, { verdict, turn }));
  }

  revise(
    domain: Domain,
    revise: (old: Verdict | undefined) => VerdictRevision,
  ): Promise<VerdictRevision> {
    return this.#database.write("cached", async (query) => {
      const old = await findVerdict(query, domain);
      const revision = revise(old);
      if (revision.verdict !== old) await storeVerdict(query, revision);
      return revision;
    });
  }

  history(domain: Domain): Promise<readonly VerdictTurn[]> {
    return this.#database.read((query) => turnsOf(query, domain));
  }

  downgrades(limit: number): Promise<readonly VerdictTurn[]> {
    return this.#database.read((query) => lastDowngrades(query, limit));
  }

  find(domain: Domain): Promise<Verdict | undefined> {
    return this.#database.read((query) => findVerdict(query, domain));
  }

  list(filter: VerdictFilter): Promise<readonly Verdict[]> {
    return this.#database.read(async (query) => {
      let select = query
        .selectFrom("verdict")
        .select(["domain", "body"])
        .where("status", "is not", null);
      if (filter.status !== undefined) select = select.where("status", "=", filter.status);
      if (filter.after !== undefined) select = select.where("domain", ">", filter.after);
      if (filter.limit !== undefined) select = select.limit(filter.limit);
      const rows = await select.orderBy("domain").execute();
      return rows
        .map((row) => readStoredVerdict(row.domain, row.body))
        .filter((verdict) => verdict !== undefined);
    });
  }

  forget(domain: Domain): Promise<boolean> {
    return this.#database.write("durable", async (query) => {
      const known = await query
        .selectFrom("verdict")
        .select("domain")
        .where("domain", "=", domain)
        .where("status", "is not", null)
        .executeTakeFirst();
      if (known === undefined) return false;
      const mark = await moveMark(query, "verdicts");
      await query
        .updateTable("verdict")
        .set({ status: null, body: null, mark })
        .where("domain", "=", domain)
        .execute();
      return true;
    });
  }

  changesSince(mark: number, limit: number): Promise<readonly VerdictChange[]> {
    return this.#database.read(async (query) => {
      const rows = await query
        .selectFrom("verdict")
        .select(["mark", "domain", "body"])
        .where("mark", ">", mark)
        .orderBy("mark")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        mark: row.mark,
        domain: row.domain,
        verdict: readStoredVerdict(row.domain, row.body),
      }));
    });
  }

  stale(
    filter: StaleFilter,
    limit: number,
    after?: StaleVerdict,
  ): Promise<readonly StaleVerdict[]> {
    return this.#database.read((query) => readStale(query, filter, limit, after));
  }

  countStale(filter: StaleFilter): Promise<number> {
    return this.#database.read((query) => countStale(query, filter));
  }

  async markUsed(domains: readonly Domain[], usedAt: number): Promise<void> {
    for (let from = 0; from < domains.length; from += namesPerStatement) {
      const some = domains.slice(from, from + namesPerStatement);
      await this.#database.write("cached", async (query) => {
        await query
          .updateTable("verdict")
          .set({ used_at: usedAt })
          .where("domain", "in", some)
          .where("status", "is not", null)
          .where((is) => is.or([is("used_at", "is", null), is("used_at", "<", usedAt)]))
          .execute();
      });
    }
  }
}

async function findVerdict(query: Query, domain: Domain): Promise<Verdict | undefined> {
  const row = await query
    .selectFrom("verdict")
    .select("body")
    .where("domain", "=", domain)
    .executeTakeFirst();
  return readStoredVerdict(domain, row?.body ?? null);
}

/** Within a write. */
async function storeVerdict(query: Query, { verdict, turn }: VerdictRevision): Promise<void> {
  const row = {
    status: verdict.status,
    body: JSON.stringify(verdict),
    checked_at: verdict.checkedAt,
    refresh_after: verdict.refreshAfter,
    expires_at: verdict.expiresAt,
    mark: await moveMark(query, "verdicts"),
  };
  await query
    .insertInto("verdict")
    .values({ domain: verdict.domain, ...row })
    .onConflict((conflict) => conflict.column("domain").doUpdateSet(row))
    .execute();
  if (turn !== undefined) await addTurn(query, turn);
  await removeOutlived(query, verdict.checkedAt);
}

/** What expired a week ago says nothing to a reader any more, so no mark moves. */
async function removeOutlived(query: Query, nowMs: number): Promise<void> {
  const outlived = query
    .selectFrom("verdict")
    .select("domain")
    .where("expires_at", "<", nowMs - keptAfterExpiryMs)
    .limit(removedPerSave);
  await query.deleteFrom("verdict").where("domain", "in", outlived).execute();
}
