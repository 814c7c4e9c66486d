/**
 * One lab at a time per namespace: ports, resolv.conf and Postfix are there once. An abstract
 * socket belongs to one process of the namespace and goes away with it.
 */
import { createServer } from "node:net";
import { waitUntil } from "./wait-until.ts";

const deadlineMs = 20 * 60_000;

/** Resolves when the other labs have ended; disposal lets the next one begin. */
export function takeTurn(): Promise<AsyncDisposable> {
  return waitUntil("the other lab in this namespace ends", listenAlone, {
    deadlineMs,
  });
}

async function listenAlone(): Promise<AsyncDisposable | undefined> {
  const turn = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<AsyncDisposable | undefined>();
  turn.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") resolve(undefined);
    else reject(error);
  });
  turn.listen("\0mxseal-lab", () => resolve(turn));
  return promise;
}
