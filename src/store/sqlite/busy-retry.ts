/**
 * Waits for the lock of another process without stopping this one: SQLite's own waiting blocks
 * the thread, so it is kept short and the work is repeated from the event loop.
 */
import { setTimeout as delay } from "node:timers/promises";
import { isBusy } from "./sqlite-fault.ts";

const pauseMs = 10;

/** Repeats `work` while it fails as busy, for at most `lockWaitMs`; then throws its last error. */
export async function retryWhileBusy<T>(lockWaitMs: number, work: () => Promise<T>): Promise<T> {
  const deadlineAt = performance.now() + lockWaitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadlineAt) throw error;
      // Unequal pauses, so that processes that collided once do not collide again.
      await delay(pauseMs * (1 + Math.random()));
    }
  }
}
