/** Tasks of one process at a time; part of `store-suite.ts`. */
import assert from "node:assert/strict";
import type { Lease } from "../../src/store/lease-store.ts";
import type { Store } from "../../src/store/store.ts";
import type { StorePlace } from "./store-suite.ts";

type Behaviour = (name: string, work: (store: Store, place: StorePlace) => Promise<void>) => void;

export function leases(behaviour: Behaviour): void {
  behaviour(
    "gives a lease to one holder, and tells the others who has it",
    async (store, place) => {
      const first = lease("first", 100);
      assert.deepEqual(await store.leases.take(first, 0), {
        kind: "taken",
        interrupted: undefined,
      });
      await using other = await place.open();
      assert.deepEqual(await other.leases.take(lease("second", 199), 99), {
        kind: "held",
        by: first,
      });
      const elsewhere = { ...lease("second", 199), name: "another task" };
      assert.equal((await other.leases.take(elsewhere, 99)).kind, "taken");
    },
  );

  behaviour("lets the next one take what ran out, and tells of the interruption", async (store) => {
    const first = lease("first", 100);
    await store.leases.take(first, 0);
    const second = lease("second", 200);
    assert.deepEqual(await store.leases.take(second, 100), { kind: "taken", interrupted: first });
    const late = await store.leases.take(lease("third", 200), 150);
    assert.deepEqual(late, { kind: "held", by: second });
  });

  behaviour("renews for its holder only, also what has run out", async (store) => {
    await store.leases.take(lease("first", 100), 0);
    assert.equal(await store.leases.renew("task", "first", 300), true);
    assert.equal(await store.leases.renew("task", "second", 900), false);
    assert.equal(await store.leases.renew("another task", "first", 900), false);
    assert.equal((await store.leases.take(lease("second", 400), 299)).kind, "held");
    assert.equal((await store.leases.take(lease("second", 400), 300)).kind, "taken");
    assert.equal(await store.leases.renew("task", "first", 900), false, "it was lost");
  });

  behaviour("is free again when its holder gives it back", async (store) => {
    await store.leases.take(lease("first", 100), 0);
    await store.leases.release("task", "second");
    assert.equal((await store.leases.take(lease("second", 100), 50)).kind, "held");
    await store.leases.release("task", "first");
    const outcome = await store.leases.take(lease("second", 100), 50);
    assert.deepEqual(outcome, { kind: "taken", interrupted: undefined });
  });

  behaviour("can be taken anew by its holder, who may say more by then", async (store) => {
    await store.leases.take(lease("first", 100), 0);
    const corrected = { ...lease("first", 100), startedAt: -50 };
    assert.equal((await store.leases.take(corrected, 10)).kind, "taken");
    const next = await store.leases.take(lease("second", 300), 100);
    assert.deepEqual(next, { kind: "taken", interrupted: corrected });
  });
}

function lease(holder: string, until: number): Lease {
  return { name: "task", holder, note: `process of ${holder}`, startedAt: 0, until };
}
