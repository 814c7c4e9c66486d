/**
 * Loops of a role. One that fails is a bug: its rejection is left unheard on purpose, which ends
 * the process, and mail waits for the next one.
 */
import { setTimeout as delay } from "node:timers/promises";

/** Starts the loops; at disposal they are told to end and awaited. */
export function runUntilDisposed(
  stack: AsyncDisposableStack,
  start: (signal: AbortSignal) => readonly Promise<void>[],
): void {
  const stop = new AbortController();
  const loops = start(stop.signal);
  stack.defer(async () => {
    stop.abort();
    await Promise.all(loops);
  });
}

/** Calls `work` again and again, never twice at a time, with a pause between. */
export async function every(
  pauseMs: number,
  signal: AbortSignal,
  work: () => void | Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await work();
    await delay(pauseMs, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
