/** What every store does for replies from the portal. */
import assert from "node:assert/strict";
import type { NewReply } from "../../src/store/reply-store.ts";
import type { Store } from "../../src/store/store.ts";
import { monthMs, sealMessage } from "./sample-message.ts";

type Behaviour = (
  name: string,
  work: (store: Store, place: { open(): Promise<Store> }) => Promise<void>,
) => void;

const endAt = 1000 + monthMs;

function reply(number: number, change: Partial<NewReply> = {}): NewReply {
  const sealedContent = Buffer.from(`sealed reply ${number}`);
  return { messageId: "m1", number, sealedContent, createdAt: 2000 + number, ...change };
}

export function replies(behaviour: Behaviour): void {
  behaviour("keeps a reply for both ends, also for another process", async (store, place) => {
    await sealMessage(store, "m1");
    assert.equal(await store.replies.add(reply(1)), "stored");
    await using other = await place.open();
    const [job, ...more] = await other.replies.jobs(10);
    assert.ok(job);
    assert.deepEqual(job, {
      ...reply(1),
      sender: "alice@own.example",
      recipient: "bob@far.example",
    });
    assert.deepEqual(more, []);
    assert.deepEqual(await other.replies.timesOf("m1"), [2001]);
    await other.replies.complete(job);
    assert.deepEqual(await store.replies.jobs(10), []);
    assert.deepEqual(await store.replies.timesOf("m1"), [2001]);
  });

  behaviour("gives each number once, whoever comes at the same moment", async (store, place) => {
    await sealMessage(store, "m1");
    await using other = await place.open();
    const outcomes = await Promise.all(
      [store, other, store, other].map((each) => each.replies.add(reply(1))),
    );
    assert.deepEqual(outcomes.sort(), ["outdated", "outdated", "outdated", "stored"]);
    assert.equal(await store.replies.add(reply(3)), "outdated");
    assert.equal(await store.replies.add(reply(2)), "stored");
    assert.deepEqual(await store.replies.timesOf("m1"), [2001, 2002]);
    assert.equal((await store.replies.jobs(10)).length, 2);
  });

  behaviour("takes no reply to a message that is not there, over or recalled", async (store) => {
    assert.equal(await store.replies.add(reply(1)), "gone");
    await sealMessage(store, "m1");
    assert.equal(await store.replies.add(reply(1, { createdAt: endAt })), "gone");
    assert.equal(await store.manage.recall("m1", 1500), true);
    assert.equal(await store.replies.add(reply(1)), "gone");
    assert.deepEqual(await store.replies.jobs(10), []);
  });

  behaviour("keeps a reply that waits when its message is recalled or expires", async (store) => {
    await sealMessage(store, "m1");
    await sealMessage(store, "m2");
    await store.replies.add(reply(1));
    await store.replies.add(reply(1, { messageId: "m2" }));
    await store.manage.recall("m1", 3000);
    await store.sealed.sweep(endAt, 10);
    await store.sealed.sweep(endAt + 90 * 86_400_000, 10);
    const waiting = await store.replies.jobs(10);
    assert.deepEqual(
      waiting.map(({ messageId }) => messageId),
      ["m1", "m2"],
    );
    assert.deepEqual(await store.replies.timesOf("m2"), []);
  });

  behaviour("hands out the oldest first, and no more than is asked for", async (store) => {
    await sealMessage(store, "m1");
    for (const number of [1, 2, 3]) await store.replies.add(reply(number));
    const jobs = await store.replies.jobs(2);
    assert.deepEqual(
      jobs.map(({ number }) => number),
      [1, 2],
    );
  });
}
