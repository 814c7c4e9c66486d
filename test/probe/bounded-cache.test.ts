import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BoundedCache } from "../../src/probe/bounded-cache.ts";
import { FixedClock } from "../support/fixed-clock.ts";

function cacheOf(clock: FixedClock, limits: { entries?: number; weight?: number } = {}) {
  return new BoundedCache<string>({
    clock,
    keptMs: 1000,
    maxEntries: limits.entries ?? 10,
    maxWeight: limits.weight ?? 1000,
    weigh: (value) => value.length,
  });
}

describe("what was found out lately", () => {
  it("is kept for its time, counted from when it was found", () => {
    const clock = new FixedClock();
    const cache = cacheOf(clock);
    cache.set("a", "x", clock.now() - 400);
    clock.advance(599);
    assert.equal(cache.get("a"), "x");
    clock.advance(1);
    assert.equal(cache.get("a"), undefined);
    assert.equal(cache.size, 0);
    assert.equal(cache.weight, 0);
  });

  it("does not count for who wants something newer, and stays for the others", () => {
    const clock = new FixedClock();
    const cache = cacheOf(clock);
    cache.set("a", "x", clock.now());
    assert.equal(cache.get("a", clock.now() + 1), undefined);
    assert.equal(cache.get("a", clock.now()), "x");
  });

  it("gives way to newer, not to older findings", () => {
    const clock = new FixedClock();
    const cache = cacheOf(clock);
    cache.set("a", "new", clock.now());
    cache.set("a", "old", clock.now() - 1);
    assert.equal(cache.get("a"), "new");
    cache.set("a", "newest", clock.now());
    assert.equal(cache.get("a"), "newest");
    assert.equal(cache.weight, 6);
  });

  it("loses first what was not used longest, when there is too much of it", () => {
    const clock = new FixedClock();
    const cache = cacheOf(clock, { entries: 2 });
    for (const key of ["a", "b"]) cache.set(key, key, clock.now());
    cache.get("a");
    cache.set("c", "c", clock.now());
    assert.deepEqual(
      ["a", "b", "c"].map((key) => cache.get(key)),
      ["a", undefined, "c"],
    );
  });

  it("loses as much as is needed, when it weighs too much", () => {
    const clock = new FixedClock();
    const cache = cacheOf(clock, { weight: 10 });
    for (const key of ["a", "b", "c"]) cache.set(key, "xxx", clock.now());
    cache.set("d", "xxxxxx", clock.now());
    assert.deepEqual(
      ["a", "b", "c", "d"].map((key) => cache.get(key)?.length),
      [undefined, undefined, 3, 6],
    );
    assert.equal(cache.weight, 9);
  });

  it("does not lose everything for one that alone weighs too much", () => {
    const clock = new FixedClock();
    const cache = cacheOf(clock, { weight: 10 });
    cache.set("a", "x", clock.now());
    cache.set("b", "x".repeat(11), clock.now());
    assert.equal(cache.get("a"), "x");
    assert.equal(cache.get("b"), undefined);
  });

  it("is not used when the clock was set back and nobody knows its age", () => {
    const clock = new FixedClock();
    const cache = cacheOf(clock);
    cache.set("a", "x", clock.now());
    clock.advance(-1);
    assert.equal(cache.get("a"), undefined);
  });
});
