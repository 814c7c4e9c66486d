import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FixtureProcess } from "./fixture-process.ts";

async function started(patienceMs: number, sameBreathMs = 0): Promise<FixtureProcess> {
  const running = new FixtureProcess("stopping.ts", String(patienceMs), String(sameBreathMs));
  await running.events.nth(1, "ready");
  return running;
}

describe("StopSignal", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`tells of ${signal} and ends the process at the second one`, async () => {
      using running = await started(60_000);
      running.child.kill(signal);
      await running.events.nth(1, "stop");
      running.child.kill(signal);
      assert.equal(await running.end(), "SIGKILL");
      assert.equal(running.events.of("stop").length, 1);
    });
  }

  // timeout(1) sends TERM to the process and again to its group, which killed the supervisor and
  // left its roles to find out by themselves.
  it("takes two signals in one breath for one", async () => {
    using running = await started(60_000, 60_000);
    running.child.kill("SIGTERM");
    await running.events.nth(1, "stop");
    running.child.kill("SIGTERM");
    running.child.kill("SIGHUP");
    await running.events.nth(1, "reload");
    assert.equal(running.events.of("stop").length, 1);
  });

  it("takes HUP for a reload, as often as it comes", async () => {
    using running = await started(60_000);
    for (const count of [1, 2]) {
      running.child.kill("SIGHUP");
      await running.events.nth(count, "reload");
    }
    assert.equal(running.events.of("stop").length, 0);
  });

  it("stops when the process that started it is gone", async () => {
    using running = await started(60_000);
    running.child.disconnect();
    await running.events.nth(1, "stop");
  });

  it("does not take the supervisor's word and one TERM for two", async () => {
    using running = await started(60_000);
    running.child.send("stop");
    await running.events.nth(1, "stop");
    running.child.kill("SIGTERM");
    running.child.kill("SIGHUP");
    await running.events.nth(1, "reload");
  });

  it("ends the process when it does not stop in time", async () => {
    using running = await started(100);
    running.child.kill("SIGTERM");
    assert.equal(await running.end(), "SIGKILL");
  });
});
