/** The part of the store's suite that is about remembered codes whose code mail never went out. */
import assert from "node:assert/strict";
import type { Store } from "../../src/store/store.ts";
import {
  type Behaviour,
  commit,
  currentId,
  newCode,
  owner,
  tellCodes,
} from "./remembered-suite.ts";

export function untold(behaviour: Behaviour): void {
  const newWrap = {
    oldSalt: Buffer.from("salt"),
    salt: Buffer.from("new salt"),
    wrappedKey: Buffer.from("new wrap"),
    code: { kind: "own", guard: Buffer.from("new guard") },
  } as const;
  for (const [how, end] of [
    ["is recalled", (store) => store.manage.recall("m1", 2000)],
    ["expires", (store) => store.sealed.sweep(9000, 10)],
    ["is purged", (store) => store.manage.purge("m1")],
    ["gets another code", (store) => store.manage.rewrap("m1", newWrap, 2000)],
  ] as const satisfies readonly (readonly [string, (store: Store) => Promise<unknown>])[]) {
    behaviour(`seals nothing more for a code that nobody was told: ${how}`, async (store) => {
      const code = { kind: "new-remembered", code: newCode() } as const;
      await commit(store, "m1", { code, expiresAt: 9000 });
      const id = await currentId(store);
      await commit(store, "m2", { code: { kind: "remembered", id } });
      await end(store);
      assert.equal(await store.remembered.current(owner), undefined);
    });

    behaviour(`keeps a code that was told when its first message ${how}`, async (store) => {
      const code = { kind: "new-remembered", code: newCode() } as const;
      await commit(store, "m1", { code, expiresAt: 9000 });
      const id = await currentId(store);
      await tellCodes(store);
      await commit(store, "m2", { code: { kind: "remembered", id } });
      await end(store);
      assert.equal(await currentId(store), id);
    });
  }

  behaviour("keeps a code when a later message goes before its mail", async (store) => {
    await commit(store, "m1", { code: { kind: "new-remembered", code: newCode() } });
    const id = await currentId(store);
    await commit(store, "m2", { code: { kind: "remembered", id } });
    await store.manage.recall("m2", 2000);
    assert.equal(await currentId(store), id);
  });
}
