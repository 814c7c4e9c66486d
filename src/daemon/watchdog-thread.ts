/** The thread of `daemon/watchdog.ts`; runs nothing but this file, and never waits for the loop. */
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { Pulse } from "./pulse.ts";
import { type WatchdogData, watchdogCells } from "./watchdog.ts";

const { memory, tickMs, missedTicks } = workerData as WatchdogData;
const cells = new Int32Array(memory);
const pulse = new Pulse(missedTicks, missedTicks);
const standardError = 2;

let beats = Atomics.load(cells, watchdogCells.beats);
while (Atomics.wait(cells, watchdogCells.end, 0, tickMs) === "timed-out") {
  const now = Atomics.load(cells, watchdogCells.beats);
  if (now !== beats) pulse.answered();
  beats = now;
  if (pulse.beat()) continue;
  // The log belongs to the loop that hangs.
  const text = "the event loop hangs; ending the process";
  writeSync(standardError, `${JSON.stringify({ level: "error", pid: process.pid, text })}\n`);
  process.kill(process.pid, "SIGKILL");
}
