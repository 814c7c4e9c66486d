/** What sealing gives the sender: a link of their own, and what it can do with the store. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renewCode } from "../../src/gate/renew-code.ts";
import { holdRefusalReply } from "../../src/listen/hold-reply.ts";
import { checkWordsOf } from "../../src/seal/check-words.ts";
import { parseLinkToken } from "../../src/seal/link-token.ts";
import { manageIdOf, parseManageToken } from "../../src/seal/manage-token.ts";
import { unwrapForSender } from "../../src/seal/manage-wrap.ts";
import { aBody, aFields, HoldWorld, linkIn, originalBytes, sealTo } from "./hold-world.ts";

function tokenOf(link: string): Buffer {
  const token = parseManageToken(link.split("/").at(-1) ?? "");
  assert.ok(token);
  return token;
}

async function sealOne(world: HoldWorld) {
  const outcome = await world.send();
  const link = await linkIn(outcome);
  const [job] = await world.jobs();
  const [message] = await world.store.manage.list({}, world.clock.now(), { limit: 1 });
  assert.ok(job?.manageLink !== undefined && message !== undefined);
  return { link, job, message, token: tokenOf(job.manageLink) };
}

describe("the sender's access to a sealed message", () => {
  it("is a link in the code job, with the check words of the reader's page", async () => {
    await using world = await HoldWorld.create();
    const { link, job, message, token } = await sealOne(world);
    assert.match(job.manageLink ?? "", /^https:\/\/post\.own\.example\/s\/[\w-]{43}$/);
    assert.equal(message.manage?.id, manageIdOf(token));
    assert.equal((await world.store.manage.findByManageId(manageIdOf(token)))?.id, message.id);
    const linkToken = parseLinkToken(link.split("/").at(-1) ?? "") ?? Buffer.alloc(0);
    assert.deepEqual(job.checkWords, checkWordsOf(linkToken));
    assert.ok(!link.includes(job.manageLink?.split("/").at(-1) ?? "?"));
  });

  it("makes a new code for the same link; the old one opens no more", async () => {
    await using world = await HoldWorld.create();
    const { link, job, message, token } = await sealOne(world);
    const renewal = { message, token, pepper: world.keys.pepper, nowMs: world.clock.now() };
    const renewed = await renewCode(world.store.manage, renewal);
    assert.ok(renewed);
    assert.deepEqual(renewed.checkWords, job.checkWords);
    assert.equal(await world.open(link, job.code), undefined);
    assert.deepEqual(await world.open(link, renewed.code), originalBytes(aFields, aBody));
    assert.equal(await renewCode(world.store.manage, renewal), undefined, "the row is outdated");
    assert.deepEqual(await world.open(link, renewed.code), originalBytes(aFields, aBody));
  });

  it("stays the same when Postfix offers the message again, also after a new code", async () => {
    await using world = await HoldWorld.create();
    const { link, message, token } = await sealOne(world);
    const renewal = { message, token, pepper: world.keys.pepper, nowMs: world.clock.now() };
    const renewed = await renewCode(world.store.manage, renewal);
    assert.equal(await linkIn(await world.send()), link);
    assert.deepEqual(await world.open(link, renewed?.code ?? ""), originalBytes(aFields, aBody));
  });

  it("opens nothing in a thief's hands who has the store and every key but the token's", async () => {
    await using world = await HoldWorld.create();
    const { message, token } = await sealOne(world);
    assert.ok(message.manage);
    const files = Buffer.concat(await world.storeFiles());
    const opened = unwrapForSender(token, message, message.manage.wrap);
    assert.ok(opened, "the sender's own token opens it");
    for (const secret of [token, opened.messageKey, opened.linkToken]) {
      assert.ok(!files.includes(secret));
      assert.ok(!files.includes(secret.toString("base64url")));
    }
    const { pepper, jobKey, markKey } = world.keys;
    const known = [pepper, jobKey, markKey, Buffer.from(message.manage.id.repeat(2), "hex")];
    for (const key of known) {
      assert.equal(unwrapForSender(key, message, message.manage.wrap), undefined);
    }
  });

  it("takes back a message that still waits in the queue: it is refused from then on", async () => {
    await using world = await HoldWorld.create();
    const { message, link, job } = await sealOne(world);
    await world.store.manage.recall(message.id, world.clock.now());
    assert.equal(await world.open(link, job.code), undefined);
    const outcome = await world.send();
    assert.deepEqual(outcome, { kind: "refuse", why: { kind: "recalled" } });
    assert.deepEqual(holdRefusalReply({ kind: "recalled" }), {
      code: 550,
      enhanced: "5.7.10",
      text: "Not sent: its sender took this message back / Nicht gesendet: Der Absender hat diese Nachricht zurueckgezogen",
    });
    assert.equal(await world.store.codeJobs.count(), 0);
    const again = await world.send({ body: Buffer.from("another\r\n") });
    assert.equal(again.kind, "notify", `another message to ${sealTo} is not held against it`);
  });
});
