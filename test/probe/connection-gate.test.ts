/** How many connections at a time, and who waits for whom. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ConnectionGate, type ConnectionLimits } from "../../src/probe/connection-gate.ts";
import { seededRandom } from "../support/random.ts";

const wide: ConnectionLimits = {
  perHost: 100,
  perNetwork: 100,
  altogether: 100,
  waiting: 100,
  waitingPerNetwork: 100,
  waitMs: 60_000,
};
/** Of everybody who waits in a test; they go home after it. */
let patience = new AbortController();

type Entry = Awaited<ReturnType<ConnectionGate["enter"]>>;

/** Lets everybody hear who was admitted meanwhile. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

class Visitor {
  readonly name: string;
  entry: Entry | undefined;
  readonly left: Promise<Entry>;

  constructor(gate: ConnectionGate, place: string, signal: AbortSignal = patience.signal) {
    const [host = "", address = ""] = place.split(" ");
    this.name = place;
    this.left = gate.enter({ host, address }, signal).then((entry) => {
      this.entry = entry;
      return entry;
    });
  }

  get isIn(): boolean {
    return typeof this.entry === "object";
  }

  leave(): void {
    if (typeof this.entry === "object") this.entry[Symbol.dispose]();
  }
}

async function visit(
  limits: Partial<ConnectionLimits>,
  ...places: readonly string[]
): Promise<readonly Visitor[]> {
  const gate = new ConnectionGate({ ...wide, ...limits });
  const visitors = places.map((place) => new Visitor(gate, place));
  await settled();
  return visitors;
}

const whoIsIn = (visitors: readonly Visitor[]): readonly boolean[] =>
  visitors.map(({ isIn }) => isIn);

describe("the gate of connections", () => {
  afterEach(() => {
    patience.abort();
    patience = new AbortController();
  });

  it("lets one connection at a time to one address, whatever the host is called", async () => {
    const visitors = await visit({}, "a.test 192.0.2.1", "b.test 192.0.2.1", "a.test 192.0.2.2");
    assert.deepEqual(whoIsIn(visitors), [true, false, true]);
    visitors[0]?.leave();
    await settled();
    assert.deepEqual(whoIsIn(visitors), [true, true, true]);
  });

  it("lets few connections at a time to one host over all its addresses", async () => {
    const places = ["192.0.2.1", "198.51.100.1", "203.0.113.1"].map((one) => `mx.test ${one}`);
    const visitors = await visit({ perHost: 2 }, ...places, "other.test 192.0.2.7");
    assert.deepEqual(whoIsIn(visitors), [true, true, false, true]);
  });

  it("lets few connections at a time to one network", async () => {
    const places = [1, 2, 3].map((last) => `mx${last}.test 192.0.2.${last}`);
    const visitors = await visit({ perNetwork: 2 }, ...places, "mx4.test 192.0.3.1");
    assert.deepEqual(whoIsIn(visitors), [true, true, false, true]);
  });

  it("lets few connections at a time altogether", async () => {
    const visitors = await visit({ altogether: 2 }, "a 192.0.2.1", "b 198.51.100.1", "c 10.0.0.1");
    assert.deepEqual(whoIsIn(visitors), [true, true, false]);
    visitors[1]?.leave();
    await settled();
    assert.deepEqual(whoIsIn(visitors), [true, true, true]);
  });

  it("holds up nobody behind a network that keeps its connections", async () => {
    const tarpit = Array.from({ length: 20 }, (_, index) => `t${index}.test 192.0.2.${index}`);
    const limits = { perNetwork: 2, altogether: 4 };
    const visitors = await visit(limits, ...tarpit, "a.test 198.51.100.1", "b.test 203.0.113.1");
    assert.deepEqual(
      visitors.filter(({ isIn }) => isIn).map(({ name }) => name),
      ["t0.test 192.0.2.0", "t1.test 192.0.2.1", "a.test 198.51.100.1", "b.test 203.0.113.1"],
    );
  });

  it("gives a free place to the first who may take it, past those who may not", async () => {
    const tarpit = [1, 2, 3, 4].map((last) => `t${last}.test 192.0.2.${last}`);
    const limits = { perNetwork: 2, altogether: 3 };
    const visitors = await visit(limits, ...tarpit, "a.test 10.0.0.1", "b.test 10.0.0.2");
    assert.deepEqual(whoIsIn(visitors), [true, true, false, false, true, false]);
    visitors[4]?.leave();
    await settled();
    assert.equal(visitors[5]?.isIn, true);
  });

  it("admits in the order of arrival", async () => {
    const places = [1, 2, 3, 4].map((last) => `mx.test 192.0.2.${last}`);
    const visitors = await visit({ perHost: 1 }, ...places);
    const order: string[] = [];
    for (const visitor of visitors) {
      order.push(...visitors.filter(({ isIn }) => isIn).map(({ name }) => name));
      visitor.leave();
      visitor.entry = undefined;
      await settled();
    }
    assert.deepEqual(order, places);
  });

  it("turns away whom the queue has no room for", async () => {
    const places = [1, 2, 3].map((last) => `mx.test 192.0.2.${last}`);
    const visitors = await visit({ perHost: 1, waiting: 1 }, ...places);
    assert.equal(visitors[2]?.entry, "queue-full");
    assert.equal(visitors[1]?.entry, undefined);
  });

  it("leaves room in the queue for others where one network wants all of it", async () => {
    const places = [1, 2, 3, 4].map((last) => `mx.test 192.0.2.${last}`);
    const other = ["o.test 203.0.113.1", "o.test 203.0.113.2"];
    const visitors = await visit({ perHost: 1, waitingPerNetwork: 2 }, ...places, ...other);
    assert.equal(visitors[3]?.entry, "queue-full");
    assert.deepEqual(whoIsIn(visitors.slice(4)), [true, false]);
    assert.equal(visitors[5]?.entry, undefined);
  });

  it("has room in the queue again for a network whose turn came", async () => {
    const gate = new ConnectionGate({ ...wide, waitingPerNetwork: 1 });
    const visitors = ["a", "b"].map((name) => new Visitor(gate, `${name}.test 192.0.2.1`));
    await settled();
    visitors[0]?.leave();
    await settled();
    const next = new Visitor(gate, "c.test 192.0.2.1");
    await settled();
    assert.equal(visitors[1]?.isIn, true);
    assert.equal(next.entry, undefined);
  });

  it("ends a wait that is too long", async () => {
    const [, waiting] = await visit({ waitMs: 5 }, "a 192.0.2.1", "b 192.0.2.1");
    assert.equal(await waiting?.left, "queue-full");
  });

  it("takes who gives up out of the queue", async () => {
    const gate = new ConnectionGate(wide);
    const first = new Visitor(gate, "a 192.0.2.1");
    const impatient = new AbortController();
    const second = new Visitor(gate, "b 192.0.2.1", impatient.signal);
    const third = new Visitor(gate, "c 192.0.2.1");
    impatient.abort();
    assert.equal(await second.left, "aborted");
    first.leave();
    assert.equal(typeof (await third.left), "object");
  });

  it("lets nobody in who has given up already", async () => {
    const gate = new ConnectionGate(wide);
    const entry = await gate.enter({ host: "a", address: "192.0.2.1" }, AbortSignal.abort());
    assert.equal(entry, "aborted");
  });

  it("counts a place once, however often it is given back", async () => {
    const [first, second, third] = await visit({}, "a 192.0.2.1", "b 192.0.2.1", "c 192.0.2.1");
    first?.leave();
    first?.leave();
    await settled();
    assert.deepEqual([second?.isIn, third?.isIn], [true, false]);
  });

  it("keeps every limit and lets everybody in at last, whatever the order", async () => {
    const random = seededRandom(21);
    const limits = { ...wide, perHost: 2, perNetwork: 3, altogether: 5, waiting: 1000 };
    const gate = new ConnectionGate({ ...limits, waitingPerNetwork: 1000 });
    const inside: string[] = [];
    const visits = Array.from({ length: 300 }, async () => {
      const host = `h${random.below(6)}`;
      const address = `192.0.${random.below(4)}.${random.below(4)}`;
      const entry = await gate.enter({ host, address }, patience.signal);
      assert.ok(typeof entry === "object");
      inside.push(`${host} ${address} ${address.replace(/\.\d+$/, "/")}`);
      const words = inside.flatMap((one) => one.split(" "));
      const count = (word: string): number => words.filter((one) => one === word).length;
      assert.ok(inside.length <= 5 && count(host) <= 2 && count(address) === 1);
      assert.ok(count(address.replace(/\.\d+$/, "/")) <= 3);
      for (let turns = random.below(4); turns >= 0; turns -= 1) await settled();
      inside.splice(inside.indexOf(`${host} ${address} ${address.replace(/\.\d+$/, "/")}`), 1);
      entry[Symbol.dispose]();
    });
    await Promise.all(visits);
    assert.deepEqual(inside, []);
  });
});
