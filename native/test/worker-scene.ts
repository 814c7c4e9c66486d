/** A milter in a worker thread; tells its parent that it has started, or why not. */
import { parentPort, workerData } from "node:worker_threads";
import { createMilter, type MilterOptions } from "../src/milter.ts";

const milter = createMilter(workerData as MilterOptions, {
  message: () => {
    parentPort?.postMessage("waiting");
    return new Promise<never>(() => undefined);
  },
});
milter.start().then(
  () => parentPort?.postMessage("started"),
  (error) => parentPort?.postMessage(error.code),
);
