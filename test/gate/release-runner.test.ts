import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delayKind } from "../../src/gate/delay-reason.ts";
import { seededRandom } from "../support/random.ts";
import type { ModelFile } from "./qmgr-model.ts";
import { ReleaseWorld } from "./release-world.ts";

const minute = 60_000;
const gone = (file: ModelFile) => (): boolean => file.state === "gone";

/** Past the flush of everything that follows a start. */
async function started(world = new ReleaseWorld()): Promise<ReleaseWorld> {
  await world.play(minute);
  return world;
}

function assertPaced(files: Iterable<ModelFile>): void {
  const perSecond = new Map<number, number>();
  for (const { queueId, flushes } of files) {
    assert.ok(flushes.length <= 50, `${queueId} was flushed ${flushes.length} times`);
    for (const [index, { at }] of flushes.entries()) {
      const before = flushes[index - 1]?.at ?? Number.NEGATIVE_INFINITY;
      assert.ok(at - before >= 31_000, `${queueId} was flushed after ${at - before} ms`);
      const second = Math.floor(at / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
  }
  assert.ok(Math.max(0, ...perSecond.values()) <= 20, "too many flushes in a second");
}

/** Recipients that wait for us in Postfix's queue: their last reason is one of ours. */
function* waitingForUs(world: ReleaseWorld): Iterable<{ file: ModelFile; address: string }> {
  for (const file of world.postfix.files.values()) {
    for (const { address, left, reason } of file.recipients) {
      if (left !== undefined || file.state === "gone") continue;
      if (reason !== undefined && delayKind(reason) === "ours") yield { file, address };
    }
  }
}

function stuck(world: ReleaseWorld): readonly string[] {
  return [...waitingForUs(world)].map(({ file, address }) => `${file.queueId} ${address}`);
}

function forgotten(world: ReleaseWorld): readonly string[] {
  return [...waitingForUs(world)]
    .filter(({ file, address }) => !world.queue.file(file.queueId)?.places.has(address))
    .map(({ file, address }) => `${file.queueId} ${address}`);
}

describe("mail that waits for a decision", () => {
  it("leaves a quiet server within a minute of the proof, with two flushes", async () => {
    const world = await started();
    const file = world.send("a@own.example", ["b@x.example"]);
    await world.play(5_000);
    world.decide("x.example", "mxseal-secure");
    assert.equal(await world.playUntil(gone(file), minute), true);
    assert.equal(file.flushes.length, 2);
    assert.equal(file.recipients[0]?.left, "mxseal-secure");
  });

  it("leaves a busy server within seconds, with one flush", async () => {
    const world = await started();
    const file = world.send("a@own.example", ["b@x.example"]);
    await world.play(2_000);
    world.send("a@own.example", ["c@y.example"]);
    world.decide("x.example", "mxseal-secure");
    assert.equal(await world.playUntil(gone(file), 5_000), true);
    await world.play(20 * minute);
    assert.equal(file.flushes.length, 1);
  });

  it("is sealed when the decision is to hold it", async () => {
    const world = await started();
    const file = world.send("a@own.example", ["b@x.example"]);
    await world.play(40_000);
    world.decide("x.example", "mxseal-hold");
    assert.equal(await world.playUntil(gone(file), 5_000), true);
    assert.equal(file.recipients[0]?.left, "mxseal-hold");
  });

  it("is never flushed while there is no decision", async () => {
    const world = await started();
    const file = world.send("a@own.example", ["b@x.example"]);
    await world.play(60 * minute);
    assert.deepEqual(file.flushes, []);
  });

  it("leaves in any normal case within a minute and with at most three flushes", async () => {
    for (let seed = 1; seed <= 150; seed += 1) {
      const random = seededRandom(seed);
      const world = await started(new ReleaseWorld({ deliveryMs: () => 50 + random.below(3_000) }));
      const recipients = ["b@x.example", "c@x.example", "d@x.example"].slice(random.below(3));
      const file = world.send("a@own.example", recipients);
      const noise = random.below(10);
      await world.play(500 * (1 + random.below(80)));
      world.decide("x.example", random.pick(["mxseal-secure", "mxseal-clear", "mxseal-hold"]));
      const left = await world.playUntil(() => {
        if (random.below(20) < noise)
          world.send("s@own.example", [`n${random.below(5)}@n.example`]);
        return file.state === "gone";
      }, minute);
      assert.ok(left, `seed ${seed}: still there after a minute`);
      await world.play(7 * minute);
      assert.ok(file.flushes.length <= 3, `seed ${seed}: ${file.flushes.length} flushes`);
    }
  });
});

describe("mail that the milter sent back with 451", () => {
  /** Routed to hold; proven by the time the milter looks. */
  async function heldAndProven(world: ReleaseWorld): Promise<ModelFile> {
    world.decide("x.example", "mxseal-hold");
    const file = world.send("a@own.example", ["b@x.example"]);
    world.decide("x.example", "mxseal-secure");
    await world.step();
    return file;
  }

  it("leaves within a minute, and qmgr's cached route costs one round, not a loop", async () => {
    const world = await started();
    const file = await heldAndProven(world);
    assert.equal(await world.playUntil(gone(file), minute), true);
    assert.ok(file.flushes.length <= 2);
    assert.equal(file.recipients[0]?.left, "mxseal-secure");
  });

  it("has its row removed once it has left", async () => {
    const world = await started();
    const file = await heldAndProven(world);
    await world.playUntil(gone(file), minute);
    await world.play(2_000);
    assert.equal(world.postfix.held.rows.size, 0);
  });

  it("is tried ever more slowly, then left to Postfix, while the milter cannot seal", async () => {
    const world = await started(new ReleaseWorld({ milterFails: () => true }));
    world.decide("x.example", "mxseal-hold");
    const file = world.send("a@own.example", ["b@x.example"]);
    await world.play(24 * 60 * minute);
    assert.equal(file.flushes.length, 10);
    assertPaced([file]);
    assert.equal(world.postfix.held.rows.size, 1);
  });

  it("is released although mxseal was restarted and remembers nothing", async () => {
    const world = new ReleaseWorld();
    world.postfix.held.note("ABCDEF", "b@x.example", 0);
    const file = world.postfix.accept("ABCDEF", "a@own.example", ["b@x.example"]);
    await world.play(40_000);
    world.decide("x.example", "mxseal-secure");
    assert.equal(await world.playUntil(gone(file), minute), true);
  });
});

describe("a flush that Postfix loses because the file is active", () => {
  it("is repeated no sooner than 31 s later", async () => {
    let slow = true;
    const world = await started(new ReleaseWorld({ deliveryMs: () => (slow ? 20_000 : 100) }));
    world.decide("slow.example", "mxseal-secure");
    const file = world.send("a@own.example", ["s@slow.example", "b@x.example"]);
    slow = false;
    await world.play(2_000);
    world.decide("x.example", "mxseal-secure");
    assert.equal(await world.playUntil(gone(file), minute), true);
    assert.deepEqual(
      file.flushes.map(({ moved }) => moved),
      [false, true],
    );
    assertPaced([file]);
  });
});

describe("mail in a file that nobody named", () => {
  it("is found in the queue's listing and leaves within a minute", async () => {
    const world = await started();
    const file = world.sendUnseen("stranger@ext.example", ["b@x.example"]);
    await world.play(10_000);
    world.decide("x.example", "mxseal-secure");
    assert.equal(await world.playUntil(gone(file), minute), true);
  });

  it("is found by a sweep although lookups only ever told of another file", async () => {
    const world = await started();
    const unseen = world.sendUnseen("stranger@ext.example", ["b@x.example"]);
    const known = world.send("a@own.example", ["b@x.example"]);
    await world.play(10_000);
    world.decide("x.example", "mxseal-secure");
    assert.equal(await world.playUntil(gone(known), minute), true);
    assert.equal(await world.playUntil(gone(unseen), 6 * minute), true);
  });

  it("is taken up when the policy at delivery failed and the decision has changed since", async () => {
    const world = await started();
    world.decide("x.example", "mxseal-secure");
    const file = world.send("a@own.example", ["b@x.example"]);
    world.decide("x.example", "mxseal-hold");
    assert.equal(await world.playUntil(gone(file), 7 * minute), true);
    assert.equal(file.recipients[0]?.left, "mxseal-hold");
  });

  it("is taken up at once when it is told that a proof was lost", async () => {
    const world = await started();
    world.decide("x.example", "mxseal-secure");
    await world.play(2 * minute);
    const file = world.send("a@own.example", ["b@x.example"]);
    world.decide("x.example", "mxseal-hold");
    await world.play(1_000);
    world.runner.proofLost();
    assert.equal(await world.playUntil(gone(file), minute), true);
    assert.equal(file.recipients[0]?.left, "mxseal-hold");
  });

  it("is left alone when its own server makes it wait", async () => {
    const world = await started(new ReleaseWorld({ greylists: () => true }));
    world.decide("x.example", "mxseal-secure");
    const file = world.send("a@own.example", ["b@x.example"]);
    await world.play(120 * minute);
    assert.deepEqual(file.flushes, []);
  });
});

describe("the release queue's memory", () => {
  it("forgets a file after it is gone, and not while it exists", async () => {
    const world = await started();
    const file = world.send("a@own.example", ["b@x.example"]);
    await world.play(30 * minute);
    assert.notEqual(world.queue.file(file.queueId), undefined);
    world.decide("x.example", "mxseal-secure");
    await world.playUntil(gone(file), minute);
    await world.play(15 * minute);
    assert.equal(world.queue.file(file.queueId), undefined);
    assert.equal(world.queue.recipient("b@x.example"), undefined);
  });
});

describe("after a start", () => {
  it("all deferred mail is tried once", async () => {
    const world = new ReleaseWorld();
    const file = world.sendUnseen("a@own.example", ["b@x.example"]);
    world.postfix.advance(31_000);
    world.decide("x.example", "mxseal-secure");
    assert.equal(file.state, "deferred");
    assert.equal(await world.playUntil(gone(file), 3_000), true);
  });

  it("that is repeated until Postfix takes the command", async () => {
    let down = true;
    const world = new ReleaseWorld({ commandFails: () => down });
    const file = world.sendUnseen("a@own.example", ["b@x.example"]);
    world.postfix.advance(100);
    world.decide("x.example", "mxseal-secure");
    await world.play(2 * minute);
    assert.equal(file.state, "deferred");
    down = false;
    assert.equal(await world.playUntil(gone(file), 11_000), true);
  });

  it("a store in trouble is read again and does not stop the release of others", async () => {
    const world = new ReleaseWorld();
    world.storeFails = true;
    await world.play(minute);
    const file = world.send("a@own.example", ["b@x.example"]);
    world.decide("x.example", "mxseal-secure");
    assert.equal(await world.playUntil(gone(file), minute), true);
    const held = world.postfix.accept("ABCDEF", "a@own.example", ["c@y.example"]);
    world.postfix.held.note("ABCDEF", "c@y.example", world.now);
    world.storeFails = false;
    await world.play(11_000);
    assert.notEqual(world.queue.file(held.queueId), undefined);
  });
});

describe("ReleaseRunner.run", () => {
  it("works until it is stopped", async () => {
    const world = new ReleaseWorld();
    const file = world.sendUnseen("a@own.example", ["b@x.example"]);
    world.decide("x.example", "mxseal-secure");
    const stop = new AbortController();
    await world.run(stop, () => file.state === "gone");
    assert.equal(file.state, "gone");
  });
});

describe("the release queue under random schedules", () => {
  const domains = ["p.example", "q.example", "r.example", "s.example"];
  const someWay = ["retry", "mxseal-secure", "mxseal-clear", "mxseal-hold"] as const;

  for (let seed = 1; seed <= 25; seed += 1) {
    it(`never loops and gets everything out, seed ${seed}`, async () => {
      const random = seededRandom(seed);
      let trouble = true;
      const chance = (percent: number) => (): boolean => trouble && random.below(100) < percent;
      const world = await started(
        new ReleaseWorld({
          deliveryMs: () => (trouble ? random.below(40_000) : 300),
          greylists: chance(10),
          milterFails: chance(20),
          commandFails: chance(2),
        }),
      );
      for (let round = 0; round < 400; round += 1) {
        if (random.below(10) === 0) world.decide(random.pick(domains), random.pick(someWay));
        if (random.below(8) === 0 && world.postfix.files.size < 60) {
          const count = 1 + random.below(4);
          const recipients = Array.from(
            { length: count },
            (_, index) => `u${random.below(4)}${index}@${random.pick(domains)}`,
          );
          if (random.below(4) === 0) world.sendUnseen("x@ext.example", recipients);
          else world.send(`s${random.below(3)}@own.example`, recipients);
        }
        await world.play(500 * (1 + random.below(20)));
      }
      trouble = false;
      await world.play(6 * minute);
      // Between two sweeps a file may come to wait unnoticed, but no longer than that.
      const unknown = forgotten(world);
      await world.play(6 * minute);
      const stillUnknown = forgotten(world).filter((place) => unknown.includes(place));
      assert.deepEqual(stillUnknown, [], "waits, but the queue does not know it");
      for (const domain of domains) world.decide(domain, random.pick(someWay.slice(1)));
      await world.playUntil(() => stuck(world).length === 0, 8 * minute);
      assert.deepEqual(stuck(world), []);
      assertPaced(world.postfix.files.values());
    });
  }
});
