/** The part of the store's suite that is about guesses at a code that stands for a recipient. */
import assert from "node:assert/strict";
import type { Store } from "../../src/store/store.ts";
import { type Behaviour, commit, currentId, newCode, owner } from "./remembered-suite.ts";
import { sampleLimits } from "./sample-message.ts";

/** One code, and many messages whose links lead to it. */
export function guessingAtRemembered(behaviour: Behaviour): void {
  const limits = { ...sampleLimits, perMessage: 5, perCode: 12, perNetwork: 5 };
  const guess = (store: Store, message: number, network: string) =>
    store.sealed.countAttempt(`lookup-m${message}`, network, 5000, limits);
  const sealMany = async (store: Store, count: number): Promise<number> => {
    await commit(store, "m1", { code: { kind: "new-remembered", code: newCode() } });
    const id = await currentId(store);
    for (let number = 2; number <= count; number += 1) {
      await commit(store, `m${number}`, { code: { kind: "remembered", id } });
    }
    return id;
  };
  /** Two at each message: none of them reaches a limit of its own. */
  const guessAtAll = async (store: Store, messages: number): Promise<void> => {
    for (let number = 1; number <= messages; number += 1) {
      for (const network of ["n1", "n2"]) {
        const outcome = await guess(store, number, network);
        assert.equal(outcome.kind, "counted", `m${number}`);
      }
    }
  };

  behaviour("counts guesses at a code that stays over all of its messages", async (store) => {
    const id = await sealMany(store, 7);
    await guessAtAll(store, 5);
    assert.equal(await currentId(store), id);
    assert.partialDeepStrictEqual(await guess(store, 6, "n1"), { leftForMessage: 1 });
    assert.partialDeepStrictEqual(await guess(store, 6, "n2"), { leftForMessage: 0 });
    assert.equal((await store.manage.findById("m6"))?.lockedUntil, null);
    assert.equal(await store.manage.unlock("m6", 6000), "needs-new-code");
    for (const number of [7, 1]) {
      assert.deepEqual(await guess(store, number, "n3"), { kind: "locked", untilAt: null });
      assert.equal(await store.manage.unlock(`m${number}`, 6000), "needs-new-code");
    }
    assert.equal(await store.remembered.current(owner), undefined, "later messages have others");
    const raised = await store.alarms.due(60_000, 10);
    const alarms = Object.fromEntries(raised.map(({ kind, message }) => [message.id, kind]));
    assert.deepEqual(alarms, {
      m1: "locked",
      m3: "wrong-codes",
      m5: "wrong-codes",
      m6: "locked",
      m7: "locked",
    });
  });

  behaviour("gives up a code whose guesses a lowered limit has used up", async (store) => {
    await sealMany(store, 3);
    await guessAtAll(store, 2);
    const lowered = { ...limits, perCode: 4 };
    const outcome = await store.sealed.countAttempt("lookup-m3", "n1", 5000, lowered);
    assert.deepEqual(outcome, { kind: "locked", untilAt: null });
    assert.equal(await store.remembered.current(owner), undefined, "later messages have others");
  });

  behaviour("opens with the last guess when it is right, and counts it no more", async (store) => {
    await sealMany(store, 7);
    await guessAtAll(store, 5);
    await guess(store, 6, "n1");
    await guess(store, 6, "n2");
    const salt = Buffer.from("salt");
    assert.equal(await store.sealed.resetAttempts("lookup-m6", 5000, "n2", salt), true);
    assert.equal((await store.manage.findById("m6"))?.lockedAt, null);
    assert.partialDeepStrictEqual(await guess(store, 7, "n1"), { leftForMessage: 0 });
  });

  behaviour("does not count at the code what a pause or a lock has refused", async (store) => {
    await sealMany(store, 2);
    for (let count = 0; count < 4; count += 1) await guess(store, 1, "n1");
    const paused = { ...limits, perNetwork: 4 };
    for (let count = 0; count < 10; count += 1) {
      const outcome = await store.sealed.countAttempt("lookup-m1", "n1", 5000, paused);
      assert.equal(outcome.kind, "network-paused");
    }
    await guess(store, 1, "n2");
    for (let count = 0; count < 10; count += 1) {
      assert.equal((await guess(store, 1, "n3")).kind, "locked");
    }
    for (let left = 4; left >= 1; left -= 1) {
      assert.partialDeepStrictEqual(await guess(store, 2, "n4"), { leftForMessage: left });
    }
  });

  behaviour("gives each new code its own guesses", async (store) => {
    await sealMany(store, 7);
    await guessAtAll(store, 6);
    const wrap = {
      oldSalt: Buffer.from("salt"),
      salt: Buffer.from("new salt"),
      wrappedKey: Buffer.from("new wrap"),
      code: { kind: "new-remembered", code: newCode({ madeAt: 6000 }) },
    } as const;
    assert.equal((await guess(store, 7, "n1")).kind, "locked");
    assert.equal(await store.manage.rewrap("m7", wrap, 6000), true);
    assert.partialDeepStrictEqual(await guess(store, 7, "n5"), { leftForMessage: 4 });
  });
}
