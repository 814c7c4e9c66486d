/**
 * What a connection with limited rights may say at all: read and change rows, within transactions.
 * The triggers of `refuse-writes.ts` know the tables of the store and no more, and whoever may say
 * anything drops them, or attaches the same file once more under another name.
 *
 * Limits: reads the text, not the grammar. Values never stand in it, so that nothing of ours looks
 * like what is refused.
 */
import type { SqliteDatabase, SqliteStatement } from "kysely";

const plain =
  /^(?:select|insert into|update|delete from|with|begin(?: immediate)?$|commit$|rollback$)\b/;
/** Conflicts that delete other rows; tables of SQLite itself; a row's number beside its columns. */
const special = /\bor\s+replace\b|\bsqlite_|\b(?:_?rowid_?|oid)\b/;

export class PlainStatements implements SqliteDatabase {
  readonly #sqlite: SqliteDatabase;

  constructor(sqlite: SqliteDatabase) {
    this.#sqlite = sqlite;
  }

  /** Throws a plain error for anything else: it is a bug. */
  prepare(sql: string): SqliteStatement {
    const text = sql.toLowerCase();
    if (!plain.test(text) || special.test(text)) {
      throw new Error("this process may only read and change rows of the store");
    }
    return this.#sqlite.prepare(sql);
  }

  close(): void {
    this.#sqlite.close();
  }
}
