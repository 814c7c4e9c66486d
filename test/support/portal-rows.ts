/** Everything that stands in a store's file, to see whether something has changed. */
import Database from "better-sqlite3";

export type StoreRows = Readonly<Record<string, readonly unknown[]>>;

/** Every row of every table, by the table's name. */
export function rowsOf(storePath: string): StoreRows {
  const database = new Database(storePath, { readonly: true });
  try {
    const tables = database
      .prepare<[], { readonly name: string }>(
        "select name from sqlite_master where type = 'table' order by name",
      )
      .all();
    return Object.fromEntries(
      tables.map(({ name }) => [name, database.prepare(`select * from "${name}"`).all()]),
    );
  } finally {
    database.close();
  }
}
