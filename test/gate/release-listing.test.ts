import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReleaseListing } from "../../src/gate/release-listing.ts";
import { type Released, ReleaseQueue } from "../../src/gate/release-queue.ts";
import type { Way } from "../../src/gate/transaction.ts";
import type { QueueEntry } from "../../src/wire/postqueue-json.ts";

const ours = "TLS check of x.example in progress";
const greylisted = "host mx.x.example[192.0.2.1] said: 451 4.7.1 greylisted";

function entry(queueName: string, address: string, delayReason?: string): QueueEntry {
  const recipient = delayReason === undefined ? { address } : { address, delayReason };
  const base = {
    queueName,
    queueId: "A00001",
    arrivedAt: 0,
    sizeBytes: 1,
    sender: "a@own.example",
  };
  return { ...base, recipients: [recipient] };
}

/** A whole listing at this time, every decision being `way`. */
function list(
  queue: ReleaseQueue,
  nowMs: number,
  way: Way,
  ...entries: readonly QueueEntry[]
): readonly Released[] {
  const listing = new ReleaseListing(queue, () => way, nowMs);
  for (const each of entries) listing.see(each, nowMs);
  return listing.end(true);
}

function flushedAt(nowMs: number): ReleaseQueue {
  const queue = new ReleaseQueue();
  queue.waiting({ queueId: "A00001", recipient: "b@x.example", since: 0, heldAs: "b@x.example" });
  queue.decided("b@x.example", "mxseal-secure", 0);
  assert.deepEqual(queue.take(nowMs), ["A00001"]);
  return queue;
}

describe("a listing of Postfix's queue", () => {
  it("forgets a file that two whole listings did not show", () => {
    const queue = flushedAt(2_000);
    assert.deepEqual(list(queue, 60_000, "mxseal-secure"), []);
    assert.equal(queue.file("A00001")?.missed, 1);
    assert.deepEqual(list(queue, 120_000, "mxseal-secure"), [
      { queueId: "A00001", recipient: "b@x.example", heldAs: "b@x.example" },
    ]);
    assert.equal(queue.file("A00001"), undefined);
  });

  it("does not flush a file that was missed until it is heard of again", () => {
    const queue = flushedAt(2_000);
    list(queue, 60_000, "mxseal-secure");
    assert.deepEqual(queue.take(100_000), []);
    queue.waiting({ queueId: "A00001", recipient: "b@x.example", since: 100_000 });
    assert.deepEqual(queue.take(110_000), ["A00001"]);
  });

  it("that broke off tells nothing of what it did not show", () => {
    const queue = flushedAt(2_000);
    for (const at of [60_000, 120_000, 180_000]) {
      new ReleaseListing(queue, () => "mxseal-secure", at).end(false);
    }
    assert.equal(queue.file("A00001")?.missed, 0);
  });

  it("does not judge a file that was flushed a moment before", () => {
    const queue = flushedAt(2_000);
    list(queue, 5_000, "mxseal-secure");
    assert.equal(queue.file("A00001")?.missed, 0);
  });

  it("lets go of a recipient that was delivered or waits for its own server", () => {
    for (const shown of [
      entry("deferred", "other@x.example", ours),
      entry("deferred", "b@x.example", greylisted),
    ]) {
      const queue = flushedAt(2_000);
      const released = list(queue, 60_000, "mxseal-secure", shown);
      assert.deepEqual(
        released.map(({ recipient }) => recipient),
        ["b@x.example"],
      );
      assert.equal(queue.file("A00001")?.places.has("b@x.example") ?? false, false);
    }
  });

  it("takes up again who seemed released and still waits for us", () => {
    const queue = flushedAt(2_000);
    queue.answered("b@x.example", "mxseal-secure", 2_100);
    assert.deepEqual(queue.take(50_000), []);
    list(queue, 60_000, "mxseal-secure", entry("deferred", "B@x.example", ours));
    assert.deepEqual(queue.take(60_000), ["A00001"]);
  });

  it("keeps a file that is being delivered", () => {
    const queue = flushedAt(2_000);
    list(queue, 60_000, "mxseal-secure", entry("active", "b@x.example", greylisted));
    assert.equal(queue.file("A00001")?.places.size, 1);
  });

  it("adopts who waits for us and was not known, decided or not", () => {
    for (const way of ["retry", "mxseal-hold"] as const) {
      const queue = new ReleaseQueue();
      list(queue, 1_000, way, entry("deferred", "b@x.example", ours));
      assert.deepEqual(queue.take(3_000), way === "retry" ? [] : ["A00001"]);
      assert.equal(queue.file("A00001")?.places.size, 1);
    }
  });

  it("adopts a refused delivery only when the decision is another one by now", () => {
    const refused = entry("deferred", "b@x.example", "Server certificate not verified");
    const adopted = (way: Way): boolean => {
      const queue = new ReleaseQueue();
      list(queue, 1_000, way, refused);
      return queue.file("A00001") !== undefined;
    };
    assert.deepEqual(
      (["retry", "mxseal-secure", "mxseal-hold", "mxseal-clear"] as const).map(adopted),
      [false, false, true, true],
    );
  });

  it("names the domains that Postfix refused although they count as proven", () => {
    const text = "Server certificate not verified";
    const listing = (way: Way): ReleaseListing => {
      const seen = new ReleaseListing(new ReleaseQueue(), () => way, 1_000);
      seen.see(entry("deferred", "b@x.example", text), 1_000);
      seen.see(entry("deferred", "c@x.example", text), 1_000);
      seen.see(entry("deferred", "b@y.example", greylisted), 1_000);
      return seen;
    };
    assert.deepEqual([...listing("mxseal-secure").refused], ["x.example"]);
    assert.deepEqual([...listing("mxseal-hold").refused], []);
  });

  it("leaves alone what others make wait and what an administrator holds", () => {
    const queue = new ReleaseQueue();
    list(queue, 1_000, "mxseal-hold", entry("deferred", "b@x.example", greylisted));
    list(queue, 1_000, "mxseal-hold", entry("hold", "b@x.example", ours));
    assert.equal(queue.file("A00001"), undefined);
  });

  it("finds the file of a recipient that nobody named, and forgets one that has none", () => {
    const queue = new ReleaseQueue();
    queue.waitingSomewhere("b@x.example", 0);
    queue.waitingSomewhere("c@x.example", 0);
    assert.equal(queue.wantsListing(10_000), false);
    queue.decided("b@x.example", "mxseal-secure", 1_000);
    queue.decided("c@x.example", "mxseal-secure", 1_000);
    assert.equal(queue.wantsListing(2_000), false);
    assert.equal(queue.wantsListing(2_500), true);
    const shown = entry("active", "b@x.example");
    list(queue, 2_500, "mxseal-secure", shown);
    assert.deepEqual(queue.take(4_000), ["A00001"]);
    list(queue, 60_000, "mxseal-secure", shown);
    assert.equal(queue.recipient("c@x.example"), undefined);
    assert.notEqual(queue.recipient("b@x.example"), undefined);
  });
});
