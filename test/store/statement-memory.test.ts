import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Sqlite from "better-sqlite3";
import { StatementMemory } from "../../src/store/sqlite/statement-memory.ts";

function counting() {
  const sqlite = new Sqlite(":memory:");
  sqlite.exec("create table number (value integer)");
  let prepared = 0;
  const memory = new StatementMemory({
    prepare: (sql) => {
      prepared += 1;
      return sqlite.prepare(sql);
    },
    close: () => sqlite.close(),
  });
  return { sqlite, memory, prepared: () => prepared };
}

describe("the memory of prepared statements", () => {
  it("prepares a text once, and each run has its own values", () => {
    const { memory, prepared } = counting();
    for (const value of [1, 2, 3]) {
      memory.prepare("insert into number values (?)").run([value]);
    }
    const rows = memory.prepare("select value from number").all([]);
    assert.deepEqual(rows, [{ value: 1 }, { value: 2 }, { value: 3 }]);
    assert.equal(prepared(), 2);
    memory.close();
  });

  it("sees the tables as they are now", () => {
    const { sqlite, memory } = counting();
    memory.prepare("select * from number").all([]);
    sqlite.exec("alter table number add column name text default 'x'");
    sqlite.exec("insert into number (value) values (7)");
    assert.deepEqual(memory.prepare("select * from number").all([]), [{ value: 7, name: "x" }]);
    memory.close();
  });

  it("keeps a bounded number, those that were used last, and no long ones", () => {
    const { memory, prepared } = counting();
    const often = "select 'often'";
    for (let number = 0; number < 1000; number += 1) {
      memory.prepare(`select ${number}`);
      memory.prepare(often);
    }
    assert.equal(prepared(), 1001);
    memory.prepare("select 0");
    assert.equal(prepared(), 1002);
    const long = `select ${Array.from({ length: 1000 }, () => "1").join(",")}, 2`;
    memory.prepare(long);
    memory.prepare(long);
    assert.equal(prepared(), 1004);
    memory.close();
  });
});
