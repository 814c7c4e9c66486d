import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { WorkGate } from "../../src/portal/work-gate.ts";

describe("WorkGate", () => {
  it("lets the next in only when a place is given up, in order", async () => {
    const gate = new WorkGate({ running: 1, waiting: 2, waitMs: 1000 });
    const first = await gate.enter();
    const order: string[] = [];
    const passThrough = async (name: string): Promise<void> => {
      using pass = await gate.enter();
      order.push(pass === undefined ? "refused" : name);
    };
    const second = passThrough("second");
    const third = passThrough("third");
    await Promise.resolve();
    assert.deepEqual(order, []);
    first?.[Symbol.dispose]();
    await Promise.all([second, third]);
    assert.deepEqual(order, ["second", "third"]);
  });

  it("refuses at once when enough wait already", async () => {
    const gate = new WorkGate({ running: 1, waiting: 1, waitMs: 1000 });
    const first = await gate.enter();
    const second = gate.enter();
    assert.equal(await gate.enter(), undefined);
    first?.[Symbol.dispose]();
    assert.notEqual(await second, undefined);
  });

  it("refuses who has waited too long, and keeps the places right", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const gate = new WorkGate({ running: 1, waiting: 2, waitMs: 1000 });
      const first = await gate.enter();
      const late = gate.enter();
      mock.timers.tick(1000);
      assert.equal(await late, undefined);
      const patient = gate.enter();
      first?.[Symbol.dispose]();
      const pass = await patient;
      assert.notEqual(pass, undefined);
      pass?.[Symbol.dispose]();
      assert.notEqual(await gate.enter(), undefined);
    } finally {
      mock.timers.reset();
    }
  });

  it("gives the place in the queue up with who waits in it, and a turn that came to no other", async () => {
    const gate = new WorkGate({ running: 1, waiting: 1, waitMs: 1000 });
    const first = await gate.enter();
    const client = new AbortController();
    const gone = gate.enter(client.signal);
    client.abort();
    assert.equal(await gone, undefined);
    const stays = new AbortController();
    const next = gate.enter(stays.signal);
    first?.[Symbol.dispose]();
    const pass = await next;
    assert.notEqual(pass, undefined);
    stays.abort();
    pass?.[Symbol.dispose]();
    // There is a place, but nobody for it.
    assert.equal(await gate.enter(client.signal), undefined);
    assert.notEqual(await gate.enter(), undefined);
  });
});
