import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FixtureProcess, processState, until } from "./fixture-process.ts";

async function started(): Promise<FixtureProcess> {
  const running = new FixtureProcess("watched.ts");
  await running.events.nth(1, "ready");
  return running;
}

/** Makes the event loop hang and waits for the watchdog to end it. */
async function hangUntilKilled(running: FixtureProcess): Promise<void> {
  running.child.kill("SIGUSR2");
  await running.events.nth(1, "hangs");
  assert.equal(await running.end(), "SIGKILL");
}

describe("the watchdog", () => {
  it("ends a process whose event loop hangs", async () => {
    using running = await started();
    await hangUntilKilled(running);
  });

  it("leaves alone a process whose event loop turns, for as long as it kills another", async () => {
    using healthy = await started();
    using hanging = await started();
    await hangUntilKilled(hanging);
    healthy.child.kill("SIGUSR1");
    await healthy.events.nth(1, "lives");
  });

  it("does not hold a stop by SIGSTOP against a process", async () => {
    using stopped = await started();
    stopped.child.kill("SIGSTOP");
    await until(() => processState(stopped.pid) === "T");
    // Longer than the watchdog's patience, measured by its own kind: one hang after the other.
    for (let round = 0; round < 2; round += 1) {
      using hanging = await started();
      await hangUntilKilled(hanging);
    }
    stopped.child.kill("SIGCONT");
    stopped.child.kill("SIGUSR1");
    await stopped.events.nth(1, "lives");
    using hanging = await started();
    await hangUntilKilled(hanging);
    stopped.child.kill("SIGUSR1");
    await stopped.events.nth(2, "lives");
  });

  it("does not keep a process from ending once it is disposed of", async () => {
    using running = await started();
    running.child.disconnect();
    running.child.kill("SIGTERM");
    assert.equal(await running.end(), "0");
  });
});
