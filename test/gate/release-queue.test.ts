import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReleaseQueue } from "../../src/gate/release-queue.ts";

const second = 1000;

function queueWith(queueId: string, recipient: string, since = 0): ReleaseQueue {
  const queue = new ReleaseQueue();
  queue.waiting({ queueId, recipient, since });
  return queue;
}

/** The instants, to the tenth of a second, at which the file is flushed. */
function flushTimes(queue: ReleaseQueue, untilMs: number, fromMs = 0): readonly number[] {
  const times: number[] = [];
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 100) {
    queue.listed(nowMs);
    if (queue.take(nowMs).length > 0) times.push(nowMs);
  }
  return times;
}

describe("ReleaseQueue", () => {
  it("flushes first a second and a half after the decision, then after 31, 60, 120 s", () => {
    const queue = queueWith("A00001", "b@x.example");
    queue.decided("b@x.example", "mxseal-secure", 5 * second);
    assert.deepEqual(flushTimes(queue, 250 * second), [6_500, 37_500, 97_500, 217_500]);
  });

  it("waits a second and a half after the 451 when the decision is older", () => {
    const queue = queueWith("A00001", "b@x.example", 20 * second);
    queue.decided("b@x.example", "mxseal-secure", 5 * second);
    assert.deepEqual(flushTimes(queue, 30 * second), [21_500]);
  });

  it("does not flush again within 31 s of an old answer, because qmgr would repeat it", () => {
    const queue = queueWith("A00001", "b@x.example");
    queue.decided("b@x.example", "mxseal-secure", 0);
    assert.deepEqual(flushTimes(queue, 2 * second), [1_500]);
    queue.answered("b@x.example", "mxseal-hold", 20 * second);
    queue.decided("b@x.example", "mxseal-secure", 20 * second);
    assert.deepEqual(flushTimes(queue, 60 * second, 20 * second), [32_500]);
    queue.answered("b@x.example", "mxseal-hold", 50 * second);
    queue.decided("b@x.example", "mxseal-hold", 50 * second);
    queue.decided("b@x.example", "mxseal-secure", 50 * second);
    const next = flushTimes(queue, 90 * second, 50 * second);
    assert.deepEqual(next, [63_500]);
    queue.recipient("b@x.example")?.answeredAt.set("mxseal-hold", 80 * second);
    assert.deepEqual(flushTimes(queue, 115 * second, 90 * second), [111_000]);
  });

  it("stops when qmgr is seen taking the new way after a flush", () => {
    const queue = queueWith("A00001", "b@x.example");
    queue.decided("b@x.example", "mxseal-secure", 0);
    assert.deepEqual(queue.take(2 * second), ["A00001"]);
    const released = queue.answered("b@x.example", "mxseal-secure", 2_100);
    assert.equal(released?.queueId, "A00001");
    assert.deepEqual(flushTimes(queue, 600 * second, 3 * second), []);
  });

  it("does not take an answer before the flush for a release", () => {
    const queue = queueWith("A00001", "b@x.example");
    assert.equal(queue.answered("b@x.example", "mxseal-secure", second), undefined);
    assert.deepEqual(flushTimes(queue, 10 * second, second), [2_500]);
  });

  it("compares addresses as Postfix does: the domain and the local part in any case", () => {
    const queue = queueWith("A00001", "Bob@X.example");
    queue.decided("bob@x.EXAMPLE", "mxseal-secure", 0);
    assert.deepEqual(queue.take(2 * second), ["A00001"]);
  });

  it("merges all recipients of a file into one flush", () => {
    const queue = queueWith("A00001", "b@x.example");
    queue.waiting({ queueId: "A00001", recipient: "c@y.example", since: 0 });
    queue.decided("b@x.example", "mxseal-secure", 0);
    queue.decided("c@y.example", "mxseal-hold", 1_000);
    assert.deepEqual(flushTimes(queue, 35 * second), [1_500, 32_500]);
  });

  it("releases one file per lookup when several wait for the same recipient", () => {
    const queue = queueWith("A00001", "b@x.example");
    queue.waiting({ queueId: "A00002", recipient: "b@x.example", since: 0 });
    queue.decided("b@x.example", "mxseal-secure", 0);
    assert.deepEqual(queue.take(2 * second), ["A00001", "A00002"]);
    assert.equal(queue.answered("b@x.example", "mxseal-secure", 2_100)?.queueId, "A00001");
    assert.deepEqual(queue.take(40 * second), ["A00002"]);
  });

  it("asks for a listing before a third flush, and waits for it", () => {
    const queue = queueWith("A00001", "b@x.example");
    queue.decided("b@x.example", "mxseal-secure", 0);
    assert.equal(queue.take(2 * second).length + queue.take(40 * second).length, 2);
    assert.deepEqual(queue.take(120 * second), []);
    assert.equal(queue.wantsListing(120 * second), true);
    queue.listed(121 * second);
    assert.deepEqual(queue.take(122 * second), ["A00001"]);
  });

  it("does not count a flush that did not reach Postfix, but its time", () => {
    const queue = queueWith("A00001", "b@x.example");
    queue.decided("b@x.example", "mxseal-secure", 0);
    for (let round = 0; round < 30; round += 1) {
      const nowMs = 2 * second + round * 31 * second;
      assert.deepEqual(queue.take(nowMs), ["A00001"]);
      assert.deepEqual(queue.take(nowMs + 30 * second), []);
      queue.flushFailed("A00001");
    }
  });

  it("flushes no more than ten files a second, those longest due first", () => {
    const queue = new ReleaseQueue();
    const ids = Array.from({ length: 35 }, (_, index) => `A000${10 + index}`);
    for (const [index, queueId] of ids.entries()) {
      queue.waiting({ queueId, recipient: "b@x.example", since: 100 - index });
    }
    queue.decided("b@x.example", "mxseal-secure", 0);
    const rounds = [5, 6, 7, 8].map((at) => queue.take(at * second));
    assert.deepEqual(
      rounds.map((round) => round.length),
      [10, 10, 10, 5],
    );
    assert.deepEqual(rounds.flat(), ids.toReversed());
  });

  it("does not flush again at once what was flushed with everything", () => {
    const queue = queueWith("A00001", "b@x.example");
    queue.decided("b@x.example", "mxseal-secure", 0);
    queue.flushedAll(second);
    queue.waiting({ queueId: "A00002", recipient: "b@x.example", since: 500 });
    assert.deepEqual(flushTimes(queue, 31_900, second), []);
    assert.deepEqual(queue.take(32 * second), ["A00001", "A00002"]);
  });

  it("keeps the pause after a flush although the file was forgotten in between", () => {
    const queue = queueWith("A00001", "b@x.example");
    queue.decided("b@x.example", "mxseal-secure", 0);
    queue.take(2 * second);
    queue.drop("A00001", "b@x.example");
    queue.waiting({ queueId: "A00001", recipient: "b@x.example", since: 3 * second });
    queue.decided("b@x.example", "mxseal-secure", 3 * second);
    assert.deepEqual(flushTimes(queue, 60 * second, 3 * second), [33_000]);
  });

  it("refuses what is beyond its bounds and keeps what it has", () => {
    const queue = new ReleaseQueue({ maxFiles: 2, maxPlaces: 3, maxRecipients: 3 });
    const add = (queueId: string, recipient: string) =>
      queue.waiting({ queueId, recipient, since: 0 });
    assert.equal(add("A00001", "a@x.example"), true);
    assert.equal(add("A00002", "b@x.example"), true);
    assert.equal(add("A00003", "a@x.example"), false);
    assert.equal(add("A00002", "c@x.example"), true);
    assert.equal(add("A00002", "a@x.example"), false);
    assert.equal(queue.waitingSomewhere("d@x.example", 0), false);
    assert.deepEqual(
      [...queue.files()].map((file) => file.queueId),
      ["A00001", "A00002"],
    );
    queue.drop("A00001", "a@x.example");
    assert.equal(add("A00003", "a@x.example"), true);
  });

  it("forgets what it heard nothing of for longer than Postfix keeps mail", () => {
    const queue = new ReleaseQueue({ maxAgeMs: 1000 });
    queue.waiting({ queueId: "A00001", recipient: "a@x.example", since: 0, heldAs: "A@x.example" });
    queue.waiting({ queueId: "A00002", recipient: "a@x.example", since: 900 });
    assert.deepEqual(queue.expire(1_500), [
      { queueId: "A00001", recipient: "a@x.example", heldAs: "A@x.example" },
    ]);
    assert.deepEqual(
      [...queue.files()].map((file) => file.queueId),
      ["A00002"],
    );
  });
});
