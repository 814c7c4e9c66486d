/**
 * Kysely's dialect with transactions that take the write lock at once: one that began by reading
 * could not wait for the lock later, when another process has written meanwhile (SQLITE_BUSY).
 */
import type Sqlite from "better-sqlite3";
import {
  CompiledQuery,
  type DatabaseConnection,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from "kysely";
import { StatementMemory } from "./statement-memory.ts";

export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #sqlite: Sqlite.Database;
  readonly #statements: SqliteDatabase;

  /** `statements`: prepares them for that connection, and may refuse to. */
  constructor(sqlite: Sqlite.Database, statements: SqliteDatabase = sqlite) {
    super({ database: statements });
    this.#sqlite = sqlite;
    this.#statements = statements;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#sqlite, this.#statements);
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #sqlite: Sqlite.Database;

  constructor(sqlite: Sqlite.Database, statements: SqliteDatabase) {
    super({ database: new StatementMemory(statements) });
    this.#sqlite = sqlite;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  /** A full disk or a failed write has rolled back already; its own error must be the one heard. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#sqlite.inTransaction) await super.rollbackTransaction(connection);
  }
}
