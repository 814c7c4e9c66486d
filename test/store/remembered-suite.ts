/** The part of the store's suite that is about codes that stand for a recipient, and guards. */
import assert from "node:assert/strict";
import type { CodeOwner } from "../../src/base/code-owner.ts";
import type { NewRememberedCode } from "../../src/store/remembered-store.ts";
import type { Store } from "../../src/store/store.ts";
import { domainOf } from "../support/full-verdict.ts";
import { fillBlob, monthMs, sampleJob, sampleMessage, sealMessage } from "./sample-message.ts";

export type Behaviour = (name: string, work: (store: Store) => Promise<void>) => void;

export const owner: CodeOwner = {
  senderDomain: domainOf("own.example"),
  recipient: "erna@example.org",
};

export function newCode(change: Partial<NewRememberedCode> = {}): NewRememberedCode {
  return {
    owner,
    form: "drawn",
    publicKey: Buffer.from("public"),
    wrappedPrivateKey: Buffer.from("private"),
    salt: Buffer.from("code salt"),
    guard: Buffer.from("code guard"),
    madeBy: "alice@own.example",
    madeAt: 1000,
    ...change,
  };
}

export async function commit(
  store: Store,
  id: string,
  change: Parameters<typeof sampleMessage>[1],
): Promise<string> {
  const message = sampleMessage(id, change);
  const blob = await fillBlob(store, id, message.createdAt);
  return await store.sealed.commit(message, blob, sampleJob());
}

export async function currentId(store: Store): Promise<number> {
  const code = await store.remembered.current(owner);
  assert.ok(code);
  return code.id;
}

/** The code mails have gone out. */
export async function tellCodes(store: Store): Promise<void> {
  const jobs = await store.codeJobs.ripe({ quietSince: 1e6, overdueSince: 1e6 }, 10);
  await store.codeJobs.complete(jobs.map(({ id }) => id));
}

export function remembering(behaviour: Behaviour): void {
  behaviour("takes a remembered code into force together with its message", async (store) => {
    assert.equal(await store.remembered.current(owner), undefined);
    const code = { kind: "new-remembered", code: newCode() } as const;
    assert.equal(await commit(store, "m1", { code }), "committed");
    const current = await store.remembered.current(owner);
    assert.ok(current);
    assert.deepEqual(current, { ...newCode(), id: current.id, retiredAt: null });
    assert.equal((await store.manage.findById("m1"))?.rememberedCodeId, current.id);
    const elsewhere = { ...owner, senderDomain: domainOf("other.example") };
    assert.equal(await store.remembered.current(elsewhere), undefined);
    assert.deepEqual(await store.remembered.list(10), [current]);
    assert.deepEqual(await store.remembered.list(10, current), []);
  });

  behaviour("commits nothing when the remembered code changed meanwhile", async (store) => {
    const code = { kind: "new-remembered", code: newCode() } as const;
    await commit(store, "m1", { code });
    assert.equal(await commit(store, "m2", { code }), "code-changed", "somebody was first");
    const id = await currentId(store);
    assert.equal(await commit(store, "m3", { code: { kind: "remembered", id } }), "committed");
    assert.equal(await store.remembered.retire(id, 2000), true);
    assert.equal(await store.remembered.retire(id, 3000), false);
    const stale = { code: { kind: "remembered", id } } as const;
    assert.equal(await commit(store, "m4", stale), "code-changed", "it was retired");
    for (const gone of ["m2", "m4"]) assert.equal(await store.manage.findById(gone), undefined);
    assert.equal(await store.codeJobs.count(), 2);
  });

  behaviour("puts a renewed code into force; older messages keep theirs", async (store) => {
    await commit(store, "m1", { code: { kind: "new-remembered", code: newCode() } });
    const first = await currentId(store);
    await commit(store, "m2", { code: { kind: "remembered", id: first } });
    const next = newCode({ form: "own", madeAt: 5000, guard: Buffer.from("other") });
    const wrap = {
      oldSalt: Buffer.from("salt"),
      salt: Buffer.from("new salt"),
      wrappedKey: Buffer.from("new wrap"),
      code: { kind: "new-remembered", code: next },
    } as const;
    assert.equal(await store.manage.rewrap("m2", wrap, 5000), true);
    const second = await currentId(store);
    assert.notEqual(second, first);
    assert.equal((await store.manage.findById("m1"))?.rememberedCodeId, first);
    assert.equal((await store.manage.findById("m2"))?.rememberedCodeId, second);
    assert.equal((await store.remembered.find(first))?.retiredAt, 5000);
    assert.equal(await store.manage.rewrap("m2", wrap, 6000), false, "it is outdated");
    assert.equal(await currentId(store), second, "and nothing came into force");
  });

  behaviour("gives a message a code of its own again", async (store) => {
    await commit(store, "m1", { code: { kind: "new-remembered", code: newCode() } });
    await tellCodes(store);
    const id = await currentId(store);
    const wrap = {
      oldSalt: Buffer.from("salt"),
      salt: Buffer.from("new salt"),
      wrappedKey: Buffer.from("new wrap"),
      code: { kind: "own", guard: Buffer.from("new guard") },
    } as const;
    assert.equal(await store.manage.rewrap("m1", wrap, 5000), true);
    assert.equal((await store.manage.findById("m1"))?.rememberedCodeId, null);
    assert.equal(await currentId(store), id, "the remembered one stays in force for later ones");
  });

  behaviour("forgets a retired code with the last message that needs it", async (store) => {
    await commit(store, "m1", {
      expiresAt: 9000,
      code: { kind: "new-remembered", code: newCode() },
    });
    const id = await currentId(store);
    await store.remembered.retire(id, 2000);
    await store.sealed.sweep(8000, 10);
    assert.ok(await store.remembered.find(id), "its message can still be opened");
    await store.sealed.sweep(9000, 10);
    assert.equal(await store.remembered.find(id), undefined);
  });

  behaviour("keeps a code in force that no message needs now", async (store) => {
    await commit(store, "m1", {
      expiresAt: 9000,
      code: { kind: "new-remembered", code: newCode() },
    });
    await tellCodes(store);
    const id = await currentId(store);
    await store.sealed.sweep(9000, 10);
    assert.equal(await currentId(store), id);
  });

  behaviour("knows by what the codes of a recipient are known again", async (store) => {
    const recipient = "Erna@Example.org";
    const own = (text: string) => ({ kind: "own", guard: Buffer.from(text) }) as const;
    await commit(store, "m1", { recipient, createdAt: 1, code: own("one") });
    await commit(store, "m2", { recipient, createdAt: 2, code: own("two"), way: "pdf" });
    await sealMessage(store, "m3", { recipient, createdAt: 3 });
    await commit(store, "m4", { recipient: "otto@example.org", code: own("four") });
    const code = { kind: "new-remembered", code: newCode() } as const;
    await commit(store, "m5", { recipient, createdAt: 5, code });
    const id = await currentId(store);
    await commit(store, "m6", { recipient, createdAt: 6, code: { kind: "remembered", id } });
    await commit(store, "m7", { recipient, createdAt: 7, expiresAt: 8000, code: own("seven") });
    await commit(store, "m8", { recipient, createdAt: 8, code: own("eight") });
    await store.manage.recall("m8", 8000);
    const salt = Buffer.from("salt");
    const known = {
      messageId: "m6",
      form: "drawn",
      salt: Buffer.from("code salt"),
      guard: Buffer.from("code guard"),
    };
    const two = { messageId: "m2", form: "pdf", salt, guard: Buffer.from("two") };
    const one = { messageId: "m1", form: "drawn", salt, guard: Buffer.from("one") };
    const guards = await store.remembered.guardsOf("erna@example.ORG", 8000, 10);
    assert.deepEqual(guards, [known, two, one]);
    const newest = await store.remembered.guardsOf("erna@example.org", 8000, 2);
    assert.deepEqual(newest, [known, two], "many messages for one code take one place");
    const inForce = { ...known, messageId: undefined };
    const later = () => store.remembered.guardsOf("erna@example.org", monthMs * 2, 10);
    assert.deepEqual(await later(), [inForce], "it opens later messages");
    await store.remembered.retire(id, 9000);
    assert.deepEqual(await later(), []);
    assert.deepEqual(await store.remembered.guardsOf("nobody@example.org", 8000, 10), []);
  });
}
