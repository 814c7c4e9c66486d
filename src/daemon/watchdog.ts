/**
 * Turns a hang of the event loop into the death of the process, which whoever started it turns
 * into a restart; for roles that run as systemd units of their own, and harmless under the
 * supervisor. The loop beats in shared memory, a thread of its own watches and kills. Time is
 * counted in the thread's own ticks: a process that was stopped (SIGSTOP) or a machine that slept
 * has no ticks meanwhile, and wakes up unharmed.
 */
import { Worker } from "node:worker_threads";

export interface WatchdogOptions {
  readonly tickMs?: number;
  /** Ticks without a beat until the process is killed. */
  readonly missedTicks?: number;
}

/** What the thread is handed; the shared memory is an Int32Array of `watchdogCells`. */
export interface WatchdogData {
  readonly memory: SharedArrayBuffer;
  readonly tickMs: number;
  readonly missedTicks: number;
}

/** `beats` grows while the loop turns; `end` becomes 1 when the thread is to end. */
export const watchdogCells = { beats: 0, end: 1, count: 2 } as const;

/** Watches until disposed. Does not keep the process from ending. */
export function startWatchdog(options: WatchdogOptions = {}): Disposable {
  const { tickMs = 1_000, missedTicks = 8 } = options;
  const memory = new SharedArrayBuffer(watchdogCells.count * Int32Array.BYTES_PER_ELEMENT);
  const cells = new Int32Array(memory);
  const file = import.meta.url.endsWith(".ts") ? "./watchdog-thread.ts" : "./watchdog-thread.js";
  const workerData: WatchdogData = { memory, tickMs, missedTicks };
  const worker = new Worker(new URL(file, import.meta.url), { workerData });
  worker.unref();
  const timer = setInterval(() => Atomics.add(cells, watchdogCells.beats, 1), tickMs / 2);
  timer.unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      Atomics.store(cells, watchdogCells.end, 1);
      Atomics.notify(cells, watchdogCells.end);
    },
  };
}
