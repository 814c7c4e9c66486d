/** Codes that stand for a recipient: sealing without knowing them, renewing, a thief's hands. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HoldParts } from "../../src/gate/hold-port.ts";
import { type NewCode, renewCode } from "../../src/gate/renew-code.ts";
import { isAgreedBefore } from "../../src/gate/try-code.ts";
import { drawCode } from "../../src/seal/code.ts";
import { parseManageToken } from "../../src/seal/manage-token.ts";
import { prepareCode } from "../../src/seal/message-key.ts";
import { domainOf } from "../support/full-verdict.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";
import {
  aBody,
  aFields,
  delivered,
  HoldWorld,
  linkIn,
  messageOf,
  originalBytes,
  sealTo,
} from "./hold-world.ts";

const letter = (text: string): Buffer => Buffer.from(`${text}\r\n`);

function remember(world: HoldWorld): void {
  const seal = sampleDecisions.seal;
  assert.ok(seal.kind === "seal");
  const options = { ...seal.options, rememberCode: true };
  world.decider.decisions.set(sealTo, { ...seal, options });
}

async function sealNext(world: HoldWorld, text: string) {
  world.clock.advance(1000);
  const outcome = await world.send({ body: letter(text) });
  const link = await linkIn(outcome);
  const job = (await world.jobs()).at(-1);
  const [message] = await world.store.manage.list({}, world.clock.now(), { limit: 1 });
  const token = parseManageToken(job?.manageLink?.split("/").at(-1) ?? "");
  assert.ok(job !== undefined && message !== undefined && token !== undefined);
  return { outcome, link, job, message, token };
}

type Next = Awaited<ReturnType<typeof sealNext>>;

async function renew(world: HoldWorld, { message, token }: Next, wanted: NewCode) {
  const { pepper } = world.keys;
  const nowMs = world.clock.now();
  const renewed = await renewCode(world.store.manage, { message, token, pepper, nowMs, wanted });
  assert.ok(renewed);
  return renewed;
}

async function opens(world: HoldWorld, link: string, code: string, text: string): Promise<boolean> {
  const opened = await world.open(link, code);
  return opened?.equals(originalBytes(aFields, letter(text))) === true;
}

describe("a rule that remembers codes", () => {
  it("tells the first code and opens every later message with it", async () => {
    await using world = await HoldWorld.create();
    remember(world);
    const first = await sealNext(world, "one");
    assert.deepEqual(first.job.told, { kind: "new", code: first.job.code, remembered: true });
    const second = await sealNext(world, "two");
    assert.deepEqual(second.job.told, {
      kind: "agreed",
      madeBy: "juergen@own.example",
      madeAt: first.message.createdAt,
    });
    assert.notEqual(second.link, first.link);
    assert.ok(await opens(world, first.link, first.job.code, "one"));
    assert.ok(await opens(world, second.link, first.job.code.toLowerCase(), "two"));
    assert.equal(await world.open(second.link, drawCode()), undefined);
  });

  it("serves every sender of the domain, and no other domain's", async () => {
    await using world = await HoldWorld.create();
    remember(world);
    const first = await sealNext(world, "one");
    world.clock.advance(1000);
    const message = messageOf({ sender: "anna@own.example" });
    const outcome = await world.send({ message, body: letter("two") });
    const told = (await world.jobs()).at(-1)?.told;
    assert.equal(told?.kind, "agreed");
    const opened = await world.open(await linkIn(outcome), first.job.code);
    assert.ok(opened?.equals(originalBytes(message.fields, letter("two"))));
    world.clock.advance(1000);
    world.classes.set("second.example", "local");
    await world.send({ message: messageOf({ sender: "max@second.example" }), body: letter("3") });
    assert.equal((await world.jobs()).at(-1)?.told.kind, "new");
  });

  it("says in the notification which code it is, the same when Postfix asks again", async () => {
    await using world = await HoldWorld.create();
    remember(world);
    const first = await sealNext(world, "one");
    const second = await sealNext(world, "two");
    const again = await world.send({ body: letter("two") });
    const textOf = (outcome: typeof again) => delivered(outcome).body.toString("latin1");
    assert.doesNotMatch(textOf(first.outcome), /earlier messages from there/);
    assert.match(textOf(second.outcome), /earlier messages from\s+there/);
    assert.equal(textOf(again), textOf(second.outcome));
    const firstAgain = await world.send({ body: letter("one") });
    assert.equal(textOf(firstAgain), textOf(first.outcome));
  });

  it("says of the first code that it is new, however long its making took", async () => {
    await using world = await HoldWorld.create();
    remember(world);
    const codes: HoldParts["codes"] = {
      next: async () => {
        const prepared = await prepareCode(drawCode(), world.keys.pepper);
        world.clock.advance(5000);
        return prepared;
      },
    };
    await world.send({}, world.port({ codes }));
    const [message] = await world.store.manage.list({}, world.clock.now(), { limit: 1 });
    assert.ok(message);
    const code = await world.store.remembered.find(message.rememberedCodeId ?? 0);
    assert.ok(code);
    assert.equal(isAgreedBefore(code, message), false);
    const again = delivered(await world.send()).body.toString("latin1");
    assert.doesNotMatch(again, /earlier messages from\s+there/);
  });

  it("chooses again when the code changes between choice and commit", async () => {
    await using world = await HoldWorld.create();
    remember(world);
    const first = await sealNext(world, "one");
    const { remembered } = world.store;
    const owner = { senderDomain: domainOf("own.example"), recipient: sealTo };
    const retiring: HoldParts["remembered"] = {
      find: (id) => remembered.find(id),
      current: async () => {
        const code = await remembered.current(owner);
        // Somebody forgets the code in this very moment.
        if (code !== undefined) await remembered.retire(code.id, world.clock.now());
        return code;
      },
    };
    world.clock.advance(1000);
    const outcome = await world.send({ body: letter("two") }, world.port({ remembered: retiring }));
    const job = (await world.jobs()).at(-1);
    assert.deepEqual(job?.told, { kind: "new", code: job?.code, remembered: true });
    assert.notEqual(job?.code, first.job.code);
    assert.ok(await opens(world, await linkIn(outcome), job?.code ?? "", "two"));
    assert.ok(
      await opens(world, first.link, first.job.code, "one"),
      "the older one keeps its code",
    );
  });

  it("lets a message wait whose code changes again and again", async () => {
    await using world = await HoldWorld.create();
    remember(world);
    await sealNext(world, "one");
    const { remembered } = world.store;
    const owner = { senderDomain: domainOf("own.example"), recipient: sealTo };
    const stale = await remembered.current(owner);
    assert.ok(stale);
    await remembered.retire(stale.id, world.clock.now());
    const port = world.port({
      remembered: { find: (id) => remembered.find(id), current: async () => stale },
    });
    const outcome = await world.send({ body: letter("two") }, port);
    assert.deepEqual(outcome, { kind: "wait", why: "abandoned" });
    assert.equal(await world.store.sealed.count(), 1);
  });
});

describe("a new code that is to be remembered", () => {
  for (const wanted of [
    { kind: "remembered" },
    { kind: "own", code: "Blaue Katze 4711" },
  ] as const) {
    it(`opens its message and all later ones (${wanted.kind})`, async () => {
      await using world = await HoldWorld.create();
      const first = await sealNext(world, "one");
      const renewed = await renew(world, first, wanted);
      assert.equal(renewed.kind, wanted.kind);
      assert.equal(await world.open(first.link, first.job.code), undefined);
      assert.ok(await opens(world, first.link, renewed.code, "one"));
      const second = await sealNext(world, "two");
      assert.equal(second.job.told.kind, "agreed");
      assert.ok(await opens(world, second.link, renewed.code, "two"));
    });
  }

  it("leaves older messages their codes, and can be taken back for one message", async () => {
    await using world = await HoldWorld.create();
    remember(world);
    const first = await sealNext(world, "one");
    const second = await sealNext(world, "two");
    const renewed = await renew(world, second, { kind: "remembered" });
    assert.ok(await opens(world, first.link, first.job.code, "one"));
    assert.ok(await opens(world, second.link, renewed.code, "two"));
    assert.equal(await world.open(second.link, first.job.code), undefined);
    const third = await sealNext(world, "three");
    const single = await renew(world, third, { kind: "message" });
    assert.ok(await opens(world, third.link, single.code, "three"));
    assert.equal(await world.open(third.link, renewed.code), undefined);
    const fourth = await sealNext(world, "four");
    assert.ok(await opens(world, fourth.link, renewed.code, "four"), "it is in force all the same");
  });
});

describe("a thief of store, pepper and every waiting code key", () => {
  it("finds neither a remembered code nor anything that opens without the link", async () => {
    await using world = await HoldWorld.create();
    remember(world);
    const first = await sealNext(world, "one");
    await renew(world, first, { kind: "own", code: "Blaue Katze 4711" });
    const second = await sealNext(world, "two");
    await world.store.codeJobs.complete([1, 2, 3]);
    const files = Buffer.concat(await world.storeFiles());
    for (const text of ["Blaue Katze", "blauekatze4711", first.job.code, "SECRET"]) {
      assert.ok(!files.includes(text), text);
    }
    const { pepper } = world.keys;
    const { publicKey, wrappedPrivateKey } = (await world.store.remembered.current({
      senderDomain: domainOf("own.example"),
      recipient: sealTo,
    })) ?? { publicKey: Buffer.alloc(0), wrappedPrivateKey: Buffer.alloc(0) };
    assert.ok(files.includes(publicKey) && files.includes(wrappedPrivateKey));
    // With the code as well, but with another link, or none.
    const elsewhere = first.link.replace(/[^/]+$/, Buffer.alloc(32, 7).toString("base64url"));
    assert.equal(await world.open(elsewhere, "Blaue Katze 4711"), undefined);
    const guessed = await prepareCode("Blaue Katze 4712", pepper, "own");
    assert.ok(!files.includes(guessed.codeKey));
    assert.equal(await world.open(second.link, "Blaue Katze 4712"), undefined);
    assert.ok(await opens(world, second.link, "Blaue Katze 4711", "two"));
    assert.equal(aBody.length > 0, true);
  });
});
