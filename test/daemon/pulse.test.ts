import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Pulse } from "../../src/daemon/pulse.ts";
import { RestartPause } from "../../src/daemon/restart-pause.ts";

function beatsUntilDead(pulse: Pulse, most: number): number {
  for (let beats = 1; beats <= most; beats += 1) if (!pulse.beat()) return beats;
  return Number.POSITIVE_INFINITY;
}

describe("Pulse", () => {
  it("waits longer for the first answer than for the next", () => {
    const pulse = new Pulse(3, 10);
    assert.equal(beatsUntilDead(pulse, 100), 10);
    const answered = new Pulse(3, 10);
    answered.answered();
    assert.equal(answered.beat(), true);
    assert.equal(beatsUntilDead(answered, 100), 3);
  });

  it("lives for ever while it is answered, and when it never has to answer", () => {
    const answered = new Pulse(2, 2);
    for (let beats = 0; beats < 1000; beats += 1) {
      if (beats % 2 === 0) answered.answered();
      assert.equal(answered.beat(), true);
    }
    const unasked = new Pulse(2, Number.POSITIVE_INFINITY);
    assert.equal(beatsUntilDead(unasked, 1000), Number.POSITIVE_INFINITY);
  });
});

describe("RestartPause", () => {
  const limits = { firstMs: 250, longestMs: 2_000, healthyMs: 60_000 };

  it("doubles up to a limit", () => {
    const pause = new RestartPause(limits);
    const pauses = [1, 2, 3, 4, 5].map(() => pause.after(100));
    assert.deepEqual(pauses, [250, 500, 1_000, 2_000, 2_000]);
  });

  it("begins anew after a minute of health", () => {
    const pause = new RestartPause(limits);
    for (let count = 0; count < 5; count += 1) pause.after(100);
    assert.equal(pause.after(60_000), 250);
    assert.equal(pause.after(100), 500);
  });
});
