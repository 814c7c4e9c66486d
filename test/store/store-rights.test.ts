/** Every table of a real store, and what the portal may write there. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import Sqlite from "better-sqlite3";
import { sql } from "kysely";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { refuseWrites } from "../../src/store/sqlite/refuse-writes.ts";
import { SqliteDatabase } from "../../src/store/sqlite/sqlite-database.ts";
import { portalRights, type StoreRights, type TableRights } from "../../src/store/store-rights.ts";
import { provenVerdict } from "../support/full-verdict.ts";
import { tempDirectory } from "../support/temp-directory.ts";
import { sealMessage } from "./sample-message.ts";

interface World extends AsyncDisposable {
  readonly path: string;
  /** Held to the portal's rights; foreign keys and checks are off, so that any row does. */
  readonly sqlite: Sqlite.Database;
  readonly tables: readonly string[];
  columnsOf(table: string): readonly string[];
}

const tablesQuery = "select name from main.sqlite_schema where type = 'table'";

async function openWorld(rights: StoreRights = portalRights): Promise<World> {
  const directory = await tempDirectory();
  const path = join(directory.path, "store.db");
  await (await openStore(path))[Symbol.asyncDispose]();
  const sqlite = new Sqlite(path);
  sqlite.exec("create table of_tomorrow (id integer primary key, word text)");
  sqlite.pragma("foreign_keys = off");
  sqlite.pragma("ignore_check_constraints = on");
  refuseWrites(sqlite, rights);
  const columns = sqlite.prepare<[string], string>("select name from pragma_table_info(?)").pluck();
  return {
    path,
    sqlite,
    tables: sqlite
      .prepare<[], string>(tablesQuery)
      .pluck()
      .all()
      .filter((name) => !name.startsWith("sqlite_")),
    columnsOf: (table) => columns.all(table),
    [Symbol.asyncDispose]: async () => {
      sqlite.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

const grantedTo = (table: string): TableRights =>
  (portalRights as Readonly<Record<string, TableRights>>)[table] ?? {};

/** Whether the rights stop it; what the row itself breaks comes later and does not matter. */
function isRefused({ sqlite }: World, statement: string): boolean {
  try {
    sqlite.exec(statement);
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.code === "SQLITE_CONSTRAINT_TRIGGER") {
      assert.match(error.message, /^this process may not write that to /);
      return true;
    }
    if (!(error instanceof Sqlite.SqliteError)) throw error;
    assert.match(error.code, /^SQLITE_(CONSTRAINT|MISMATCH)/);
  }
  return false;
}

/** A row without rights in the way. */
function plantRow(world: World, table: string): void {
  const other = new Sqlite(world.path);
  other.pragma("foreign_keys = off");
  other.pragma("ignore_check_constraints = on");
  const types = other
    .prepare<[string], string>("select lower(type) from pragma_table_info(?)")
    .pluck()
    .all(table);
  const values = types.map((type) => (type === "text" ? "'t'" : type === "blob" ? "x'00'" : "77"));
  other.exec(
    `insert or ignore into "${table}" (${world.columnsOf(table).join()}) values (${values.join()})`,
  );
  other.close();
}

describe("the portal's rights in the store", () => {
  it("are for tables and columns that there are", async () => {
    await using world = await openWorld();
    for (const [table, { update }] of Object.entries<TableRights>(portalRights)) {
      assert.ok(world.tables.includes(table), table);
      for (const column of update === true ? [] : (update ?? [])) {
        assert.ok(world.columnsOf(table).includes(column), `${table}.${column}`);
      }
    }
  });

  it("hold for each table, each column and each kind of write, one that is new included", async () => {
    await using world = await openWorld();
    assert.ok(world.tables.includes("of_tomorrow"));
    for (const table of world.tables) {
      plantRow(world, table);
      const { insert = false, update = [], delete: remove = false } = grantedTo(table);
      assert.equal(isRefused(world, `insert into "${table}" default values`), !insert, table);
      for (const column of world.columnsOf(table)) {
        const may = update === true || update.includes(column);
        const set = `update "${table}" set "${column}" = "${column}"`;
        assert.equal(isRefused(world, set), !may, `${table}.${column}`);
      }
      assert.equal(isRefused(world, `delete from "${table}"`), !remove, table);
    }
  });

  it("hold when a row gives way to another one", async () => {
    await using world = await openWorld();
    for (const table of world.tables) {
      plantRow(world, table);
      const { insert = false, delete: remove = false } = grantedTo(table);
      const columns = world.columnsOf(table).join();
      const again = `insert or replace into "${table}" (${columns}) select ${columns} from "${table}"`;
      assert.equal(isRefused(world, again), !(insert && remove), table);
    }
  });

  const schemaStatements = [
    "attach 'store.db' as other",
    "vacuum into 'copy.db'",
    "pragma writable_schema = on",
    'drop trigger temp."refuse insert of rule"',
    "create temp table rule (id integer)",
    "alter table rule rename to law",
    "update sqlite_sequence set seq = 9223372036854775807",
    "update remembered_code set rowid = 5",
    "update or replace remembered_code set retired_at = null",
    "replace into rule default values",
    "/* select */ drop table rule",
  ];
  for (const statement of schemaStatements) {
    it(`end before ${statement}`, async () => {
      await using directory = await tempDirectory();
      const path = join(directory.path, "store.db");
      await (await openStore(path))[Symbol.asyncDispose]();
      await using database = await SqliteDatabase.open(path, 1000, portalRights);
      await assert.rejects(
        database.read((query) => sql.raw(statement).execute(query)),
        { message: "this process may only read and change rows of the store" },
      );
    });
  }

  it("leave other connections of the same store alone, and what they delete goes with all", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using portal = await openStore(path, { rights: portalRights });
    await using other = await openStore(path);
    await sealMessage(other, "m1", { expiresAt: 5000 });
    await portal.sealed.resetAttempts("lookup-m1", 10, "n1", Buffer.from("salt"));
    await other.verdicts.save(provenVerdict("example.org"));
    assert.equal(await other.manage.purge("m1"), true);
    assert.equal(await portal.sealed.findByLookupId("lookup-m1"), undefined);
  });

  it("make a bug of what is refused, not trouble of the store", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using portal = await openStore(path, { rights: portalRights });
    await assert.rejects(portal.verdicts.save(provenVerdict("example.org")), {
      name: "SqliteError",
      code: "SQLITE_CONSTRAINT_TRIGGER",
    });
    const { domain } = provenVerdict("example.org");
    const mail = { queueId: "4XyZ", recipient: "a@example.org", domain, heldAt: 1 };
    await assert.rejects(portal.held.put(mail), { code: "SQLITE_CONSTRAINT_TRIGGER" });
  });
});
