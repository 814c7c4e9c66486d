/** Several processes on one SQLite file, and what a killed one leaves behind. */
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { describe, it } from "node:test";
import Sqlite from "better-sqlite3";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { tempDirectory } from "../support/temp-directory.ts";
import { chunkOf, readAll, sealMessage } from "./sample-message.ts";

type Child = ChildProcessByStdio<Writable, Readable, null>;

function start(script: string, ...parameters: readonly string[]): Child {
  const file = join(import.meta.dirname, script);
  return spawn(process.execPath, [file, ...parameters], { stdio: ["pipe", "pipe", "inherit"] });
}

interface Guessing {
  readonly firstNetwork: number;
  readonly networks: number;
  readonly guesses: number;
  readonly perNetwork: number;
}

/** Runs one process per plan, all guessing at the same moment; returns every outcome. */
async function guessTogether(path: string, plans: readonly Guessing[]): Promise<readonly string[]> {
  const guessers = plans.map((plan) => {
    const { firstNetwork, networks, guesses, perNetwork } = plan;
    const numbers = [firstNetwork, networks, guesses, perNetwork].map(String);
    const child = start("attempt-guesser.ts", path, ...numbers);
    return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
  });
  for (const { lines } of guessers) assert.equal((await lines.next()).value, "ready");
  for (const { child } of guessers) child.stdin.write("go\n");
  const outcomes: string[] = [];
  for (const { lines } of guessers) {
    outcomes.push(...(JSON.parse((await lines.next()).value ?? "") as string[]));
  }
  for (const { child } of guessers) if (child.exitCode === null) await once(child, "exit");
  return outcomes;
}

function tally(outcomes: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

describe("guesses of several processes at one message", () => {
  it("count exactly up to the message's limit", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using store = await openStore(path);
    await sealMessage(store, "m1");
    const plans = [0, 100, 200, 300, 400].map((firstNetwork) => {
      return { firstNetwork, networks: 10, guesses: 10, perNetwork: 5 };
    });
    assert.deepEqual(tally(await guessTogether(path, plans)), { counted: 20, locked: 30 });
    assert.equal((await store.sealed.findByLookupId("lookup-m1"))?.lockedAt, 5000);
  });

  it("count exactly up to the limit of the network they come from", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using store = await openStore(path);
    await sealMessage(store, "m1");
    const plan = { firstNetwork: 0, networks: 1, guesses: 10, perNetwork: 5 };
    const outcomes = tally(await guessTogether(path, [plan, plan, plan, plan, plan]));
    assert.deepEqual(outcomes, { counted: 5, "network-paused": 45 });
  });
});

describe("a lease that several processes want", () => {
  it("is never given to two of them for the same time", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using store = await openStore(path);
    const rounds = 200;
    const takers = ["a", "b", "c", "d"].map((holder) => {
      const child = start("lease-taker.ts", path, holder, String(rounds));
      return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
    });
    for (const { lines } of takers) assert.equal((await lines.next()).value, "ready");
    for (const { child } of takers) child.stdin.write("go\n");
    const taken: number[] = [];
    for (const { lines } of takers) {
      taken.push(...(JSON.parse((await lines.next()).value ?? "") as number[]));
    }
    // A taker that lags behind finds the leases of later rounds, and gets none.
    assert.equal(new Set(taken).size, taken.length, "one instant, two holders");
    assert.ok(taken.includes(rounds - 1));
    for (const { child } of takers) if (child.exitCode === null) await once(child, "exit");
    const next = { name: "task", holder: "last", note: "", startedAt: rounds, until: rounds + 1 };
    assert.equal((await store.leases.take(next, rounds)).kind, "taken");
  });
});

describe("verdicts that several processes revise at once", () => {
  it("turn once: each process sees what the others made of the domain", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using store = await openStore(path);
    const verdict = provenVerdict("far.example");
    await store.verdicts.save(verdict);
    const recorders = [0, 1, 2, 3].map(() => {
      const child = start("verdict-recorder.ts", path);
      return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
    });
    for (const { lines } of recorders) assert.equal((await lines.next()).value, "ready");
    for (const { child } of recorders) child.stdin.write("go\n");
    let turns = 0;
    for (const { lines } of recorders) turns += Number((await lines.next()).value);
    for (const { child } of recorders) if (child.exitCode === null) await once(child, "exit");
    assert.equal(turns, 1);
    assert.equal((await store.verdicts.history(verdict.domain)).length, 1);
  });
});

describe("a writer killed at any moment", () => {
  /** Starts a writer, kills it when it says `word` for the `count`th time; returns what it said. */
  async function killAt(path: string, prefix: string, word: string, count: number) {
    const child = start("restless-writer.ts", path, prefix);
    const said: string[] = [];
    let seen = 0;
    for await (const line of createInterface(child.stdout)) {
      said.push(line);
      if (line.startsWith(word)) seen += 1;
      if (seen === count) child.kill("SIGKILL");
    }
    return said.filter((line) => line.startsWith("committed ")).map((line) => line.slice(10));
  }

  it("leaves every acknowledged message whole and no message in part", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    const committed: string[] = [];
    for (const [round, word] of ["filled", "committed", "filled", "filled"].entries()) {
      committed.push(...(await killAt(path, `r${round}`, word, 4 + 3 * round)));
    }
    assert.ok(committed.length >= 20, `only ${committed.length} messages`);

    await using store = await openStore(path);
    for (const id of committed) {
      assert.deepEqual(
        await readAll(store, id),
        [0, 1, 2].map((index) => chunkOf(id, index)),
      );
    }
    using sqlite = closing(new Sqlite(path));
    const one = (query: string) => sqlite.database.prepare(query).pluck().get();
    assert.equal(one("pragma integrity_check"), "ok");
    const messages = Number(one("select count(*) from sealed_message"));
    assert.equal(await store.codeJobs.count(), messages);
    assert.ok(messages - committed.length <= 4, "at most one unacknowledged message per kill");
    await store.sealed.sweep(1000 + 7_200_000, 1000);
    assert.equal(one("select count(*) from blob"), messages);
    assert.equal(one("select count(*) from chunk"), 3 * messages);
  });
});

describe("a store that several processes open", () => {
  it("is made once when all come first", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    const plan = { firstNetwork: 0, networks: 1, guesses: 1, perNetwork: 5 };
    const outcomes = await guessTogether(path, [plan, plan, plan, plan]);
    assert.deepEqual(tally(outcomes), { gone: 4 });
  });

  it("reads on while another process writes, and says when it cannot write itself", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using store = await openStore(path, { lockWaitMs: 50 });
    await store.verdicts.save(failedVerdict("a.example"));
    using other = closing(new Sqlite(path));
    other.database.exec("begin immediate");
    assert.equal((await store.verdicts.list({})).length, 1);
    await assert.rejects(store.verdicts.save(failedVerdict("b.example")), {
      code: "MXSEAL_STORE_UNUSABLE",
      message: /is locked by another process/,
    });
    other.database.exec("rollback");
    await store.verdicts.save(failedVerdict("b.example"));
    assert.equal((await store.verdicts.list({})).length, 2);
  });

  it("waits for the lock without stopping the rest of the process", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using store = await openStore(path, { lockWaitMs: 60_000 });
    using other = closing(new Sqlite(path));
    other.database.exec("begin immediate");
    const saved = store.verdicts.save(failedVerdict("a.example"));
    // A timer that fires is the proof: it could not, were the thread blocked until the lock is free.
    setTimeout(() => other.database.exec("rollback"), 1);
    await saved;
    assert.equal((await store.verdicts.list({})).length, 1);
  });
});

function closing(database: Sqlite.Database) {
  return { database, [Symbol.dispose]: () => database.close() };
}
