/**
 * Holds one connection to the rights of `store-rights.ts`: SQLite knows no users, but a temporary
 * trigger belongs to the connection that makes it, and can refuse a write before it happens. What is
 * refused is a bug (SQLITE_CONSTRAINT_TRIGGER), not trouble of the store, and ends as such.
 *
 * Limits: tables are looked up once, after the migrations. Changes of the schema itself are refused
 * by `plain-statements.ts`; a statement that is prepared, as all of ours are, cannot be followed by a
 * second one.
 */
import type Sqlite from "better-sqlite3";
import type { StoreRights, TableRights } from "../store-rights.ts";

export function refuseWrites(sqlite: Sqlite.Database, rights: StoreRights): void {
  sqlite.pragma("temp_store = memory");
  // Else a row that gives way to another one (`or replace`) is deleted past the triggers.
  sqlite.pragma("recursive_triggers = on");
  const granted: Readonly<Record<string, TableRights>> = rights;
  for (const table of names(sqlite, tablesQuery)) {
    const columns = names(sqlite, columnsQuery, table);
    for (const event of refusedEvents(granted[table] ?? {}, columns)) {
      const place = `${event} on main."${table}"`;
      sqlite.exec(
        `create temp trigger "refuse ${event.replaceAll('"', "")} of ${table}" before ${place} ` +
          `begin select raise(abort, 'this process may not write that to ${table}'); end`,
      );
    }
  }
}

const tablesQuery =
  "select name from main.sqlite_schema where type = 'table' and name not like 'sqlite@_%' escape '@'";
const columnsQuery = "select name from pragma_table_info(?, 'main')";

function names(sqlite: Sqlite.Database, query: string, ...values: string[]): readonly string[] {
  return sqlite
    .prepare<string[], string>(query)
    .pluck()
    .all(...values);
}

/** As a trigger spells them. */
function refusedEvents(granted: TableRights, columns: readonly string[]): readonly string[] {
  const { update = [] } = granted;
  const kept = update === true ? [] : columns.filter((column) => !update.includes(column));
  return [
    ...(granted.insert === true ? [] : ["insert"]),
    ...(kept.length === 0 ? [] : [`update of ${kept.map((column) => `"${column}"`).join(", ")}`]),
    ...(granted.delete === true ? [] : ["delete"]),
  ];
}
