/** The part of the store's suite that is about sealed messages, guesses at them and their codes. */
import assert from "node:assert/strict";
import type { Store } from "../../src/store/store.ts";
import {
  asStored,
  chunkOf,
  chunksPerMessage,
  fillBlob,
  readAll,
  sampleJob,
  sampleLimits,
  sampleMessage,
  sealMessage,
} from "./sample-message.ts";

type Behaviour = (name: string, work: (store: Store, place: Place) => Promise<void>) => void;

interface Place {
  open(): Promise<Store>;
}

const dayMs = 86_400_000;

export function sealed(behaviour: Behaviour): void {
  behaviour("keeps a message, its chunks and its job", async (store, place) => {
    const message = await sealMessage(store, "m1");
    await using other = await place.open();
    assert.deepEqual(await other.sealed.findByLookupId("lookup-m1"), asStored(message));
    assert.deepEqual(
      await readAll(other, "m1"),
      [0, 1, 2].map((index) => chunkOf("m1", index)),
    );
    assert.equal(await other.codeJobs.count(), 1);
    assert.equal(await other.sealed.findByLookupId("lookup-m2"), undefined);
  });

  behaviour("seals the same message once, whoever comes second", async (store) => {
    const message = await sealMessage(store, "m1");
    const blob = await fillBlob(store, "m1", 2000);
    const again = sampleMessage("m2", { lookupId: message.lookupId });
    assert.equal(await store.sealed.commit(again, blob, sampleJob()), "exists");
    assert.equal((await store.sealed.findByLookupId(message.lookupId))?.id, "m1");
    assert.equal(await store.codeJobs.count(), 1);
    await store.sealed.discardBlob(blob);
    assert.deepEqual(
      await readAll(store, "m1"),
      [0, 1, 2].map((index) => chunkOf("m1", index)),
    );
  });

  behaviour("refuses a message whose chunks are not all there", async (store) => {
    const blob = await fillBlob(store, "m1", 1000);
    const message = sampleMessage("m1", { chunkCount: chunksPerMessage + 1 });
    await assert.rejects(store.sealed.commit(message, blob, sampleJob()), /without all/);
    assert.equal(await store.sealed.findByLookupId(message.lookupId), undefined);
    assert.equal(await store.codeJobs.count(), 0);
  });

  behaviour("leaves neither message nor job when one of them cannot be stored", async (store) => {
    const blob = await fillBlob(store, "m1", 1000);
    const job = { ...sampleJob(), createdAt: "never" } as unknown as ReturnType<typeof sampleJob>;
    await assert.rejects(store.sealed.commit(sampleMessage("m1"), blob, job));
    assert.equal(await store.sealed.findByLookupId("lookup-m1"), undefined);
    assert.equal(await store.sealed.commit(sampleMessage("m1"), blob, sampleJob()), "committed");
  });

  behaviour("says that a message is gone instead of ending its chunks early", async (store) => {
    await assert.rejects(readAll(store, "m1"), { code: "MXSEAL_MESSAGE_GONE" });
    await sealMessage(store, "m1", { expiresAt: 5000 });
    const chunks = store.sealed.readChunks("m1")[Symbol.asyncIterator]();
    assert.deepEqual((await chunks.next()).value, chunkOf("m1", 0));
    await store.sealed.sweep(5000 + dayMs, 10);
    await assert.rejects(chunks.next(), { code: "MXSEAL_MESSAGE_GONE" });
  });

  behaviour("reads no chunk before it is asked for", async (store) => {
    await sealMessage(store, "m1", { expiresAt: 5000 });
    const chunks = store.sealed.readChunks("m1");
    await store.sealed.sweep(6000, 10);
    await assert.rejects(chunks[Symbol.asyncIterator]().next(), { code: "MXSEAL_MESSAGE_GONE" });
  });

  behaviour(
    "sweeps expired messages with their jobs, a bounded number each time",
    async (store) => {
      for (const id of ["m1", "m2", "m3"]) await sealMessage(store, id, { expiresAt: 5000 });
      await sealMessage(store, "m4", { expiresAt: 9000 });
      assert.equal(await store.sealed.sweep(4999, 10), 0);
      assert.equal(await store.sealed.sweep(5000, 2), 2);
      assert.equal(await store.sealed.sweep(5000, 2), 1);
      assert.equal(await store.sealed.sweep(5000, 2), 0);
      assert.equal(await store.codeJobs.count(), 1);
      assert.deepEqual(
        await readAll(store, "m4"),
        [0, 1, 2].map((index) => chunkOf("m4", index)),
      );
    },
  );

  behaviour(
    "sweeps a blob that nobody committed within the hour, not a younger one",
    async (store) => {
      const abandoned = await fillBlob(store, "m1", 1000);
      const underWay = await fillBlob(store, "m2", 1001);
      await store.sealed.sweep(1001 + 3_600_000, 10);
      const append = store.sealed.appendChunk(abandoned, chunksPerMessage, chunkOf("m1", 3));
      await assert.rejects(append, { code: "MXSEAL_STORE_UNUSABLE" });
      const late = store.sealed.commit(sampleMessage("m1"), abandoned, sampleJob());
      await assert.rejects(late, { code: "MXSEAL_STORE_UNUSABLE" });
      assert.equal(
        await store.sealed.commit(sampleMessage("m2"), underWay, sampleJob()),
        "committed",
      );
    },
  );

  behaviour("finds the abandoned behind any number of owned blobs", async (store) => {
    for (const id of ["m1", "m2", "m3"]) await sealMessage(store, id);
    const abandoned = await fillBlob(store, "m4", 1000);
    await store.sealed.sweep(dayMs, 1);
    const append = store.sealed.appendChunk(abandoned, chunksPerMessage, chunkOf("m4", 3));
    await assert.rejects(append, { code: "MXSEAL_STORE_UNUSABLE" });
  });

  behaviour("does not take the chunks of a message for a discarded blob", async (store) => {
    const blob = await fillBlob(store, "m1", 1000);
    await store.sealed.commit(sampleMessage("m1"), blob, sampleJob());
    await store.sealed.discardBlob(blob);
    assert.equal((await readAll(store, "m1")).length, chunksPerMessage);
  });

  behaviour("deletes a blob of many chunks to the last", async (store) => {
    const blob = await store.sealed.createBlob(1000);
    for (let index = 0; index < 150; index += 1) {
      await store.sealed.appendChunk(blob, index, chunkOf("m1", index));
    }
    await store.sealed.discardBlob(blob);
    const append = store.sealed.appendChunk(blob, 0, chunkOf("m1", 0));
    await assert.rejects(append, { code: "MXSEAL_STORE_UNUSABLE" });
  });
}

export function attempts(behaviour: Behaviour): void {
  const attempt = (store: Store, network: string, nowMs: number) =>
    store.sealed.countAttempt("lookup-m1", network, nowMs, sampleLimits);

  behaviour("counts down for the network and for the message", async (store) => {
    await sealMessage(store, "m1");
    assert.deepEqual(await attempt(store, "n1", 5000), {
      kind: "counted",
      leftForNetwork: 4,
      leftForMessage: 19,
    });
    assert.deepEqual(await attempt(store, "n2", 5000), {
      kind: "counted",
      leftForNetwork: 4,
      leftForMessage: 18,
    });
  });

  behaviour(
    "pauses a network, for it alone and without counting for the message",
    async (store) => {
      await sealMessage(store, "m1");
      for (let count = 0; count < 5; count += 1) await attempt(store, "n1", 5000 + count);
      const paused = { kind: "network-paused", untilAt: 185_004 };
      for (let count = 0; count < 30; count += 1) {
        assert.deepEqual(await attempt(store, "n1", 6000), paused);
      }
      const other = await attempt(store, "n2", 6000);
      assert.deepEqual(other, { kind: "counted", leftForNetwork: 4, leftForMessage: 14 });
      assert.equal((await store.sealed.findByLookupId("lookup-m1"))?.lockedAt, null);
    },
  );

  behaviour("lets a paused network try again when its pause is over", async (store) => {
    await sealMessage(store, "m1");
    for (let count = 0; count < 5; count += 1) await attempt(store, "n1", 5000);
    assert.equal((await attempt(store, "n1", 184_999)).kind, "network-paused");
    const again = await attempt(store, "n1", 185_000);
    assert.deepEqual(again, { kind: "counted", leftForNetwork: 4, leftForMessage: 14 });
    for (let count = 0; count < 4; count += 1) await attempt(store, "n1", 186_000);
    assert.equal((await attempt(store, "n1", 187_000)).kind, "network-paused");
  });

  behaviour("counts a network's tries within its window only", async (store) => {
    await sealMessage(store, "m1");
    for (let count = 0; count < 4; count += 1) await attempt(store, "n1", 5000);
    const later = await attempt(store, "n1", 65_000);
    assert.deepEqual(later, { kind: "counted", leftForNetwork: 4, leftForMessage: 15 });
  });

  behaviour("locks with the attempt that reaches the message's limit", async (store) => {
    await sealMessage(store, "m1");
    for (let count = 0; count < 19; count += 1) await attempt(store, `n${count}`, 5000);
    assert.equal((await store.sealed.findByLookupId("lookup-m1"))?.lockedAt, null);
    const last = await attempt(store, "n19", 7000);
    assert.deepEqual(last, { kind: "counted", leftForNetwork: 4, leftForMessage: 0 });
    assert.equal((await store.sealed.findByLookupId("lookup-m1"))?.lockedAt, 7000);
    const locked = { kind: "locked", untilAt: 7000 + dayMs };
    assert.deepEqual(await attempt(store, "n20", 8000), locked);
    assert.deepEqual(await attempt(store, "n20", 6999 + dayMs), locked);
  });

  behaviour("begins to count anew when a lock has ended", async (store) => {
    await sealMessage(store, "m1");
    for (let count = 0; count < 20; count += 1) await attempt(store, `n${count}`, 7000);
    const next = await attempt(store, "n20", 7000 + dayMs);
    assert.deepEqual(next, { kind: "counted", leftForNetwork: 4, leftForMessage: 19 });
    const message = await store.sealed.findByLookupId("lookup-m1");
    assert.equal(message?.lockedAt, null);
    assert.equal(message?.lockedUntil, null);
    assert.equal(message?.wrongCodesInAll, 21);
  });

  behaviour("locks for good when the code's own limit is reached", async (store) => {
    await sealMessage(store, "m1");
    for (let count = 0; count < 99; count += 1) {
      const day = Math.floor(count / 20);
      await attempt(store, `n${count}`, 7000 + day * dayMs);
    }
    const last = await attempt(store, "n99", 7000 + 4 * dayMs);
    assert.deepEqual(last, { kind: "counted", leftForNetwork: 4, leftForMessage: 0 });
    const locked = { kind: "locked", untilAt: null };
    assert.deepEqual(await attempt(store, "n100", 7000 + 20 * dayMs), locked);
    assert.equal(await store.manage.unlock("m1", 7000 + 4 * dayMs), "needs-new-code");
    assert.deepEqual(await attempt(store, "n100", 7000 + 20 * dayMs), locked);
  });

  behaviour("does not count right codes towards the code's limit", async (store) => {
    await sealMessage(store, "m1");
    for (let count = 0; count < 150; count += 1) {
      assert.equal((await attempt(store, "n1", 7000)).kind, "counted");
      await store.sealed.resetAttempts("lookup-m1", 7000, "n1", Buffer.from("salt"));
    }
    assert.equal((await store.sealed.findByLookupId("lookup-m1"))?.wrongCodesInAll, 0);
  });

  behaviour("pauses a network that tries a few codes at many messages", async (store) => {
    for (let number = 1; number <= 11; number += 1) await sealMessage(store, `m${number}`);
    const tryAt = (number: number, network: string, nowMs: number) =>
      store.sealed.countAttempt(`lookup-m${number}`, network, nowMs, sampleLimits);
    for (let count = 0; count < 29; count += 1) await tryAt(1 + (count % 10), "n1", 5000);
    assert.deepEqual(await tryAt(10, "n1", 6000), {
      kind: "counted",
      leftForNetwork: 0,
      leftForMessage: 17,
      hourEndsAt: 3_605_000,
    });
    const paused = { kind: "network-paused", untilAt: 3_605_000 };
    assert.deepEqual(await tryAt(11, "n1", 3_604_999), paused);
    assert.equal((await store.sealed.findByLookupId("lookup-m11"))?.wrongCodes, 0);
    assert.equal((await tryAt(11, "n2", 3_604_999)).kind, "counted");
    await store.sealed.sweep(3_604_999, 10);
    assert.deepEqual(await tryAt(11, "n1", 3_604_999), paused);
    assert.equal((await tryAt(11, "n1", 3_605_000)).kind, "counted");
  });

  behaviour("spends nothing of a network's hour at a message that takes no try", async (store) => {
    for (const id of ["m1", "m2"]) await sealMessage(store, id);
    for (let count = 0; count < 60; count += 1) await attempt(store, "n1", 5000);
    const other = await store.sealed.countAttempt("lookup-m2", "n1", 5000, sampleLimits);
    assert.equal(other.kind, "counted");
  });

  behaviour("lets a network try again whose pauses were set by a clock ahead", async (store) => {
    const ids = ["m1", "m2", "m3", "m4", "m5", "m6", "m7"];
    for (const id of ids) await sealMessage(store, id);
    const tryAt = (id: string | undefined, nowMs: number) =>
      store.sealed.countAttempt(`lookup-${id}`, "n1", nowMs, sampleLimits);
    const aheadMs = 5000 + 20 * dayMs;
    for (let count = 0; count < 30; count += 1) await tryAt(ids[count % 6], aheadMs);
    for (const id of ["m1", "m7"]) assert.equal((await tryAt(id, 5000)).kind, "network-paused");
    await store.sealed.sweep(5000, 10);
    for (const id of ["m1", "m7"]) assert.equal((await tryAt(id, 5000)).kind, "counted");
  });

  behaviour(
    "keeps no network whose tries count no more, and each that is paused",
    async (store) => {
      await sealMessage(store, "m1", { expiresAt: 1000 + 300 * dayMs });
      const limits = { ...sampleLimits, networkWindowMs: dayMs, networkPauseMs: 2 * dayMs };
      const tryFrom = (network: string, nowMs: number) =>
        store.sealed.countAttempt("lookup-m1", network, nowMs, limits);
      for (let count = 0; count < 5; count += 1) await tryFrom("paused", 5000);
      await tryFrom("once", 5000);
      await store.sealed.sweep(4999 + dayMs, 10);
      assert.deepEqual(await tryFrom("once", 4999 + dayMs), {
        kind: "counted",
        leftForNetwork: 3,
        leftForMessage: 13,
      });
      await store.sealed.sweep(5000 + dayMs, 10);
      assert.equal((await tryFrom("paused", 5000 + dayMs)).kind, "network-paused");
      // A window of more than a day shows that the row is gone.
      const longer = { ...limits, networkWindowMs: 9 * dayMs };
      const anew = await store.sealed.countAttempt("lookup-m1", "once", 5000 + dayMs, longer);
      assert.equal(anew.kind === "counted" && anew.leftForNetwork, 4);
    },
  );

  behaviour("finds an unknown message gone", async (store) => {
    const outcome = await store.sealed.countAttempt("nobody", "n1", 5000, sampleLimits);
    assert.deepEqual(outcome, { kind: "gone" });
  });

  behaviour(
    "forgets the attempts after the right code and keeps the first opening",
    async (store) => {
      await sealMessage(store, "m1");
      for (let count = 0; count < 20; count += 1) await attempt(store, `n${count % 4}`, 5000);
      await store.sealed.resetAttempts("lookup-m1", 6000, "n1", Buffer.from("salt"));
      await store.sealed.resetAttempts("lookup-m1", 7000, "n1", Buffer.from("salt"));
      const message = await store.sealed.findByLookupId("lookup-m1");
      assert.equal(message?.lockedAt, null);
      assert.equal(message?.firstOpenedAt, 6000);
      const next = await attempt(store, "n0", 5000);
      assert.deepEqual(next, { kind: "counted", leftForNetwork: 4, leftForMessage: 19 });
    },
  );
}

export function codeJobs(behaviour: Behaviour): void {
  const job = (group: string, createdAt: number) => ({ group, createdAt });
  const allRipe = { quietSince: 1000, overdueSince: 0 };

  behaviour(
    "hands out whole groups once they are quiet or overdue, oldest first",
    async (store) => {
      await sealMessage(store, "m1", {}, job("late", 300));
      await sealMessage(store, "m2", {}, job("early", 100));
      await sealMessage(store, "m3", {}, job("late", 200));
      await sealMessage(store, "m4", {}, job("early", 900));
      const early = ["m2", "m4"];
      const late = ["m1", "m3"];
      const ripe = async (quietSince: number, overdueSince: number) => {
        const jobs = await store.codeJobs.ripe({ quietSince, overdueSince }, 10);
        return jobs.map(({ messageId }) => messageId);
      };
      assert.deepEqual(await ripe(300, 100), []);
      assert.deepEqual(await ripe(301, 100), late);
      assert.deepEqual(await ripe(900, 100), late, "the other one is not quiet yet");
      assert.deepEqual(await ripe(300, 101), early, "and cannot wait for ever");
      assert.deepEqual(await ripe(901, 0), [...early, ...late]);
      const [first] = await store.codeJobs.ripe({ quietSince: 901, overdueSince: 0 }, 1);
      assert.deepEqual(first?.sealedContent, sampleJob().sealedContent);
    },
  );

  // A letter to 400 recipients came to its sender as three mails.
  behaviour("cuts between groups, never within one", async (store) => {
    for (const id of ["m1", "m2", "m3"]) await sealMessage(store, id, {}, job("three", 100));
    for (const id of ["m4", "m5"]) await sealMessage(store, id, {}, job("two", 200));
    for (const [limit, count] of [
      [4, 3],
      [5, 5],
      [2, 3],
    ] as const) {
      assert.equal((await store.codeJobs.ripe(allRipe, limit)).length, count);
    }
  });

  behaviour("forgets the jobs that are done and leaves their messages", async (store) => {
    await sealMessage(store, "m1", {}, job("one", 100));
    await sealMessage(store, "m2", {}, job("two", 200));
    const [first] = await store.codeJobs.ripe(allRipe, 10);
    assert.ok(first);
    await store.codeJobs.complete([first.id]);
    await store.codeJobs.complete([]);
    assert.equal(await store.codeJobs.count(), 1);
    assert.equal((await readAll(store, "m1")).length, chunksPerMessage);
  });
}
