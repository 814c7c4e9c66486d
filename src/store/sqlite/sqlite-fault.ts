/**
 * SQLite's result codes (https://www.sqlite.org/rescode.html) in words for an operator. A broken
 * constraint or a misused interface is a bug of ours and stays what it is.
 */
import Sqlite from "better-sqlite3";
import { MxsealError } from "../../base/errors.ts";

const explanations: readonly (readonly [string, string])[] = [
  ["SQLITE_FULL", "has no space left on its disk"],
  ["SQLITE_READONLY", "cannot be written"],
  ["SQLITE_PERM", "cannot be written"],
  ["SQLITE_CANTOPEN", "cannot be opened"],
  ["SQLITE_NOTADB", "is damaged or no database: restore it from a backup or move it away"],
  ["SQLITE_CORRUPT", "is damaged: restore it from a backup or move it away"],
  ["SQLITE_ERROR", "does not hold the tables it should: restore it from a backup"],
  ["SQLITE_SCHEMA", "is being changed by another program"],
  ["SQLITE_BUSY", "is locked by another process"],
  ["SQLITE_LOCKED", "is locked by another process"],
  ["SQLITE_PROTOCOL", "is locked by another process"],
  ["SQLITE_IOERR", "cannot be read or written"],
  ["SQLITE_NOLFS", "is too large for its file system"],
  ["SQLITE_TOOBIG", "holds a value that is too large"],
  ["SQLITE_NOMEM", "cannot be read for want of memory"],
];

/** What to throw for `error`: a fault of the database names its file, all else is left alone. */
export function toStoreError(error: unknown, path: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  const [, explanation] = explanations.find(([prefix]) => error.code.startsWith(prefix)) ?? [];
  if (explanation === undefined) return error;
  return new MxsealError(
    "MXSEAL_STORE_UNUSABLE",
    `the store ${path} ${explanation} (${error.code}: ${error.message})`,
    { cause: error },
  );
}

/** Another connection holds the lock; the same work may succeed in a moment. */
export function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY");
}
