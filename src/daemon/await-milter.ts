/**
 * Waits until the milter takes connections, so that the first flush after a start does not find
 * nobody at the door of sealing: mail that met a closed door would wait for the next sweep.
 */
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const patienceMs = 20_000;
const pauseMs = 250;

/** Resolves when it does, when patience is over, or when `signal` is given. */
export async function awaitMilter(path: string, signal: AbortSignal): Promise<void> {
  const end = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  while (!end.aborted && !(await accepts(path))) {
    await delay(pauseMs, undefined, { signal: end }).catch((error: unknown) => {
      if (!end.aborted) throw error;
    });
  }
}

function accepts(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}
