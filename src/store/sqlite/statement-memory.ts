/**
 * Prepared statements of one connection, kept by their SQL: Kysely compiles a query to the same
 * text each time, and SQLite spends as long on preparing a small statement as on running it.
 *
 * Limits: so many statements, the least used of which goes first; long ones, whose text has as many
 * placeholders as they were given values, are not kept. A statement must be read to its end before
 * the next is asked for: Kysely's `stream` would not, and is not used.
 */
import type { SqliteDatabase, SqliteStatement } from "kysely";

const maxKept = 100;
const longestKept = 2000;

export class StatementMemory implements SqliteDatabase {
  readonly #sqlite: SqliteDatabase;
  readonly #kept = new Map<string, SqliteStatement>();

  constructor(sqlite: SqliteDatabase) {
    this.#sqlite = sqlite;
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#kept.get(sql);
    const statement = known ?? this.#sqlite.prepare(sql);
    if (sql.length <= longestKept) this.#keep(sql, statement);
    return statement;
  }

  close(): void {
    this.#kept.clear();
    this.#sqlite.close();
  }

  #keep(sql: string, statement: SqliteStatement): void {
    this.#kept.delete(sql);
    this.#kept.set(sql, statement);
    if (this.#kept.size <= maxKept) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }
}
