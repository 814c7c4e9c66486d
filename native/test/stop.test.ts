/** Stopping, and signals while the milter runs. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { letters, MilterClient } from "./milter-client.ts";
import { MilterProcess } from "./milter-process.ts";

describe("stop", () => {
  it("lets the messages in work finish and refuses others for now", async () => {
    await using milter = await MilterProcess.started("slow");
    const busy = await MilterClient.session(milter.path);
    const idle = await MilterClient.session(milter.path);
    const verdict = busy.deliver();
    await milter.heard("waiting");
    milter.tell("stop", 5000);
    assert.equal(await milter.ask("state"), "draining");
    assert.equal(letters(await idle.deliver()), "t");
    assert.equal(letters(await verdict), "c");
    await assert.rejects(MilterClient.connect(milter.path), { code: "ENOENT" });
    assert.deepEqual(await milter.heard("stop:done"), { finished: 1, failed: 0, orphaned: 2 });
    assert.equal(await milter.heard("stopped"), "requested");
    assert.equal(await milter.ask("state"), "stopped");
    assert.equal(letters(await idle.deliver()), "t");
  });

  it("fails the messages that take longer than the drain time", async () => {
    await using milter = await MilterProcess.started("never");
    const client = await MilterClient.session(milter.path);
    const verdict = client.deliver();
    await milter.heard("waiting");
    assert.deepEqual(await milter.ask("stop", 50), { finished: 0, failed: 1, orphaned: 1 });
    assert.equal(letters(await verdict), "t");
    assert.deepEqual(await milter.heard("aborted"), { id: 1, reason: "stopped" });
  });

  it("never blocks the event loop", async () => {
    await using milter = await MilterProcess.started("accept");
    milter.tell("stop", 0);
    assert.equal(await milter.ask("loopDelay"), true);
    await milter.heard("stop:done");
  });

  it("lets the process end by itself", async () => {
    await using milter = await MilterProcess.started("accept");
    await milter.ask("stop", 0);
    milter.child.disconnect();
    assert.deepEqual(await milter.exit(), { code: 0, signal: null });
  });
});

describe("a signal", () => {
  it("is Node's, in a burst too, and the milter serves on", async () => {
    await using milter = await MilterProcess.started("accept");
    await milter.ask("countSignals");
    const names = ["SIGHUP", "SIGTERM", "SIGINT"] as const;
    for (let round = 0; round < 300; round += 1) {
      for (const name of names) milter.child.kill(name);
    }
    assert.deepEqual(await milter.ask("allSignals"), ["SIGHUP", "SIGINT", "SIGTERM"]);
    const client = await MilterClient.session(milter.path);
    assert.equal(letters(await client.deliver()), "c");
    client.quit();
    assert.equal(milter.has("stopped"), false);
    assert.equal(await milter.ask("state"), "listening");
  });

  it("that nobody handles ends the process", async () => {
    await using milter = await MilterProcess.started("accept");
    milter.child.kill("SIGTERM");
    assert.deepEqual(await milter.exit(), { code: null, signal: "SIGTERM" });
  });
});
