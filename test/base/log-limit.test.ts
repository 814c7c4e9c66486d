import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LogLimit } from "../../src/base/log-limit.ts";
import { FixedClock } from "../support/fixed-clock.ts";

describe("a limited log line", () => {
  it("passes once per key and interval", () => {
    const clock = new FixedClock();
    const limit = new LogLimit(clock, 1000);
    assert.deepEqual(
      [limit.passes("a"), limit.passes("a"), limit.passes("b")],
      [true, false, true],
    );
    clock.advance(999);
    assert.equal(limit.passes("a"), false);
    clock.advance(1);
    assert.equal(limit.passes("a"), true);
  });

  it("forgets its keys when there are too many, never the newest", () => {
    const limit = new LogLimit(new FixedClock(), 1000, 2);
    for (const key of ["a", "b", "c"]) limit.passes(key);
    assert.equal(limit.passes("c"), false);
    assert.equal(limit.passes("a"), true);
  });
});
