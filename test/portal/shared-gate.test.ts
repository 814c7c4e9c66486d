import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SharedGate } from "../../src/portal/shared-gate.ts";

const [one, other] = ["192.0.2.0/24", "198.51.100.0/24"];

describe("SharedGate", () => {
  it("leaves room for others when one network has its share", async () => {
    const gate = new SharedGate({ running: 3, waiting: 0, waitMs: 0, perNetwork: 2 });
    const first = await gate.enter(one);
    assert.notEqual(await gate.enter(one), undefined);
    assert.equal(await gate.enter(one), undefined);
    assert.notEqual(await gate.enter(other), undefined);
    first?.[Symbol.dispose]();
    assert.notEqual(await gate.enter(one), undefined);
  });

  it("counts those who wait, too", async () => {
    const gate = new SharedGate({ running: 1, waiting: 2, waitMs: 60_000, perNetwork: 2 });
    const first = await gate.enter(one);
    const second = gate.enter(one);
    assert.equal(await gate.enter(one), undefined);
    const third = gate.enter(other);
    first?.[Symbol.dispose]();
    const place = await second;
    assert.notEqual(place, undefined);
    place?.[Symbol.dispose]();
    assert.notEqual(await third, undefined);
  });

  // One network's queue alone took longer than others could wait.
  it("lets others in before a network that has places, however many of it wait", async () => {
    const gate = new SharedGate({ running: 2, waiting: 20, waitMs: 60_000, perNetwork: 10 });
    const first = await gate.enter(one);
    const second = await gate.enter(one);
    const order: string[] = [];
    const enter = async (network: string): Promise<Disposable | undefined> => {
      const place = await gate.enter(network);
      order.push(network);
      return place;
    };
    const own = Array.from({ length: 5 }, () => enter(one));
    const others = [enter(other), enter(other)];
    first?.[Symbol.dispose]();
    const stranger = await others[0];
    second?.[Symbol.dispose]();
    const next = await Promise.race(own);
    stranger?.[Symbol.dispose]();
    await others[1];
    assert.deepEqual(order, [other, one, other]);
    next?.[Symbol.dispose]();
  });

  it("gives the share of who went away back", async () => {
    const gate = new SharedGate({ running: 1, waiting: 2, waitMs: 60_000, perNetwork: 2 });
    const first = await gate.enter(one);
    const gone = new AbortController();
    const second = gate.enter(one, gone.signal);
    gone.abort();
    assert.equal(await second, undefined);
    const third = gate.enter(one);
    first?.[Symbol.dispose]();
    assert.notEqual(await third, undefined);
  });

  it("gives the network's share back where the gate had no room", async () => {
    const gate = new SharedGate({ running: 1, waiting: 0, waitMs: 0, perNetwork: 1 });
    const first = await gate.enter(one);
    assert.equal(await gate.enter(other), undefined);
    first?.[Symbol.dispose]();
    assert.notEqual(await gate.enter(other), undefined);
  });
});
