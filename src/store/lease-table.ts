/**
 * Tasks that one process at a time may do. Taking, renewing and giving back are one statement or
 * one transaction each, so that of two who try only one succeeds.
 */
import type { Database } from "./database.ts";
import type { Lease, LeaseOutcome, LeaseStore } from "./lease-store.ts";

export class LeaseTable implements LeaseStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  take(lease: Lease, nowMs: number): Promise<LeaseOutcome> {
    return this.#database.write("cached", async (query) => {
      const row = await query
        .selectFrom("lease")
        .selectAll()
        .where("name", "=", lease.name)
        .executeTakeFirst();
      const known = row && toLease(row);
      if (known !== undefined && known.until > nowMs && known.holder !== lease.holder) {
        return { kind: "held", by: known };
      }
      const { holder, note, startedAt, until } = lease;
      const values = { holder, note, started_at: startedAt, until };
      await query
        .insertInto("lease")
        .values({ name: lease.name, ...values })
        .onConflict((conflict) => conflict.column("name").doUpdateSet(values))
        .execute();
      return { kind: "taken", interrupted: known };
    });
  }

  renew(name: string, holder: string, until: number): Promise<boolean> {
    return this.#database.write("cached", async (query) => {
      const { numUpdatedRows } = await query
        .updateTable("lease")
        .set({ until })
        .where("name", "=", name)
        .where("holder", "=", holder)
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows) > 0;
    });
  }

  release(name: string, holder: string): Promise<void> {
    return this.#database.write("cached", async (query) => {
      await query
        .deleteFrom("lease")
        .where("name", "=", name)
        .where("holder", "=", holder)
        .execute();
    });
  }
}

interface LeaseRow {
  readonly name: string;
  readonly holder: string;
  readonly note: string;
  readonly started_at: number;
  readonly until: number;
}

function toLease({ name, holder, note, started_at: startedAt, until }: LeaseRow): Lease {
  return { name, holder, note, startedAt, until };
}
