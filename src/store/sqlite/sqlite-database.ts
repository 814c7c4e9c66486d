/**
 * One connection to a SQLite file. Kysely hands it to one piece of work at a time; the driver is
 * synchronous, so that work which awaits only its queries holds the write lock for less than a
 * turn of the event loop. Several processes use the file at once (write-ahead log).
 */
import Sqlite from "better-sqlite3";
import { Kysely } from "kysely";
import { MxsealError } from "../../base/errors.ts";
import type { Database, Durability, Query } from "../database.ts";
import type { StoreSchema } from "../schema.ts";
import type { StoreRights } from "../store-rights.ts";
import { retryWhileBusy } from "./busy-retry.ts";
import { migrate } from "./migrate.ts";
import { PlainStatements } from "./plain-statements.ts";
import { refuseWrites } from "./refuse-writes.ts";
import { ImmediateSqliteDialect } from "./sqlite-dialect.ts";
import { toStoreError } from "./sqlite-fault.ts";

/** How long SQLite itself may wait for a lock, which blocks the thread. */
const blockingWaitMs = 20;
/** With a write-ahead log, `normal` leaves the last commits to the next sync, in order. */
const synchronousOf: Readonly<Record<Durability, string>> = { durable: "full", cached: "normal" };
const pagesPerVacuum = 2000;

export class SqliteDatabase implements Database {
  readonly #path: string;
  readonly #lockWaitMs: number;
  readonly #sqlite: Sqlite.Database;
  readonly #kysely: Kysely<StoreSchema>;

  private constructor(
    path: string,
    lockWaitMs: number,
    { sqlite, statements }: { sqlite: Sqlite.Database; statements?: PlainStatements | undefined },
  ) {
    this.#path = path;
    this.#lockWaitMs = lockWaitMs;
    this.#sqlite = sqlite;
    this.#kysely = new Kysely({ dialect: new ImmediateSqliteDialect(sqlite, statements) });
  }

  /** The file exists. Waits at most `lockWaitMs` for other processes, here and in each method. */
  static async open(
    path: string,
    lockWaitMs: number,
    rights?: StoreRights,
  ): Promise<SqliteDatabase> {
    try {
      const sqlite = await retryWhileBusy(lockWaitMs, async () => connect(path, rights));
      const statements = rights && new PlainStatements(sqlite);
      return new SqliteDatabase(path, lockWaitMs, { sqlite, statements });
    } catch (error) {
      throw toStoreError(error, path);
    }
  }

  read<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#run(() => this.#kysely.connection().execute(work));
  }

  write<T>(durability: Durability, work: (query: Query) => Promise<T>): Promise<T> {
    return this.#run(() =>
      this.#kysely.connection().execute((connection) => {
        this.#sqlite.pragma(`synchronous = ${synchronousOf[durability]}`);
        return connection.transaction().execute(work);
      }),
    );
  }

  /** Deleted pages are zeros already (`secure_delete`); the log still has them as they were. */
  compact(): Promise<void> {
    return this.#run(() =>
      this.#kysely.connection().execute(async () => {
        this.#sqlite.pragma(`incremental_vacuum(${pagesPerVacuum})`);
        this.#sqlite.pragma("wal_checkpoint(truncate)");
      }),
    );
  }

  /** Waits for the work under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.read(async () => undefined);
    await this.#kysely.destroy();
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await retryWhileBusy(this.#lockWaitMs, work);
    } catch (error) {
      throw toStoreError(error, this.#path);
    }
  }
}

function connect(path: string, rights: StoreRights | undefined): Sqlite.Database {
  const sqlite = new Sqlite(path, { fileMustExist: true, timeout: blockingWaitMs });
  try {
    sqlite.pragma("foreign_keys = on");
    sqlite.pragma("secure_delete = on");
    migrate(sqlite, path);
    if (sqlite.pragma("journal_mode = wal", { simple: true }) !== "wal") throw noLog(path);
    if (rights !== undefined) refuseWrites(sqlite, rights);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function noLog(path: string): MxsealError {
  return new MxsealError(
    "MXSEAL_STORE_UNUSABLE",
    `the store ${path} cannot have a write-ahead log; put it on a local file system`,
  );
}
