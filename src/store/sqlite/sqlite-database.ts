/**
 * One connection to a SQLite file. Kysely hands it to one piece of work at a time; the driver is
 * synchronous, so that work which awaits only its queries holds the write lock for less than a
 * turn of the event loop. Several processes use the file at once (write-ahead log). When another
 * file takes its place, as after restoring a backup, that one is opened; while there is none,
 * nothing works.
 */
import Sqlite from "better-sqlite3";
import { Kysely } from "kysely";
import { MxsealError } from "../../base/errors.ts";
import type { Database, Durability, Query } from "../database.ts";
import type { StoreSchema } from "../schema.ts";
import type { StoreRights } from "../store-rights.ts";
import { retryWhileBusy } from "./busy-retry.ts";
import { FileIdentity } from "./file-identity.ts";
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

interface Connection {
  readonly sqlite: Sqlite.Database;
  readonly kysely: Kysely<StoreSchema>;
  readonly file: FileIdentity;
  /** The write-ahead log, which holds pages of that file alone. */
  readonly log: FileIdentity;
}

/** The work was done in a file that is none of ours any more, and undone. */
class FileReplaced extends Error {}

export class SqliteDatabase implements Database {
  readonly #path: string;
  readonly #lockWaitMs: number;
  readonly #rights: StoreRights | undefined;
  #connection: Connection;
  #closed: Promise<unknown> = Promise.resolve();

  private constructor(path: string, lockWaitMs: number, rights: StoreRights | undefined) {
    this.#path = path;
    this.#lockWaitMs = lockWaitMs;
    this.#rights = rights;
    this.#connection = connect(path, rights);
  }

  /** The file exists. Waits at most `lockWaitMs` for other processes, here and in each method. */
  static async open(
    path: string,
    lockWaitMs: number,
    rights?: StoreRights,
  ): Promise<SqliteDatabase> {
    try {
      return await retryWhileBusy(
        lockWaitMs,
        async () => new SqliteDatabase(path, lockWaitMs, rights),
      );
    } catch (error) {
      throw toStoreError(error, path);
    }
  }

  read<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#run(({ kysely }) => kysely.connection().execute(work));
  }

  write<T>(durability: Durability, work: (query: Query) => Promise<T>): Promise<T> {
    return this.#run(({ kysely, sqlite, file }) =>
      kysely.connection().execute((connection) => {
        sqlite.pragma(`synchronous = ${synchronousOf[durability]}`);
        return connection.transaction().execute(async (query) => {
          const result = await work(query);
          if (!file.isInPlace()) throw new FileReplaced("the store's file was replaced");
          return result;
        });
      }),
    );
  }

  /** Deleted pages are zeros already (`secure_delete`); the log still has them as they were. */
  compact(): Promise<void> {
    return this.#run(({ kysely, sqlite }) =>
      kysely.connection().execute(async () => {
        sqlite.pragma(`incremental_vacuum(${pagesPerVacuum})`);
        sqlite.pragma("wal_checkpoint(truncate)");
      }),
    );
  }

  /** Waits for the work under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closed;
    await close(this.#connection);
  }

  async #run<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      return await retryWhileBusy(this.#lockWaitMs, async () => {
        try {
          return await work(this.#current());
        } catch (error) {
          if (!(error instanceof FileReplaced)) throw error;
          return await work(this.#current());
        }
      });
    } catch (error) {
      if (error instanceof FileReplaced) throw replacedAgain(this.#path);
      throw toStoreError(error, this.#path);
    }
  }

  /** To the file that is there now. Not asynchronous: what was begun before is closed after it. */
  #current(): Connection {
    const known = this.#connection;
    if (known.file.isInPlace()) return known;
    // Another file would be given the pages of the one before, and be damaged for good.
    if (known.log.isInPlace()) throw foreignLog(this.#path);
    this.#connection = connect(this.#path, this.#rights);
    this.#closed = Promise.all([this.#closed, close(known)]);
    return this.#connection;
  }
}

/** After the work that waits for it. */
async function close({ kysely }: Connection): Promise<void> {
  await kysely.connection().execute(async () => undefined);
  await kysely.destroy();
}

function connect(path: string, rights: StoreRights | undefined): Connection {
  // First: a file that takes the place in between is noticed by the next look.
  const file = new FileIdentity(path);
  const sqlite = new Sqlite(path, { fileMustExist: true, timeout: blockingWaitMs });
  try {
    sqlite.pragma("foreign_keys = on");
    sqlite.pragma("secure_delete = on");
    migrate(sqlite, path);
    if (sqlite.pragma("journal_mode = wal", { simple: true }) !== "wal") throw noLog(path);
    if (rights !== undefined) refuseWrites(sqlite, rights);
    const statements = rights && new PlainStatements(sqlite);
    const dialect = new ImmediateSqliteDialect(sqlite, statements);
    const kysely = new Kysely<StoreSchema>({ dialect });
    // In a new store the first to read makes the log.
    sqlite.prepare("select count(*) from sqlite_schema").get();
    return { sqlite, kysely, file, log: new FileIdentity(`${path}-wal`) };
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

function replacedAgain(path: string): MxsealError {
  return new MxsealError(
    "MXSEAL_STORE_UNUSABLE",
    `the store ${path} is being replaced; nothing was written to it`,
  );
}

function foreignLog(path: string): MxsealError {
  return new MxsealError(
    "MXSEAL_STORE_UNUSABLE",
    `the store ${path} was moved or replaced, but ${path}-wal belongs to the file before: put ` +
      "that back, or stop mxseal and take the files ending in -wal and -shm away",
  );
}
