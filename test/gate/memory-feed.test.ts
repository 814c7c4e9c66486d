import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { MxsealError } from "../../src/base/errors.ts";
import { DecisionMemory } from "../../src/gate/decision-memory.ts";
import { type MemoryChange, MemoryFeed } from "../../src/gate/memory-feed.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const damaged = new MxsealError("MXSEAL_STORE_UNUSABLE", "the store /x is damaged");
const forever = { checkedAt: 1, expiresAt: Number.MAX_SAFE_INTEGER };

/** The store, with a switch that makes every question fail. */
class FaultyStore {
  fault: Error | undefined;
  #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  replace(store: Store): void {
    this.#store = store;
  }

  get verdicts() {
    return this.#store.verdicts;
  }

  get rules() {
    return this.#store.rules;
  }

  async marks() {
    if (this.fault !== undefined) throw this.fault;
    return this.#store.marks();
  }
}

async function setUp() {
  const directory = await tempDirectory();
  const store = await openStore(join(directory.path, "store.db"));
  const faulty = new FaultyStore(store);
  const memory = new DecisionMemory({
    clock: systemClock,
    leastAssurance: "mx-name",
    profile: "bcp195/2022-11",
    domainClasses: { local: [], routed: [], ownRemote: [] },
  });
  const log = new RecordingLog();
  const changes: MemoryChange[] = [];
  const options = {
    store: faulty,
    memory,
    log,
    onChange: (change: MemoryChange) => void changes.push(change),
  };
  return {
    ...options,
    changes,
    store,
    faulty,
    feed: new MemoryFeed(options),
    openOther: () => openStore(join(directory.path, "store.db")),
    openReplacement: () => openStore(join(directory.path, "restored.db")),
    kindFor: (recipient: string) => memory.decide(recipient).kind,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function allow(store: Store, scope: "default") {
  return store.rules.add({
    scope: { kind: scope },
    action: "allow",
    leastTls: "may",
    reason: "because",
    author: "root",
    createdAt: 0,
    expiresAt: null,
  });
}

describe("MemoryFeed", () => {
  it("loads what the store has, in any number of pages, without telling of it", async () => {
    await using world = await setUp();
    for (let index = 0; index < 1201; index += 1) {
      await world.store.verdicts.save(failedVerdict(`d${index}.example`, forever));
    }
    await allow(world.store, "default");
    await world.feed.poll();
    assert.equal(world.kindFor("bob@d0.example"), "clear");
    assert.equal(world.kindFor("bob@d1200.example"), "clear");
    assert.deepEqual(world.changes, []);
  });

  it("takes up many changes a few at a time, so that lookups are answered between", async () => {
    await using world = await setUp();
    await world.feed.poll();
    for (let index = 0; index < 201; index += 1) {
      await world.store.verdicts.save(failedVerdict(`d${index}.example`, forever));
    }
    await world.feed.poll();
    const sizes = world.changes.map((change) =>
      change.kind === "verdicts" ? change.domains.length : 0,
    );
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      201,
    );
    assert.ok(Math.max(...sizes) <= 25, sizes.join(", "));
  });

  it("lets every call see what was stored before it, however many come at once", async () => {
    await using world = await setUp();
    const first = world.feed.poll();
    await world.store.verdicts.save(failedVerdict("late.example", forever));
    await Promise.all([world.feed.poll(), world.feed.poll(), first]);
    assert.equal(world.kindFor("bob@late.example"), "seal");
    await allow(world.store, "default");
    await world.feed.poll();
    assert.equal(world.kindFor("bob@late.example"), "clear");
  });

  it("follows what another process changes, and tells of it afterwards", async () => {
    await using world = await setUp();
    await world.feed.poll();
    await using other = await world.openOther();
    const { domain } = failedVerdict("far.example");

    await other.verdicts.save(failedVerdict("far.example", forever));
    await world.feed.poll();
    assert.equal(world.kindFor("bob@far.example"), "seal");

    const { id } = await allow(other, "default");
    await world.feed.poll();
    assert.equal(world.kindFor("bob@far.example"), "clear");

    await other.rules.remove(id);
    await other.verdicts.save(provenVerdict("far.example", forever));
    await world.feed.poll();
    assert.equal(world.kindFor("bob@far.example"), "secure");

    await other.verdicts.forget(domain);
    await world.feed.poll();
    assert.equal(world.kindFor("bob@far.example"), "wait");
    assert.deepEqual(world.changes, [
      { kind: "verdicts", domains: [domain] },
      { kind: "rules" },
      { kind: "rules" },
      { kind: "verdicts", domains: [domain] },
      { kind: "verdicts", domains: [domain] },
    ]);
  });

  it("tells nothing when nothing has changed", async () => {
    await using world = await setUp();
    await world.store.verdicts.save(failedVerdict("far.example", forever));
    await world.feed.poll();
    await world.feed.poll();
    assert.deepEqual(world.changes, []);
  });

  it("keeps the last answers while the store is in trouble, says so once, and recovers", async () => {
    await using world = await setUp();
    await world.store.verdicts.save(provenVerdict("far.example", forever));
    await world.feed.poll();
    world.faulty.fault = damaged;
    await world.store.verdicts.save(failedVerdict("far.example", forever));
    for (let count = 0; count < 5; count += 1) await world.feed.poll();
    assert.equal(world.kindFor("bob@far.example"), "secure");
    assert.equal(world.log.lines.length, 1);
    assert.match(world.log.lines[0]?.text ?? "", /the store \/x is damaged.*free space/s);

    world.faulty.fault = undefined;
    await world.feed.poll();
    await world.feed.poll();
    assert.equal(world.kindFor("bob@far.example"), "seal");
    assert.deepEqual(
      world.log.lines.map(({ level }) => level),
      ["error", "info"],
    );
  });

  it("loads later what it could not load at the start", async () => {
    await using world = await setUp();
    await world.store.verdicts.save(failedVerdict("far.example", forever));
    world.faulty.fault = damaged;
    await world.feed.poll();
    assert.equal(world.kindFor("bob@far.example"), "wait");
    world.faulty.fault = undefined;
    await world.feed.poll();
    assert.equal(world.kindFor("bob@far.example"), "seal");
  });

  it("starts again when the store was replaced by an older one", async () => {
    await using world = await setUp();
    for (const name of ["a.example", "b.example", "c.example"]) {
      await world.store.verdicts.save(provenVerdict(name, forever));
    }
    await world.feed.poll();
    await using restored = await world.openReplacement();
    await restored.verdicts.save(failedVerdict("a.example", forever));
    world.faulty.replace(restored);
    await world.feed.poll();
    assert.equal(world.kindFor("bob@a.example"), "seal");
    assert.equal(world.kindFor("bob@b.example"), "wait");
    assert.equal(world.memory.verdictOf(domainOf("c.example")), undefined);
  });

  it("polls at its interval until it is told to stop", async () => {
    await using world = await setUp();
    const stop = new AbortController();
    const pauses: number[] = [];
    const feed = new MemoryFeed({
      ...world,
      store: world.faulty,
      pause: async (delayMs) => {
        pauses.push(delayMs);
        if (pauses.length === 1)
          await world.store.verdicts.save(provenVerdict("a.example", forever));
        if (pauses.length === 3) stop.abort();
      },
    });
    await feed.run(stop.signal);
    assert.deepEqual(pauses, [250, 250, 250]);
    assert.equal(world.kindFor("bob@a.example"), "secure");
  });

  it("stops within a pause", async () => {
    await using world = await setUp();
    const stop = new AbortController();
    const feed = new MemoryFeed({ ...world, store: world.faulty, intervalMs: 86_400_000 });
    const running = feed.run(stop.signal);
    stop.abort();
    await running;
  });

  it("does not hide a bug", async () => {
    await using world = await setUp();
    world.faulty.fault = new TypeError("a bug");
    await assert.rejects(world.feed.poll(), TypeError);
  });
});
