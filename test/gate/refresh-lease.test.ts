import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { beginFullRefresh, endFullRefresh } from "../../src/gate/full-refresh.ts";
import {
  awaitRefreshLease,
  RefreshLease,
  type RefreshLeaseTerms,
  refreshLeaseMs,
  takeRefreshLease,
  upkeepNote,
} from "../../src/gate/refresh-lease.ts";
import type { Lease, LeaseStore } from "../../src/store/lease-store.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const never = new AbortController().signal;

/** Pauses of holders end when the test says so, after their time on the clock. */
class HeldPauses {
  readonly #waiting = new Set<() => void>();

  readonly pause: NonNullable<RefreshLeaseTerms["pause"]> = (_delayMs, signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
    return promise;
  };

  async endAll(): Promise<void> {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    await settle();
  }
}

/** Until the statements that a continuation gave have run; they are synchronous underneath. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

async function world() {
  const directory = await tempDirectory();
  const store = await openStore(join(directory.path, "store.db"));
  const clock = new FixedClock();
  const pauses = new HeldPauses();
  const terms = (note: string, leases: LeaseStore = store.leases): RefreshLeaseTerms => ({
    leases,
    clock,
    note,
    pause: pauses.pause,
  });
  /** Waits with a clock that goes on, and tells of each look. */
  const waiting = (note: string, onLook: (waitedMs: number) => Promise<void> | void) => {
    let waitedMs = 0;
    const pause = async (delayMs: number, signal: AbortSignal): Promise<void> => {
      // The pause of the lease that was taken, not of the looks before.
      if (delayMs > 500) return pauses.pause(delayMs, signal);
      clock.advance(delayMs);
      waitedMs += delayMs;
      await onLook(waitedMs);
    };
    return { ...terms(note), pause };
  };
  return {
    store,
    clock,
    pauses,
    terms,
    waiting,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

function taken(outcome: RefreshLease | Lease): RefreshLease {
  assert.ok(outcome instanceof RefreshLease, "it was not given");
  return outcome;
}

/** Holds the lease as a killed process does: nobody renews it, nobody gives it back. */
function abandon(leases: LeaseStore, clock: FixedClock, note: string): Promise<unknown> {
  const startedAt = clock.now();
  const until = startedAt + refreshLeaseMs;
  return leases.take({ name: "refresh", holder: note, note, startedAt, until }, startedAt);
}

describe("a refresh's lease", () => {
  it("is renewed for as long as its holder lives, and given back at its end", async () => {
    await using parts = await world();
    const { clock, pauses, terms } = parts;
    const lease = taken(await takeRefreshLease(terms("first")));
    for (let round = 0; round < 10; round += 1) {
      clock.advance(refreshLeaseMs - 1);
      await pauses.endAll();
      const other = await takeRefreshLease(terms("second"));
      assert.ok(!(other instanceof RefreshLease));
      assert.equal(other.note, "first");
    }
    assert.equal(lease.lost.aborted, false);
    await lease[Symbol.asyncDispose]();
    await taken(await takeRefreshLease(terms("second")))[Symbol.asyncDispose]();
  });

  it("is lost to another process when its holder slept too long, and is then left alone", async () => {
    await using parts = await world();
    const { clock, pauses, terms } = parts;
    const sleeper = taken(await takeRefreshLease(terms("sleeper")));
    clock.advance(refreshLeaseMs);
    await using next = taken(await takeRefreshLease(terms("next")));
    await pauses.endAll();
    assert.equal(sleeper.lost.aborted, true);
    assert.equal(sleeper.fault, undefined);
    assert.equal(next.lost.aborted, false);
    await sleeper[Symbol.asyncDispose]();
    const third = await takeRefreshLease(terms("third"));
    assert.ok(!(third instanceof RefreshLease), "the sleeper gave back what was not its own");
  });

  it("outlives a trouble of the store that is shorter than itself, and no longer one", async () => {
    await using parts = await world();
    const { store, clock, pauses, terms } = parts;
    const fault = new MxsealError("MXSEAL_STORE_UNUSABLE", "no space left");
    let isFull = true;
    const leases: LeaseStore = {
      take: (lease, nowMs) => store.leases.take(lease, nowMs),
      renew: (name, holder, until) =>
        isFull ? Promise.reject(fault) : store.leases.renew(name, holder, until),
      release: (name, holder) => store.leases.release(name, holder),
    };
    await using lease = taken(await takeRefreshLease(terms("first", leases)));
    clock.advance(refreshLeaseMs - 1);
    await pauses.endAll();
    assert.equal(lease.lost.aborted, false);
    isFull = false;
    await pauses.endAll();
    isFull = true;
    clock.advance(refreshLeaseMs - 1);
    await pauses.endAll();
    assert.equal(lease.lost.aborted, false, "the renewal counted");
    clock.advance(1);
    await pauses.endAll();
    assert.equal(lease.lost.aborted, true);
    assert.equal(lease.fault, fault);
  });
});

describe("waiting for a refresh's lease", () => {
  it("takes over from a killed process as soon as its lease runs out, and says so first", async () => {
    await using parts = await world();
    const { store, clock, waiting } = parts;
    await abandon(store.leases, clock, "killed");
    const heard: string[] = [];
    let waitedMs = 0;
    const terms = waiting("next", (ms) => {
      waitedMs = ms;
    });
    const onWait = (by: Lease): void => void heard.push(by.note);
    const outcome = await awaitRefreshLease(terms, { onWait, signal: never });
    await taken(outcome)[Symbol.asyncDispose]();
    assert.deepEqual(heard, ["killed"]);
    assert.equal(waitedMs, refreshLeaseMs);
  });

  it("gives up as soon as the holder shows that it lives, and tells who it is", async () => {
    await using parts = await world();
    const { store, clock, waiting } = parts;
    await abandon(store.leases, clock, "alive");
    const looks: number[] = [];
    const terms = waiting("next", async (ms) => {
      looks.push(ms);
      if (ms === 4000) await store.leases.renew("refresh", "alive", clock.now() + refreshLeaseMs);
    });
    const outcome = await awaitRefreshLease(terms, { onWait: () => undefined, signal: never });
    assert.ok(!(outcome instanceof RefreshLease));
    assert.equal(outcome.note, "alive");
    assert.equal(looks.at(-1), 4000);
  });

  it("waits for the upkeep of a running serve, which is soon done, but not for ever", async () => {
    await using parts = await world();
    const { store, clock, waiting } = parts;
    const note = upkeepNote(4711);
    const renew = () => store.leases.renew("refresh", note, clock.now() + refreshLeaseMs);
    await abandon(store.leases, clock, note);
    const patient = waiting("next", async (ms) => {
      if (ms < 60_000) await renew();
      else await store.leases.release("refresh", note);
    });
    const outcome = await awaitRefreshLease(patient, { onWait: () => undefined, signal: never });
    await taken(outcome)[Symbol.asyncDispose]();

    await abandon(store.leases, clock, note);
    let waitedMs = 0;
    const endless = waiting("next", async (ms) => {
      waitedMs = ms;
      await renew();
    });
    const other = await awaitRefreshLease(endless, { onWait: () => undefined, signal: never });
    assert.ok(!(other instanceof RefreshLease));
    assert.equal(waitedMs, 180_000);
  });

  it("is not held up by a clock that was set back after the holder was killed", async () => {
    await using parts = await world();
    const { store, clock, waiting } = parts;
    await abandon(store.leases, clock, "killed");
    clock.advance(-86_400_000);
    const outcome = await awaitRefreshLease(
      waiting("next", () => undefined),
      { onWait: () => undefined, signal: never },
    );
    await taken(outcome)[Symbol.asyncDispose]();
  });

  it("ends when it is told to", async () => {
    await using parts = await world();
    const { store, clock, waiting } = parts;
    await abandon(store.leases, clock, "killed");
    const stop = new AbortController();
    const terms = waiting("next", () => stop.abort());
    const outcome = await awaitRefreshLease(terms, {
      onWait: () => undefined,
      signal: stop.signal,
    });
    assert.ok(!(outcome instanceof RefreshLease));
  });
});

describe("a refresh of everything", () => {
  it("goes on from where the first of several interrupted ones began, and ends once", async () => {
    await using parts = await world();
    const { leases } = parts.store;
    assert.equal((await beginFullRefresh(leases, 1000, false)).isResumed, false);
    for (const nowMs of [2000, 3000]) {
      const next = await beginFullRefresh(leases, nowMs, false);
      assert.deepEqual([next.isResumed, next.startedAt], [true, 1000]);
    }
    await endFullRefresh(leases, await beginFullRefresh(leases, 4000, false));
    const anew = await beginFullRefresh(leases, 5000, false);
    assert.deepEqual([anew.isResumed, anew.startedAt], [false, 5000]);
  });

  it("begins anew when asked to, after a day, and where the clock was set back", async () => {
    await using parts = await world();
    const { leases } = parts.store;
    const dayMs = 86_400_000;
    await beginFullRefresh(leases, 10 * dayMs, false);
    assert.equal((await beginFullRefresh(leases, 10 * dayMs + 1, true)).isResumed, false);
    assert.equal((await beginFullRefresh(leases, 11 * dayMs + 2, false)).isResumed, false);
    assert.equal((await beginFullRefresh(leases, 9 * dayMs, false)).isResumed, false);
    assert.equal((await beginFullRefresh(leases, 10 * dayMs, false)).isResumed, true);
  });
});
