/** Stores that an older mxseal has made, and how refresh finds its way in a large one. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import Sqlite from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import type { Query } from "../../src/store/database.ts";
import type { StoreSchema } from "../../src/store/schema.ts";
import { firstTables } from "../../src/store/sqlite/migrations/0001-first-tables.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { countStale, readStale } from "../../src/store/stale-verdicts.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { tempDirectory } from "../support/temp-directory.ts";
import { readAll, sealMessage } from "./sample-message.ts";

/** As version 1 left it: its tables, its pragmas, and rows as it wrote them. */
function writeVersion1(path: string): void {
  const sqlite = new Sqlite(path);
  sqlite.pragma("auto_vacuum = incremental");
  sqlite.pragma("journal_mode = wal");
  sqlite.exec(firstTables);
  sqlite.pragma("user_version = 1");
  sqlite.pragma("application_id = 0x6d78736c");
  const insert = sqlite.prepare(
    "insert into verdict values (@domain, @status, @body, 1000000, 2000000, 3000000, @used, @mark)",
  );
  const verdict = provenVerdict("known.example");
  const body = JSON.stringify(verdict);
  insert.run({ domain: "known.example", status: "proven", body, used: 5, mark: 1 });
  insert.run({ domain: "forgotten.example", status: null, body: null, used: null, mark: 2 });
  sqlite.exec("update change_mark set mark = 2 where area = 'verdicts'");
  sqlite.exec(`insert into rule values
    (7, 'default', '', 'seal', 'may', 'the usual', 'root', 1000, null)`);
  sqlite.exec("insert into blob values (1, 1000), (2, 1000)");
  sqlite.exec(`insert into sealed_message values
    ('OLDOPEN1', 'l1', 'a@own.example', 'b@far.example', null, 3, 1, x'01', x'02', 1, 3, 1000, 9000000000, null, null),
    ('OLDLOCK1', 'l2', 'a@own.example', 'b@far.example', null, 3, 1, x'01', x'02', 2, 20, 1000, 9000000000, 5000, null)`);
  sqlite.exec("insert into held_mail values ('A1', 'bob@known.example', 'known.example', 9)");
  sqlite.close();
}

describe("a store of schema version 1", () => {
  it("keeps all it holds and can do what the new version can", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    writeVersion1(path);
    await using store = await openStore(path);
    const verdict = provenVerdict("known.example");
    assert.deepEqual(await store.verdicts.list({}), [verdict]);
    assert.equal((await store.rules.list())[0]?.reason, "the usual");
    assert.equal((await store.held.list(10))[0]?.queueId, "A1");
    assert.equal((await store.marks()).verdicts, 2);
    const changes = await store.verdicts.changesSince(0, 10);
    assert.deepEqual(
      changes.map(({ domain, verdict: known }) => [domain, known?.status]),
      [
        ["known.example", "proven"],
        ["forgotten.example", undefined],
      ],
    );
    assert.equal(await store.verdicts.countStale({ dueAt: 2_000_000, usedSince: 5 }), 1);
    assert.deepEqual(await store.verdicts.history(verdict.domain), []);

    const from = { status: "proven", assurance: "mx-name" } as const;
    const to = { status: "failed", assurance: "none" } as const;
    const turn = { domain: verdict.domain, turnedAt: 8, from, to, isDowngrade: true, reason: "" };
    await store.verdicts.save(failedVerdict("known.example"), turn);
    assert.deepEqual(await store.verdicts.downgrades(10), [turn]);
    const policy = { domain: domainOf("known.example"), policy: undefined, failure: undefined };
    await store.stsPolicies.save(policy);
    assert.deepEqual(await store.stsPolicies.find(policy.domain), policy);
    const lease = { name: "task", holder: "h", note: "n", startedAt: 1, until: 2 };
    assert.equal((await store.leases.take(lease, 1)).kind, "taken");
    assert.equal((await store.manage.findById("OLDOPEN1"))?.wrongCodesInAll, 3);
    const locked = await store.manage.findById("OLDLOCK1");
    assert.equal(locked?.manage, null);
    assert.equal(locked.lockedUntil, 5000 + 86_400_000);
    await sealMessage(store, "m1");
    assert.equal((await readAll(store, "m1")).length, 3);
  });

  it("is migrated once when several open it at the same time", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    writeVersion1(path);
    const stores = await Promise.all([1, 2, 3].map(() => openStore(path)));
    for (const store of stores) {
      assert.equal((await store.verdicts.list({})).length, 1);
      await store[Symbol.asyncDispose]();
    }
    const sqlite = new Sqlite(path);
    assert.equal(sqlite.pragma("user_version", { simple: true }), 13);
    assert.equal(sqlite.pragma("integrity_check", { simple: true }), "ok");
    sqlite.close();
  });
});

describe("what refresh asks of a large store", () => {
  const last = { domain: domainOf("d.example"), checkedAt: 5, refreshAfter: 5 };
  const questions: Readonly<Record<string, (query: Query) => Promise<unknown>>> = {
    "what is due": (query) => readStale(query, { dueAt: 9 }, 500, last),
    "what is due and used": (query) => readStale(query, { dueAt: 9, usedSince: 3 }, 500, last),
    "what was not checked since": (query) => readStale(query, { checkedBefore: 9 }, 500, last),
    "how much is due": (query) => countStale(query, { dueAt: 9, usedSince: 3 }),
    "how much was not checked since": (query) => countStale(query, { checkedBefore: 9 }),
  };

  it("is answered from an index alone, without the verdicts themselves", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await (await openStore(path))[Symbol.asyncDispose]();
    const sqlite = new Sqlite(path, { readonly: true });
    const asked: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
    const kysely = new Kysely<StoreSchema>({
      dialect: new SqliteDialect({ database: sqlite }),
      log: ({ query }) => void asked.push(query),
    });
    for (const [question, ask] of Object.entries(questions)) {
      await ask(kysely);
      const [query, ...others] = asked.splice(0);
      assert.deepEqual(others, []);
      const plan = sqlite.prepare(`explain query plan ${query?.sql}`);
      const steps = plan.all(...(query?.parameters ?? [])) as { readonly detail: string }[];
      const details = steps.map(({ detail }) => detail);
      assert.equal(details.length, 1, `${question}: ${details.join("; ")}`);
      assert.match(details[0] ?? "", /^SEARCH verdict USING COVERING INDEX/, question);
    }
    await kysely.destroy();
  });
});
