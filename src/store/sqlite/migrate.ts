/**
 * Brings a database to this version's tables, one transaction per numbered migration. The number
 * of the last one is SQLite's `user_version`; `application_id` says that the file is a store of
 * ours. Any number of processes may do this at once: each looks again under the write lock.
 */
import type Sqlite from "better-sqlite3";
import { MxsealError } from "../../base/errors.ts";
import { firstTables } from "./migrations/0001-first-tables.ts";
import { verdictEngineTables } from "./migrations/0002-verdict-engine.ts";
import { sealOptionTables } from "./migrations/0003-seal-options.ts";
import { manageTables } from "./migrations/0004-manage.ts";
import { replyTables } from "./migrations/0005-replies.ts";
import { smsTables } from "./migrations/0006-sms.ts";
import { rememberedCodeTables } from "./migrations/0007-remembered-codes.ts";
import { networkAttemptTables } from "./migrations/0008-network-attempts.ts";
import { tombstoneTables } from "./migrations/0009-tombstones.ts";
import { replyAttachmentTables } from "./migrations/0010-reply-attachments.ts";
import { codeGuessTables } from "./migrations/0011-code-guesses.ts";
import { keyMarkTables } from "./migrations/0012-key-marks.ts";
import { sweepMarkTable } from "./migrations/0013-sweep-mark.ts";

const migrations: readonly string[] = [
  firstTables,
  verdictEngineTables,
  sealOptionTables,
  manageTables,
  replyTables,
  smsTables,
  rememberedCodeTables,
  networkAttemptTables,
  tombstoneTables,
  replyAttachmentTables,
  codeGuessTables,
  keyMarkTables,
  sweepMarkTable,
];
/** "mxsl" */
const applicationId = 0x6d78736c;

export function migrate(sqlite: Sqlite.Database, path: string): void {
  if (sqlite.pragma("user_version", { simple: true }) === migrations.length) {
    return requireOurs(sqlite, path);
  }
  // Both can only be set before there are tables, and outside of a transaction.
  sqlite.pragma("auto_vacuum = incremental");
  sqlite.transaction(() => migrateLocked(sqlite, path)).immediate();
}

function migrateLocked(sqlite: Sqlite.Database, path: string): void {
  requireOurs(sqlite, path);
  const version = sqlite.pragma("user_version", { simple: true }) as number;
  if (version > migrations.length) {
    throw new MxsealError(
      "MXSEAL_STORE_TOO_NEW",
      `the store ${path} has schema version ${version}, this mxseal knows ${migrations.length}`,
    );
  }
  for (const statements of migrations.slice(version)) sqlite.exec(statements);
  sqlite.pragma(`user_version = ${migrations.length}`);
  sqlite.pragma(`application_id = ${applicationId}`);
}

function requireOurs(sqlite: Sqlite.Database, path: string): void {
  const id = sqlite.pragma("application_id", { simple: true });
  const tables = sqlite.prepare("select count(*) from sqlite_schema").pluck().get();
  if (id === applicationId || (id === 0 && tables === 0)) return;
  throw new MxsealError(
    "MXSEAL_STORE_UNUSABLE",
    `the database ${path} is not a store of mxseal; name another file in \`store.path\``,
  );
}
