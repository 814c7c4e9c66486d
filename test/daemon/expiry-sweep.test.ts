import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { expirySweep } from "../../src/daemon/expiry-sweep.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const messages = 1000;
const writer = fileURLToPath(new URL("../store/restless-writer.ts", import.meta.url));

/** All at once; one by one would take minutes. */
function fillWithExpired(path: string): void {
  const sqlite = new Sqlite(path);
  const numbers = `with recursive number (n) as
    (select 1 union all select n + 1 from number where n < ${messages})`;
  sqlite.exec(`begin;
    ${numbers} insert into blob (id, created_at) select n, 1000 from number;
    ${numbers} insert into chunk (blob_id, position, bytes) select n, 0, randomblob(2000) from number;
    ${numbers} insert into sealed_message (id, lookup_id, sender, recipient, size_bytes, chunk_count,
        salt, wrapped_key, blob_id, created_at, expires_at)
      select 'X' || n, 'x' || n, 'a@own.example', 'b@far.example', 2000, 1, x'01', x'02', n, 1000, 5000
      from number;
    commit`);
  sqlite.close();
}

async function setUp() {
  const directory = await tempDirectory();
  const path = join(directory.path, "store.db");
  const store = await openStore(path);
  fillWithExpired(path);
  const log = new RecordingLog();
  const stop = new AbortController();
  const clock = new FixedClock(6000);
  return {
    path,
    store,
    log,
    clock,
    stop,
    sweep: expirySweep({ store, clock, log, signal: stop.signal }),
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

describe("the sweep of expired messages", () => {
  // It deleted twenty a minute: a day's newsletter took hours to go.
  it("deletes a thousand in one go while another process writes and this one works", async () => {
    await using world = await setUp();
    const child = spawn(process.execPath, [writer, world.path, "new"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let committed = 0;
    const lines = createInterface(child.stdout);
    lines.on("line", (line) => {
      if (line.startsWith("committed ")) committed += 1;
    });
    await once(lines, "line");
    let turns = 0;
    let isSweeping = true;
    const turn = (): void => {
      turns += 1;
      if (isSweeping) setImmediate(turn);
    };
    setImmediate(turn);
    const before = committed;
    await world.sweep();
    isSweeping = false;
    const during = committed - before;
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(world.log.at("info")[0]?.fields["count"], messages);
    const expired = await world.store.manage.list({ state: "expired" }, 6000, { limit: 9999 });
    assert.equal(expired.length, messages);
    assert.ok(expired.every(({ chunkCount }) => chunkCount === 0));
    // A turn for each message, and a message sealed elsewhere for each hundred that went.
    assert.ok(turns >= messages, `${turns} turns of the event loop`);
    assert.ok(during >= messages / 100, `${during} messages sealed meanwhile`);
  });

  it("stops between two steps when its role ends", async () => {
    await using world = await setUp();
    const { store, clock, log, stop } = world;
    const sealed = {
      sweepMark: () => store.sealed.sweepMark(),
      noteDoubt: (doubtedAt: number) => store.sealed.noteDoubt(doubtedAt),
      sweep: (nowMs: number, limit: number) => {
        stop.abort();
        return store.sealed.sweep(nowMs, limit);
      },
    };
    await expirySweep({ store: { sealed }, clock, log, signal: stop.signal })();
    const left = await world.store.sealed.count();
    assert.equal(left, messages - 20);
  });

  it("deletes nothing while the clock cannot be trusted", async () => {
    await using world = await setUp();
    world.clock.advance(3 * 3_600_000);
    await world.sweep();
    assert.equal(await world.store.sealed.count(), messages);
    assert.match(world.log.at("error")[0]?.text ?? "", /the clock jumped ahead/);
  });

  // A restart while the clock was wrong, or a wrong one at the start, deleted all there was.
  it("deletes nothing for a day in a process that finds the last deletion long ago", async () => {
    await using world = await setUp();
    await world.store.sealed.sweep(6000, 0);
    const dayMs = 24 * 3_600_000;
    const { store, log, stop } = world;
    const started = (nowMs: number) =>
      expirySweep({ store, log, signal: stop.signal, clock: new FixedClock(nowMs) });
    await started(6000 + dayMs + 1)();
    assert.equal(await store.sealed.count(), messages);
    assert.match(log.at("error")[0]?.text ?? "", /see that the clock is right/);
    await started(6000 + dayMs)();
    assert.equal(await store.sealed.count(), 0);
  });

  // It would have begun anew each morning.
  it("deletes after a day of doubt, also on a machine that is off at night", async () => {
    await using world = await setUp();
    const { store, log, stop } = world;
    const hourMs = 3_600_000;
    await store.sealed.sweep(6000, 0);
    const monday = 6000 + 72 * hourMs;
    for (const [hours, left] of [
      [0, messages],
      [23, messages],
      [24, 0],
    ] as const) {
      const clock = new FixedClock(monday + hours * hourMs);
      await expirySweep({ store, log, signal: stop.signal, clock })();
      assert.equal(await store.sealed.count(), left, `${hours} h`);
    }
  });
});
