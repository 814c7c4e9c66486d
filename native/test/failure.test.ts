/** Whatever goes wrong in a handler, the MTA never hears "accept". */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { letters, MilterClient } from "./milter-client.ts";
import { MilterProcess } from "./milter-process.ts";

const stream = { mode: "stream", batchBytes: 1000 } as const;

describe("a handler that fails", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["throws", "handler threw"],
    ["rejects", "handler rejected"],
    ["nothing", "Cannot read properties of undefined (reading 'code')"],
    ["badReply", "not an SMTP reply: code 250 is not 400 to 599"],
    ["noRecipientLeft", "no recipient would be left; discard says so openly"],
  ];
  for (const [scene, error] of cases) {
    it(`leaves a temporary failure (${scene}) and the next message unharmed`, async () => {
      await using milter = await MilterProcess.started(scene);
      const client = await MilterClient.session(milter.path);
      for (const turn of [1, 2]) {
        assert.equal(letters(await client.deliver()), "t", `message ${turn}`);
        assert.equal(await milter.heard("failed"), error);
      }
      client.quit();
    });
  }

  it("leaves a rejection where the options say so", async () => {
    await using milter = await MilterProcess.started("throws", { onFailure: "reject" });
    const client = await MilterClient.session(milter.path);
    assert.equal(letters(await client.deliver()), "r");
    client.quit();
  });

  it("while it takes the body fails the message, and message is not called", async () => {
    await using milter = await MilterProcess.started("chunkThrows", { body: stream });
    const client = await MilterClient.session(milter.path);
    assert.equal(letters(await client.deliver({ body: Buffer.alloc(500_000) })), "t");
    assert.equal(await milter.heard("failed"), "chunk threw");
    assert.equal(milter.has("message"), false);
    client.quit();
  });

  it("while it makes the new body ends in a temporary failure after the pieces", async () => {
    await using milter = await MilterProcess.started("brokenBody");
    const client = await MilterClient.session(milter.path);
    assert.match(letters(await client.deliver()), /^b+t$/);
    assert.equal(await milter.heard("failed"), "source broke");
    client.quit();
  });
});

describe("a handler that never settles", () => {
  it("is given up at the deadline, after progress, and told so", async () => {
    const times = { handlerTimeoutMs: 500, progressMs: 100 };
    await using milter = await MilterProcess.started("never", times);
    const client = await MilterClient.session(milter.path);
    assert.match(letters(await client.deliver()), /^p{2,5}t$/);
    await milter.heard("signal");
    assert.deepEqual(await milter.heard("aborted"), { id: 1, reason: "timeout" });
    const stats = (await milter.ask("stats")) as Record<string, number>;
    assert.deepEqual([stats["timeouts"], stats["waiting"], stats["accepted"]], [1, 0, 0]);
    client.quit();
  });

  it("over a chunk of the body is given up likewise, however much body follows", async () => {
    const times = { handlerTimeoutMs: 300, progressMs: 100 };
    await using milter = await MilterProcess.started("chunkNever", { body: stream, ...times });
    const client = await MilterClient.session(milter.path);
    assert.equal(letters(await client.deliver({ body: Buffer.alloc(5_000_000) })), "t");
    client.quit();
  });

  it("keeps no other message from its handler, however many wait at a time", async () => {
    await using milter = await MilterProcess.started("never", { limits: { sessions: 64 } });
    const clients = await Promise.all(
      Array.from({ length: 48 }, () => MilterClient.session(milter.path)),
    );
    const verdicts = clients.map((client) => client.deliver());
    for (let count = 0; count < clients.length; count += 1) await milter.heard("waiting");
    await milter.ask("stop", 0);
    for (const verdict of verdicts) assert.match(letters(await verdict), /^p*t$/);
  });

  it("hears that the MTA has hung up", async () => {
    await using milter = await MilterProcess.started("never", { progressMs: 50 });
    const client = await MilterClient.session(milter.path);
    const gone = client.deliver();
    await milter.heard("waiting");
    client.socket.destroy();
    assert.deepEqual(await milter.heard("aborted"), { id: 1, reason: "disconnected" });
    await gone;
  });
});

describe("progress", () => {
  it("goes on while JavaScript is blocked", async () => {
    await using milter = await MilterProcess.started("blocked", { progressMs: 100 });
    const client = await MilterClient.session(milter.path);
    assert.match(letters(await client.deliver()), /^p{3,}bc$/);
    client.quit();
  });

  it("never comes between the pieces of a new body", async () => {
    await using milter = await MilterProcess.started("slowBody", { progressMs: 50 });
    const client = await MilterClient.session(milter.path);
    const frames = await client.deliver();
    assert.match(letters(frames), /^p*b+c$/);
    const body = Buffer.concat(frames.filter((f) => f.command === "b").map((f) => f.data));
    assert.equal(body.toString("latin1"), "a".repeat(300_000) + "b".repeat(300_000));
    client.quit();
  });
});
