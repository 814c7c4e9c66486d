/** What every store does for replies from the portal. */
import assert from "node:assert/strict";
import type { NewReply, ReplyBlob } from "../../src/store/reply-store.ts";
import type { Store } from "../../src/store/store.ts";
import { chunkOf, monthMs, sealMessage } from "./sample-message.ts";

type Behaviour = (
  name: string,
  work: (store: Store, place: { open(): Promise<Store> }) => Promise<void>,
) => void;

const endAt = 1000 + monthMs;

function reply(number: number, change: Partial<NewReply> = {}): NewReply {
  const sealedContent = Buffer.from(`sealed reply ${number}`);
  return { messageId: "m1", number, sealedContent, createdAt: 2000 + number, ...change };
}

async function fileBlob(store: Store, chunks = 3, createdAt = 2000): Promise<ReplyBlob> {
  const blob = await store.sealed.createBlob(createdAt);
  for (let index = 0; index < chunks; index += 1) {
    await store.sealed.appendChunk(blob, index, chunkOf("file", index));
  }
  return { blob, chunkCount: chunks };
}

async function filesOf(store: Store, name: Pick<NewReply, "messageId" | "number">) {
  const chunks: Buffer[] = [];
  for await (const chunk of store.replies.readFiles(name)) chunks.push(chunk);
  return chunks;
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
      files: undefined,
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

  behaviour("keeps the files of a reply until its mail is taken, and no longer", async (store) => {
    await sealMessage(store, "m1");
    const files = await fileBlob(store, 130);
    assert.equal(await store.replies.add(reply(1, { files })), "stored");
    await store.sealed.discardBlob(files.blob);
    await store.manage.recall("m1", 3000);
    await store.manage.purge("m1");
    await store.sealed.sweep(endAt, 10);
    const [job] = await store.replies.jobs(10);
    assert.deepEqual(job?.files, files);
    const chunks = await filesOf(store, reply(1));
    assert.deepEqual(
      chunks,
      Array.from({ length: 130 }, (_, index) => chunkOf("file", index)),
    );
    await store.replies.complete(reply(1));
    await assert.rejects(filesOf(store, reply(1)), { code: "MXSEAL_MESSAGE_GONE" });
    await assert.rejects(store.sealed.appendChunk(files.blob, 130, chunkOf("file", 130)), {
      code: "MXSEAL_STORE_UNUSABLE",
    });
    await store.replies.complete(reply(1));
  });

  behaviour("breaks off who reads files that go meanwhile", async (store) => {
    await sealMessage(store, "m1");
    await store.replies.add(reply(1, { files: await fileBlob(store) }));
    const reading = store.replies.readFiles(reply(1))[Symbol.asyncIterator]();
    await reading.next();
    await store.replies.complete(reply(1));
    await assert.rejects(reading.next(), { code: "MXSEAL_MESSAGE_GONE" });
  });

  behaviour("leaves the files of a reply that it did not take to the sweep", async (store) => {
    await sealMessage(store, "m1");
    assert.equal(await store.replies.add(reply(1)), "stored");
    const files = await fileBlob(store);
    assert.equal(await store.replies.add(reply(1, { files })), "outdated");
    await store.sealed.sweep(2000 + 3_600_001, 10);
    await assert.rejects(store.replies.add(reply(2, { files })), { code: "MXSEAL_STORE_UNUSABLE" });
  });

  behaviour("takes no reply whose files are not all there", async (store) => {
    await sealMessage(store, "m1");
    const { blob } = await fileBlob(store, 2);
    const add = store.replies.add(reply(1, { files: { blob, chunkCount: 3 } }));
    await assert.rejects(add, /without all chunks/);
    assert.deepEqual(await store.replies.timesOf("m1"), []);
  });
}
