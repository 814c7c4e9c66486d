/** The thread of `code-reserve.ts`: one code for each message from there. */
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { drawCode } from "./code.ts";
import type { CodeWorkerData, DerivedCode } from "./code-reserve.ts";
import { prepareCodeHere } from "./message-key.ts";

/** Of this thread alone, as Linux counts: who works for a message goes before. */
const niceness = 5;

if (parentPort === null) throw new Error("code-worker.ts runs in a worker thread");
const port = parentPort;
const pepper = Buffer.from((workerData as CodeWorkerData).pepper);
yieldToOthers();
port.on("message", () => {
  const derived: DerivedCode = prepareCodeHere(drawCode(), pepper);
  port.postMessage(derived);
});

/** A sandbox may refuse it (systemd's @resources); then everybody is equal. */
function yieldToOthers(): void {
  try {
    setPriority(0, niceness);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_SYSTEM_ERROR")) {
      throw error;
    }
  }
}
