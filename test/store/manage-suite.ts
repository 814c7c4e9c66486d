/** The part of the store's suite that is about taking back, extending, unlocking and renewing. */
import assert from "node:assert/strict";
import { leastLifeMs, longestLifeMs } from "../../src/store/manage-store.ts";
import { stateOf } from "../../src/store/message-state.ts";
import type { SealedMessage } from "../../src/store/sealed-store.ts";
import type { Store } from "../../src/store/store.ts";
import {
  asStored,
  chunksPerMessage,
  monthMs,
  readAll,
  sampleLimits,
  sealMessage,
} from "./sample-message.ts";

type Behaviour = (name: string, work: (store: Store, place: Place) => Promise<void>) => void;

interface Place {
  open(): Promise<Store>;
}

const sampleCode = { kind: "own", guard: Buffer.from("guard") } as const;
const dayMs = 86_400_000;
const manage = { id: "manage-m1", wrap: Buffer.from("wrap") };

async function attempts(store: Store, count: number, nowMs: number, id = "m1"): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await store.sealed.countAttempt(`lookup-${id}`, `n${number}`, nowMs, sampleLimits);
  }
}

async function found(store: Store, id = "m1"): Promise<SealedMessage> {
  const message = await store.manage.findById(id);
  assert.ok(message);
  return message;
}

export function managed(behaviour: Behaviour): void {
  behaviour("finds a message by its short name and by the sender's link", async (store, place) => {
    const message = await sealMessage(store, "m1", { manage });
    await sealMessage(store, "m2");
    await using other = await place.open();
    assert.deepEqual(await other.manage.findById("m1"), asStored(message));
    assert.deepEqual(await other.manage.findByManageId("manage-m1"), asStored(message));
    assert.equal(await store.manage.findByManageId("manage-m2"), undefined);
    assert.equal(await store.manage.findById("m3"), undefined);
  });

  behaviour("takes back keys and chunks, and remembers that it did", async (store, place) => {
    await sealMessage(store, "m1", { manage });
    await attempts(store, 3, 4000);
    assert.equal(await store.manage.recall("m1", 5000), true);
    await using other = await place.open();
    const message = await found(other);
    assert.equal(message.recalledAt, 5000);
    assert.deepEqual(message.salt, Buffer.alloc(0));
    assert.deepEqual(message.wrappedKey, Buffer.alloc(0));
    assert.equal(message.manage, null);
    assert.equal(message.chunkCount, 0);
    await assert.rejects(readAll(other, "m1"), { code: "MXSEAL_MESSAGE_GONE" });
    assert.equal(await other.codeJobs.count(), 0);
    assert.deepEqual(await other.alarms.due(monthMs, 10), []);
    assert.deepEqual(await store.sealed.countAttempt("lookup-m1", "n1", 6000, sampleLimits), {
      kind: "gone",
    });
    assert.equal(await store.manage.recall("m1", 7000), false);
    assert.equal((await found(store)).recalledAt, 5000);
  });

  behaviour("says that a message is gone to who reads it while it is recalled", async (store) => {
    await sealMessage(store, "m1");
    const chunks = store.sealed.readChunks("m1")[Symbol.asyncIterator]();
    await chunks.next();
    await store.manage.recall("m1", 5000);
    await assert.rejects(chunks.next(), { code: "MXSEAL_MESSAGE_GONE" });
  });

  behaviour("remembers for 90 days after its end that it recalled a message", async (store) => {
    await sealMessage(store, "m1", { expiresAt: 9000 });
    await sealMessage(store, "m2", { expiresAt: 9001 + 91 * dayMs });
    await store.manage.recall("m1", 5000);
    assert.equal(await store.sealed.sweep(9000 + 90 * dayMs - 1, 10), 0);
    assert.equal(stateOf(await found(store), 9000 + 89 * dayMs).kind, "recalled");
    assert.equal(await store.sealed.sweep(9000 + 90 * dayMs, 10), 1);
    assert.equal(await store.manage.findById("m1"), undefined);
    assert.equal((await readAll(store, "m2")).length, chunksPerMessage);
  });

  // The link led to "no message, perhaps incomplete" a minute after its end.
  behaviour("keeps for 90 days of an expired message that there was one", async (store) => {
    await sealMessage(store, "m1", { expiresAt: 9000, manage, readNotice: true });
    await attempts(store, 3, 5000);
    assert.equal(await store.sealed.sweep(9000, 10), 1);
    const tombstone = await found(store);
    assert.equal(stateOf(tombstone, 9000).kind, "expired");
    assert.equal(stateOf(tombstone, 8000).kind, "expired", "also when the clock goes back");
    assert.deepEqual(tombstone.salt, Buffer.alloc(0));
    assert.deepEqual(tombstone.wrappedKey, Buffer.alloc(0));
    assert.equal(tombstone.manage, null);
    assert.equal(tombstone.chunkCount, 0);
    await assert.rejects(readAll(store, "m1"), { code: "MXSEAL_MESSAGE_GONE" });
    assert.equal(await store.codeJobs.count(), 0);
    assert.deepEqual(await store.alarms.due(8999, 10), []);
    assert.equal((await store.manage.findByManageId(manage.id))?.id, "m1");
    assert.equal((await store.manage.list({ state: "expired" }, 9000, { limit: 9 })).length, 1);
    assert.equal((await store.manage.list({ state: "waiting" }, 8000, { limit: 9 })).length, 0);
    assert.equal(await store.sealed.sweep(9000 + 90 * dayMs - 1, 10), 0);
    assert.equal(await store.sealed.sweep(9000 + 90 * dayMs, 10), 1);
    assert.equal(await store.manage.findById("m1"), undefined);
  });

  behaviour("brings no expired message back, not even when the clock goes back", async (store) => {
    await sealMessage(store, "m1", { expiresAt: 9000, readNotice: true });
    await store.sealed.sweep(9000, 10);
    assert.equal(await store.manage.extend("m1", 8000 + monthMs, 8000), false);
    assert.equal(await store.manage.unlock("m1", 8000), "gone");
    assert.equal(await store.manage.recall("m1", 8000), false);
    assert.equal(await store.manage.askForCode("lookup-m1", 8000), "gone");
    const attempt = await store.sealed.countAttempt("lookup-m1", "n1", 8000, sampleLimits);
    assert.deepEqual(attempt, { kind: "gone" });
    await store.sealed.resetAttempts("lookup-m1", 8000, "n1", Buffer.from("salt"));
    assert.deepEqual(await store.noticeJobs.due(8000, 10), []);
  });

  behaviour("moves the end of a message, within an hour and a year from now", async (store) => {
    await sealMessage(store, "m1", { expiresAt: 9000 });
    const nowMs = 5000;
    assert.equal(await store.manage.extend("m1", nowMs + longestLifeMs, nowMs), true);
    assert.equal((await found(store)).expiresAt, nowMs + longestLifeMs);
    assert.equal(await store.manage.extend("m1", nowMs + leastLifeMs, nowMs), true);
    assert.equal(await store.sealed.sweep(9000, 10), 0);
    for (const lifeMs of [leastLifeMs - 1, longestLifeMs + 1, Number.NaN]) {
      assert.throws(() => store.manage.extend("m1", nowMs + lifeMs, nowMs), RangeError);
    }
    assert.equal(await store.manage.extend("m2", nowMs + leastLifeMs, nowMs), false);
  });

  behaviour("extends, unlocks and renews nothing that is over", async (store) => {
    await sealMessage(store, "m1", { expiresAt: 9000 });
    await sealMessage(store, "m2");
    await store.manage.recall("m2", 5000);
    const wrap = {
      oldSalt: Buffer.from("salt"),
      salt: Buffer.from("n"),
      wrappedKey: Buffer.from("n"),
      code: sampleCode,
    };
    for (const id of ["m1", "m2", "m3"]) {
      assert.equal(await store.manage.extend(id, 9000 + monthMs, 9000), false);
      assert.equal(await store.manage.unlock(id, 9000), "gone");
      assert.equal(await store.manage.rewrap(id, wrap, 9000), false);
    }
    assert.equal(await store.manage.recall("m1", 9000), false);
    assert.equal(await store.manage.askForCode("lookup-m1", 9000), "gone");
    assert.equal(await store.manage.askForCode("lookup-m2", 9000), "gone");
  });

  behaviour("unlocks for every network and withdraws the alarm", async (store) => {
    await sealMessage(store, "m1");
    await attempts(store, 20, 5000);
    assert.deepEqual(stateOf(await found(store), 5000), {
      kind: "locked",
      untilAt: 5000 + sampleLimits.lockMs,
    });
    assert.equal(await store.manage.unlock("m1", 6000), "unlocked");
    assert.equal(stateOf(await found(store), 6000).kind, "available");
    assert.deepEqual(await store.alarms.due(monthMs, 10), []);
    for (let count = 0; count < 5; count += 1) {
      await store.sealed.countAttempt("lookup-m1", "n1", 6000, sampleLimits);
    }
    assert.equal(await store.manage.unlock("m1", 6000), "unlocked");
    const again = await store.sealed.countAttempt("lookup-m1", "n1", 6000, sampleLimits);
    assert.deepEqual(again, { kind: "counted", leftForNetwork: 4, leftForMessage: 19 });
  });

  behaviour("gives a message a new wrap once, and all its tries back", async (store) => {
    await sealMessage(store, "m1", { manage });
    await attempts(store, 20, 5000);
    const [oldSalt, salt] = [Buffer.from("salt"), Buffer.from("new salt")];
    const wrap = { oldSalt, salt, wrappedKey: Buffer.from("new wrap"), code: sampleCode };
    assert.equal(await store.manage.rewrap("m1", wrap, 6000), true);
    const other = {
      oldSalt,
      salt: Buffer.from("other"),
      wrappedKey: Buffer.from("other"),
      code: sampleCode,
    };
    assert.equal(await store.manage.rewrap("m1", other, 6000), false);
    const message = await found(store);
    assert.deepEqual(message.salt, wrap.salt);
    assert.deepEqual(message.wrappedKey, wrap.wrappedKey);
    assert.deepEqual(message.manage, manage);
    assert.equal(message.codeRenewedAt, 6000);
    assert.equal(message.wrongCodesInAll, 0);
    assert.equal(stateOf(message, 6000).kind, "available");
    assert.equal(await store.codeJobs.count(), 0, "the old code need not be mailed any more");
    assert.equal((await readAll(store, "m1")).length, chunksPerMessage);
  });

  behaviour("purges a message with all its traces, and no other", async (store) => {
    await sealMessage(store, "m1", { manage });
    await sealMessage(store, "m2");
    await attempts(store, 3, 5000);
    assert.equal(await store.manage.purge("m1"), true);
    assert.equal(await store.manage.purge("m1"), false);
    assert.equal(await store.manage.findById("m1"), undefined);
    assert.equal(await store.codeJobs.count(), 1);
    assert.equal((await readAll(store, "m2")).length, chunksPerMessage);
    assert.equal(await store.sealed.sweep(monthMs, 10), 0);
  });
}

export function listed(behaviour: Behaviour): void {
  const idsOf = (messages: readonly SealedMessage[]) => messages.map(({ id }) => id);

  behaviour("lists the newest first, page by page", async (store) => {
    for (const [id, createdAt] of [
      ["a", 1000],
      ["b", 3000],
      ["c", 2000],
      ["d", 2000],
    ] as const) {
      await sealMessage(store, id, { createdAt });
    }
    const first = await store.manage.list({}, 5000, { limit: 3 });
    assert.deepEqual(idsOf(first), ["b", "d", "c"]);
    const rest = await store.manage.list({}, 5000, { limit: 3, after: first.at(-1) });
    assert.deepEqual(idsOf(rest), ["a"]);
    const between = await store.manage.list({}, 5000, { limit: 3, after: first[1] });
    assert.deepEqual(idsOf(between), ["c", "a"]);
  });

  behaviour("lists by sender, recipient and age", async (store) => {
    await sealMessage(store, "a", { sender: "Alice@Own.example", recipient: "bob@far.example" });
    await sealMessage(store, "b", { sender: "otto@own.example", createdAt: 4000 });
    await sealMessage(store, "c", { sender: "x_@sub.own.example", recipient: "100%@odd.example" });
    const by = async (filter: Parameters<Store["manage"]["list"]>[0]) =>
      idsOf(await store.manage.list(filter, 5000, { limit: 10 })).toSorted();
    assert.deepEqual(await by({ sender: "alice@own.example" }), ["a"]);
    assert.deepEqual(await by({ sender: "@OWN.example" }), ["a", "b"]);
    assert.deepEqual(await by({ sender: "lice@own.example" }), []);
    assert.deepEqual(await by({ recipient: "@odd.example" }), ["c"]);
    assert.deepEqual(await by({ recipient: "@%.example" }), []);
    assert.deepEqual(await by({ recipient: "@_dd.example" }), []);
    assert.deepEqual(await by({ recipient: "100%@odd.example" }), ["c"]);
    assert.deepEqual(await by({ createdSince: 4000 }), ["b"]);
    assert.deepEqual(await by({ createdSince: 1000, sender: "@own.example" }), ["a", "b"]);
  });

  behaviour("lists by state, each message in one, as a single message tells it", async (store) => {
    for (const id of ["waiting", "opened", "recalled"]) await sealMessage(store, id);
    await sealMessage(store, "expired", { expiresAt: 5500 });
    await sealMessage(store, "m1", { lookupId: "lookup-m1" });
    await store.sealed.resetAttempts("lookup-opened", 2000, "n1", Buffer.from("salt"));
    await store.manage.recall("recalled", 5000);
    await attempts(store, 20, 5000);
    const nowMs = 6000;
    for (const state of ["waiting", "opened", "recalled", "expired", "locked"] as const) {
      const ids = idsOf(await store.manage.list({ state }, nowMs, { limit: 10 }));
      assert.deepEqual(ids, [state === "locked" ? "m1" : state]);
    }
    const later = 5000 + sampleLimits.lockMs;
    assert.deepEqual(await store.manage.list({ state: "locked" }, later, { limit: 10 }), []);
    const waiting = await store.manage.list({ state: "waiting" }, later, { limit: 10 });
    assert.deepEqual(idsOf(waiting), ["waiting", "m1"]);
  });
}

export function alarms(behaviour: Behaviour): void {
  const hourMs = 3_600_000;
  const due = async (store: Store, nowMs: number) =>
    (await store.alarms.due(nowMs, 10)).map(({ kind, message }) => `${kind} ${message.id}`);
  const mail = async (store: Store, nowMs: number): Promise<void> => {
    for (const alarm of await store.alarms.due(nowMs, 10))
      await store.alarms.complete(alarm, nowMs);
  };

  behaviour("raises one with the third wrong code, once it is sure to be wrong", async (store) => {
    await sealMessage(store, "m1");
    await attempts(store, 2, 5000);
    assert.deepEqual(await due(store, hourMs), []);
    await attempts(store, 1, 6000);
    assert.deepEqual(await due(store, 6000), []);
    assert.deepEqual(await due(store, 36_000), ["wrong-codes m1"]);
    await mail(store, 36_000);
    assert.deepEqual(await due(store, monthMs / 2), []);
  });

  behaviour("withdraws it when the third was right after all", async (store) => {
    await sealMessage(store, "m1");
    await attempts(store, 3, 5000);
    await store.sealed.resetAttempts("lookup-m1", 5100, "n1", Buffer.from("salt"));
    assert.deepEqual(await due(store, hourMs), []);
  });

  behaviour("tells of a lock instead, at most one an hour, and never of none", async (store) => {
    await sealMessage(store, "m1");
    await attempts(store, 19, 5000);
    assert.deepEqual(await due(store, 35_000), ["wrong-codes m1"]);
    await mail(store, 40_000);
    await attempts(store, 1, 41_000);
    assert.deepEqual(await due(store, 39_999 + hourMs), []);
    assert.deepEqual(await due(store, 40_000 + hourMs), ["locked m1"]);
    await mail(store, 40_000 + hourMs);
    assert.deepEqual(await due(store, monthMs / 2), []);
  });

  behaviour("keeps one that was raised anew while the last was being mailed", async (store) => {
    await sealMessage(store, "m1");
    await store.manage.askForCode("lookup-m1", 5000);
    const [alarm] = await store.alarms.due(5000, 10);
    assert.ok(alarm);
    await store.manage.askForCode("lookup-m1", 6000);
    await store.alarms.complete(alarm, 6000);
    assert.deepEqual(await due(store, 6000), ["no-code m1"]);
  });

  behaviour("lets a reader ask for the code twice a day", async (store) => {
    await sealMessage(store, "m1");
    const ask = (nowMs: number) => store.manage.askForCode("lookup-m1", nowMs);
    assert.deepEqual(
      [await ask(5000), await ask(6000), await ask(7000)],
      ["noted", "noted", "enough"],
    );
    assert.equal(await ask(4999 + dayMs), "enough");
    assert.deepEqual([await ask(5000 + dayMs), await ask(5000 + dayMs)], ["noted", "noted"]);
    assert.equal(await ask(6000 + dayMs), "enough");
    assert.equal(await store.manage.askForCode("nobody", 5000), "gone");
  });

  behaviour("lets readers ask one sender twenty times a day, others as ever", async (store) => {
    for (let number = 0; number < 11; number += 1) await sealMessage(store, `m${number}`);
    await sealMessage(store, "other", { sender: "carol@own.example" });
    const ask = (id: string, nowMs: number) => store.manage.askForCode(`lookup-${id}`, nowMs);
    for (let number = 0; number < 20; number += 1) {
      assert.equal(await ask(`m${number % 10}`, 5000), "noted");
    }
    assert.deepEqual(
      [await ask("m0", 6000), await ask("m10", 6000), await ask("other", 6000)],
      ["enough", "too-often", "noted"],
    );
    assert.equal((await store.alarms.due(6000, 100)).length, 11);
    assert.equal(await ask("m10", 4999 + dayMs), "too-often");
    assert.equal(await ask("m10", 5000 + dayMs), "noted");
  });

  behaviour("tells a sender ten times an hour, locks first, and loses nothing", async (store) => {
    const dueAt = 35_000;
    for (let number = 10; number < 25; number += 1) {
      await sealMessage(store, `m${number}`);
      await attempts(store, number === 24 ? 20 : 3, 5000, `m${number}`);
    }
    await sealMessage(store, "other", { sender: "carol@own.example" });
    await attempts(store, 3, 5001, "other");
    await store.manage.askForCode("lookup-m10", 5000);
    const given = async (nowMs: number) => {
      const all = await store.alarms.due(nowMs, 100);
      for (const alarm of all) await store.alarms.complete(alarm, nowMs);
      return all.map(({ kind, message }) => `${kind} ${message.id}`);
    };
    const wrong = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => `wrong-codes m${from + index}`);
    assert.deepEqual(await given(dueAt + 1), [
      "no-code m10",
      ...wrong(10, 19),
      "locked m24",
      "wrong-codes other",
    ]);
    assert.deepEqual(await given(dueAt + hourMs), []);
    assert.deepEqual(await given(dueAt + 1 + hourMs), wrong(19, 24));
  });

  behaviour("says nothing of messages that are over, and bounds what it gives", async (store) => {
    for (const id of ["a", "b", "c"]) {
      await sealMessage(store, id, { expiresAt: id === "c" ? 9000 : monthMs });
      await store.manage.askForCode(`lookup-${id}`, 5000);
    }
    assert.deepEqual(await due(store, 8999), ["no-code a", "no-code b", "no-code c"]);
    assert.deepEqual(await due(store, 9000), ["no-code a", "no-code b"]);
    assert.equal((await store.alarms.due(9000, 1)).length, 1);
    await store.manage.recall("a", 8000);
    assert.deepEqual(await due(store, 9000), ["no-code b"]);
  });
}
