/** Waiting for something to become true: by looking again and again, never for a fixed time. */
import { setTimeout as pause } from "node:timers/promises";

const defaultDeadlineMs = 20_000;
const intervalMs = 50;

export interface WaitOptions {
  readonly deadlineMs?: number;
  /** Added to the error when the deadline passes: what was there instead. */
  readonly explain?: () => string | Promise<string>;
}

/** Answers what `look` found; rejects when it finds nothing before the deadline. */
export async function waitUntil<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  options: WaitOptions = {},
): Promise<T> {
  const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
  const endAt = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() >= endAt) break;
    await pause(intervalMs);
  }
  const instead = options.explain === undefined ? "" : `\n${await options.explain()}`;
  throw new Error(`within ${deadlineMs / 1000} s this did not happen: ${what}${instead}`);
}
