import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import type { SealedStore } from "../../src/store/sealed-store.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";
import { HoldWorld, messageOf, sealTo } from "./hold-world.ts";

describe("trouble on the way", () => {
  const full = new MxsealError("MXSEAL_STORE_UNUSABLE", "the disk is full");
  const reject = (): Promise<never> => Promise.reject(full);

  for (const method of ["createBlob", "appendChunk", "findByLookupId", "commit"] as const) {
    it(`makes the message wait when the store fails in ${method}`, async () => {
      await using world = await HoldWorld.create();
      const store = changed(world.store.sealed, { [method]: reject });
      const outcome = await world.send({ body: Buffer.alloc(200_000) }, world.port({ store }));
      assert.deepEqual(outcome, { kind: "wait", why: "trouble" });
      const [line] = world.log.at("error");
      assert.match(line?.text ?? "", /the disk is full/);
      assert.match(String(line?.fields["advice"]), /free space/);
      assert.equal(await world.store.sealed.count(), 0);
    });
  }

  it("makes it wait, too, when one chunk was not taken and all others were", async () => {
    await using world = await HoldWorld.create();
    let appended = 0;
    const store = changed(world.store.sealed, {
      appendChunk: (...chunk) => {
        appended += 1;
        return appended === 1 ? reject() : world.store.sealed.appendChunk(...chunk);
      },
    });
    const outcome = await world.send({ body: Buffer.alloc(300_000) }, world.port({ store }));
    assert.deepEqual(outcome, { kind: "wait", why: "trouble" });
    assert.equal(await world.store.sealed.count(), 0);
  });

  it("makes it wait, too, when it cannot be noted for release", async () => {
    await using world = await HoldWorld.create();
    world.decider.decisions.set(sealTo, sampleDecisions.secure);
    const held = { put: reject, list: reject, remove: reject, removeOlderThan: reject };
    const outcome = await world.send({}, world.port({ held }));
    assert.deepEqual(outcome, { kind: "wait", why: "trouble" });
  });

  it("keeps nothing of a message that Postfix gave up", async () => {
    await using world = await HoldWorld.create();
    const abort = new AbortController();
    const outcome = await world.send({
      message: { signal: abort.signal },
      body: Buffer.alloc(200_000),
      beforeEnd: () => abort.abort(),
    });
    assert.deepEqual(outcome, { kind: "wait", why: "abandoned" });
    assert.equal(await world.store.sealed.count(), 0);
    assert.deepEqual(await world.jobs(), []);
  });

  it("frees the chunks of a message that is given up within a write, and takes no more", async () => {
    await using world = await HoldWorld.create();
    const calls: string[] = [];
    let aborting: Promise<void> | undefined;
    const store = changed(world.store.sealed, {
      createBlob: async (createdAt) => {
        aborting = session.abort();
        return world.store.sealed.createBlob(createdAt);
      },
      appendChunk: (...chunk) => {
        calls.push("append");
        return world.store.sealed.appendChunk(...chunk);
      },
      discardBlob: (blob) => {
        calls.push("discard");
        return world.store.sealed.discardBlob(blob);
      },
    });
    const session = world.port({ store }).open(messageOf());
    await session.begin();
    await session.chunk(Buffer.alloc(100_000));
    await aborting;
    await session.chunk(Buffer.alloc(500_000));
    assert.deepEqual(calls, ["append", "discard"]);
  });
});

/** The real store with some methods replaced. */
function changed(store: SealedStore, methods: Partial<SealedStore>): SealedStore {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
