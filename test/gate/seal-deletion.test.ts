/** What is left in the store's files of a message that is over: nothing of content, keys, codes. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import type { HoldOutcome } from "../../src/gate/hold-message.ts";
import { lookupIdOf, parseLinkToken } from "../../src/seal/link-token.ts";
import type { SealedMessage } from "../../src/store/sealed-store.ts";
import { aFields, everyJob, HoldWorld, linkIn, messageOf } from "./hold-world.ts";

const mebibyte = 2 ** 20;
const dayMs = 86_400_000;
const sampleBytes = 24;
const sampleEvery = 1000;

async function rowOf(world: HoldWorld, outcome: HoldOutcome): Promise<SealedMessage> {
  const token = parseLinkToken((await linkIn(outcome)).split("/").at(-1) ?? "");
  assert.ok(token);
  const row = await world.store.sealed.findByLookupId(lookupIdOf(token));
  assert.ok(row);
  return row;
}

/** Pieces of all that a tombstone must not hold, close enough to hit every page. */
async function piecesOf(world: HoldWorld, outcome: HoldOutcome): Promise<readonly Buffer[]> {
  const row = await rowOf(world, outcome);
  assert.ok(row.manage);
  const pieces = [row.salt, row.wrappedKey, row.manage.wrap];
  for await (const chunk of world.store.sealed.readChunks(row.id)) {
    for (let at = 0; at + sampleBytes <= chunk.length; at += sampleEvery) {
      pieces.push(Buffer.from(chunk.subarray(at, at + sampleBytes)));
    }
  }
  const jobs = await world.store.codeJobs.ripe(everyJob, 1000);
  for (const job of jobs.filter(({ messageId }) => messageId === row.id)) {
    pieces.push(job.sealedContent.subarray(-sampleBytes));
  }
  return pieces;
}

/** How many of them stand in the files; each file is read through once. */
async function foundIn(world: HoldWorld, pieces: readonly Buffer[]): Promise<number> {
  const wanted = Map.groupBy(pieces, (piece) => piece.readUInt32LE(0));
  const found = new Set<Buffer>();
  for (const file of await world.storeFiles()) {
    for (let at = 0; at + 4 <= file.length; at += 1) {
      const like = wanted.get(file.readUInt32LE(at)) ?? [];
      const here = like.filter((piece) => file.subarray(at, at + piece.length).equals(piece));
      for (const piece of here) found.add(piece);
    }
  }
  return found.size;
}

async function sealOne(world: HoldWorld, id: string, bytes: number): Promise<HoldOutcome> {
  const fields = [...aFields, { name: "X-Number", value: ` ${id}` }];
  const outcome = await world.send(
    { message: messageOf({ fields }), body: randomBytes(bytes) },
    world.port({ maxMessageBytes: 64 * mebibyte }),
  );
  assert.equal(outcome.kind, "notify");
  return outcome;
}

describe("an expired message", () => {
  it("leaves neither wrap nor chunk nor code in database, log or free pages", async () => {
    await using world = await HoldWorld.create();
    // One is larger than what a single step gives back to the disk.
    const outcomes = [
      await sealOne(world, "small", 1000),
      await sealOne(world, "large", 20 * mebibyte),
    ];
    const pieces = (await Promise.all(outcomes.map((one) => piecesOf(world, one)))).flat();
    assert.ok(pieces.length > 20_000);
    assert.equal(await foundIn(world, pieces), pieces.length);
    world.clock.advance(31 * dayMs);
    assert.equal(await world.store.sealed.sweep(world.clock.now(), 10), 2);
    assert.equal(await foundIn(world, pieces), 0);
  });

  it("takes nothing of its neighbours with it", async () => {
    await using world = await HoldWorld.create();
    await sealOne(world, "old", mebibyte);
    world.clock.advance(29 * dayMs);
    const young = await sealOne(world, "young", mebibyte);
    const pieces = await piecesOf(world, young);
    world.clock.advance(2 * dayMs);
    assert.equal(await world.store.sealed.sweep(world.clock.now(), 10), 1);
    assert.equal(await foundIn(world, pieces), pieces.length);
  });
});

describe("a message that its sender takes back", () => {
  it("leaves as little, at once", async () => {
    await using world = await HoldWorld.create();
    const outcome = await sealOne(world, "recalled", 5 * mebibyte);
    const pieces = await piecesOf(world, outcome);
    assert.equal(await foundIn(world, pieces), pieces.length);
    const { id } = await rowOf(world, outcome);
    assert.equal(await world.store.manage.recall(id, world.clock.now()), true);
    assert.equal(await foundIn(world, pieces), 0);
  });
});

describe("a message that is purged", () => {
  it("leaves nothing, not even by what its link finds it", async () => {
    await using world = await HoldWorld.create();
    const outcome = await sealOne(world, "purged", 5 * mebibyte);
    const { id, lookupId } = await rowOf(world, outcome);
    const pieces = [Buffer.from(lookupId), ...(await piecesOf(world, outcome))];
    assert.equal(await foundIn(world, pieces), pieces.length);
    assert.equal(await world.store.manage.purge(id), true);
    assert.equal(await foundIn(world, pieces), 0);
  });
});

// Taking back 100 MiB stopped the portal for more than a second.
describe("a large message", () => {
  const ends: Readonly<Record<string, (world: HoldWorld, id: string) => Promise<unknown>>> = {
    expires: ({ store, clock }) => store.sealed.sweep(clock.now() + 31 * dayMs, 10),
    "is taken back": ({ store, clock }, id) => store.manage.recall(id, clock.now()),
    "is purged": ({ store }, id) => store.manage.purge(id),
  };

  for (const [how, end] of Object.entries(ends)) {
    it(`${how} in steps between which the process does its other work`, async () => {
      await using world = await HoldWorld.create();
      const { id } = await rowOf(world, await sealOne(world, "large", 32 * mebibyte));
      let turns = 0;
      let isEnding = true;
      const count = (): void => {
        turns += 1;
        if (isEnding) setImmediate(count);
      };
      setImmediate(count);
      await end(world, id);
      isEnding = false;
      // 32 MiB are eight steps of 4 MiB.
      assert.ok(turns >= 8, `${turns} turns of the event loop`);
    });
  }
});
