/** What every store does for the mails about a message: reminders and read notices. */
import assert from "node:assert/strict";
import type { Store } from "../../src/store/store.ts";
import { monthMs, sealMessage } from "./sample-message.ts";

type Behaviour = (name: string, work: (store: Store) => Promise<void>) => void;

const dayMs = 86_400_000;
const endAt = 1000 + monthMs;

export function noticeJobs(behaviour: Behaviour): void {
  behaviour("owes nothing about a message that asks for nothing", async (store) => {
    await sealMessage(store, "m1");
    await store.sealed.resetAttempts("lookup-m1", 5, "n1", Buffer.from("salt"));
    assert.deepEqual(await store.noticeJobs.due(endAt - 1, 10), []);
  });

  behaviour("owes a reminder from its time on, while the message is unopened", async (store) => {
    await sealMessage(store, "m1", { reminderBeforeMs: dayMs });
    assert.deepEqual(await store.noticeJobs.due(endAt - dayMs - 1, 10), []);
    const due = await store.noticeJobs.due(endAt - dayMs, 10);
    assert.deepEqual(due, [
      {
        kind: "reminder",
        messageId: "m1",
        sender: "alice@own.example",
        recipient: "bob@far.example",
        createdAt: 1000,
        expiresAt: endAt,
        firstOpenedAt: null,
      },
    ]);
    await store.sealed.resetAttempts("lookup-m1", 5, "n1", Buffer.from("salt"));
    assert.deepEqual(await store.noticeJobs.due(endAt - 1, 10), []);
  });

  behaviour("owes a read notice once, however often the message is opened", async (store) => {
    await sealMessage(store, "m1", { readNotice: true });
    assert.deepEqual(await store.noticeJobs.due(endAt - 1, 10), []);
    await store.sealed.resetAttempts("lookup-m1", 50, "n1", Buffer.from("salt"));
    const [job, ...more] = await store.noticeJobs.due(50, 10);
    assert.deepEqual([job?.kind, job?.messageId, job?.firstOpenedAt], ["read", "m1", 50]);
    assert.deepEqual(more, []);
    assert.ok(job);
    await store.noticeJobs.complete(job);
    await store.sealed.resetAttempts("lookup-m1", 60, "n1", Buffer.from("salt"));
    assert.deepEqual(await store.noticeJobs.due(endAt - 1, 10), []);
  });

  behaviour("lets go of one kind and keeps the other", async (store) => {
    await sealMessage(store, "m1", { reminderBeforeMs: dayMs });
    await store.noticeJobs.complete({ kind: "read", messageId: "m1" });
    assert.equal((await store.noticeJobs.due(endAt - 1, 10)).length, 1);
    await store.noticeJobs.complete({ kind: "reminder", messageId: "m1" });
    assert.deepEqual(await store.noticeJobs.due(endAt - 1, 10), []);
  });

  behaviour("owes nothing about what has expired, and loses it with the message", async (store) => {
    await sealMessage(store, "m1", { reminderBeforeMs: dayMs });
    assert.deepEqual(await store.noticeJobs.due(endAt, 10), []);
    await store.sealed.sweep(endAt, 10);
    assert.deepEqual(await store.noticeJobs.due(endAt - 1, 10), []);
  });

  behaviour("hands out what is due longest, and no more than is asked for", async (store) => {
    for (const [id, days] of [
      ["m1", 1],
      ["m2", 3],
      ["m3", 2],
    ] as const) {
      await sealMessage(store, id, { reminderBeforeMs: days * dayMs });
    }
    const due = await store.noticeJobs.due(endAt - 1, 2);
    assert.deepEqual(
      due.map(({ messageId }) => messageId),
      ["m2", "m3"],
    );
  });

  behaviour("does not owe the sealing that found its message there already", async (store) => {
    await sealMessage(store, "m1");
    await sealMessage(store, "m2", { lookupId: "lookup-m1", reminderBeforeMs: dayMs });
    assert.deepEqual(await store.noticeJobs.due(endAt - 1, 10), []);
  });
}
