import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClockGuard } from "../../src/daemon/clock-guard.ts";

const hourMs = 3_600_000;

function setUp() {
  const state = { wallMs: 1_000_000, steadyMs: 0 };
  const guard = new ClockGuard({ now: () => state.wallMs }, () => state.steadyMs);
  /** Real time passes; the wall clock is moved besides. */
  const pass = (ms: number, jumpMs = 0): boolean => {
    state.steadyMs += ms;
    state.wallMs += ms + jumpMs;
    return guard.isTrusted();
  };
  return { pass };
}

describe("ClockGuard", () => {
  it("trusts a clock that runs, drifts a little, or is set back", () => {
    const { pass } = setUp();
    for (const jumpMs of [0, 1_000, hourMs, -5 * hourMs]) assert.equal(pass(60_000, jumpMs), true);
  });

  it("trusts it after a long time without a question", () => {
    const { pass } = setUp();
    assert.equal(pass(30 * 24 * hourMs), true);
  });

  it("does not trust it for a day after it jumped ahead, and again afterwards", () => {
    const { pass } = setUp();
    assert.equal(pass(60_000, 400 * 24 * hourMs), false);
    assert.equal(pass(24 * hourMs - 1), false);
    assert.equal(pass(1), true);
  });

  it("begins the day anew with each further jump", () => {
    const { pass } = setUp();
    assert.equal(pass(60_000, 2 * hourMs), false);
    assert.equal(pass(23 * hourMs, 2 * hourMs), false);
    assert.equal(pass(23 * hourMs), false);
    assert.equal(pass(hourMs), true);
  });
});
