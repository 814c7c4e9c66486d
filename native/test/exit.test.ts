/** Every way a process can end while many messages wait: no abort, no crash, no core. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Frame, letters, MilterClient } from "./milter-client.ts";
import { MilterProcess } from "./milter-process.ts";

const busySessions = 16;

/** Sessions whose messages wait for a handler, and one more that never stops sending messages. */
async function load(milter: MilterProcess): Promise<Promise<Frame[]>[]> {
  const verdicts: Promise<Frame[]>[] = [];
  for (let count = 0; count < busySessions; count += 1) {
    const client = await MilterClient.session(milter.path);
    verdicts.push(client.deliver({ body: Buffer.alloc(200_000) }));
    await milter.heard("waiting");
  }
  return verdicts;
}

/** None was accepted: a temporary failure, or a hang-up that the MTA takes for one. */
async function assertNoneAccepted(verdicts: readonly Promise<Frame[]>[]): Promise<void> {
  for (const verdict of verdicts) assert.match(letters(await verdict), /^p*t?$/);
}

describe("a process with messages in work ends cleanly", () => {
  it("by itself, when the milter does not hold it, fifteen times", async () => {
    for (let round = 0; round < 15; round += 1) {
      await using milter = await MilterProcess.started("never", { progressMs: 1 });
      const verdicts = await load(milter);
      milter.tell("unref");
      const end = await milter.exit();
      assert.deepEqual({ ...end, errors: milter.errors }, { code: 0, signal: null, errors: "" });
      await assertNoneAccepted(verdicts);
    }
  });

  for (const [order, code, text] of [
    ["exit", 0, /^$/],
    ["crash", 1, /uncaught on purpose/],
  ] as const) {
    it(`by ${order}, five times`, async () => {
      for (let round = 0; round < 5; round += 1) {
        await using milter = await MilterProcess.started("never", { progressMs: 1 });
        const verdicts = await load(milter);
        milter.tell(order);
        assert.deepEqual(await milter.exit(), { code, signal: null });
        assert.match(milter.errors, text);
        await assertNoneAccepted(verdicts);
      }
    });
  }

  it("while a body streams in and answers stream out", async () => {
    for (const scene of ["stream", "bigBody"]) {
      for (const order of ["exit", "unref"]) {
        const body = { mode: "stream", batchBytes: 1000 } as const;
        await using milter = await MilterProcess.started(scene, scene === "stream" ? { body } : {});
        const clients = await Promise.all(
          Array.from({ length: 4 }, () => MilterClient.session(milter.path)),
        );
        const verdicts = clients.map((client) => client.deliver({ body: Buffer.alloc(900_000) }));
        await milter.heard(scene === "stream" ? "begin" : "sending");
        milter.tell(order);
        assert.deepEqual(await milter.exit(), { code: 0, signal: null });
        await Promise.all(verdicts);
      }
    }
  });

  it("after the worker thread that had the milter is terminated", async () => {
    await using host = new MilterProcess("inWorker", { progressMs: 1 });
    await host.heard("worker:started");
    const clients = await Promise.all(
      Array.from({ length: busySessions }, () => MilterClient.session(host.path)),
    );
    const verdicts = clients.map((client) => client.deliver());
    for (let count = 0; count < busySessions; count += 1) await host.heard("worker:waiting");
    await host.ask("terminate");
    for (const verdict of verdicts) assert.match(letters(await verdict), /^p*t$/);
    assert.equal(await host.ask("startAgain"), "ERR_MILTER_SPENT");
    const late = await MilterClient.session(host.path);
    assert.equal(letters(await late.deliver()), "t");
    host.tell("exit");
    assert.deepEqual(await host.exit(), { code: 0, signal: null });
  });
});
