/**
 * How a process is told to stop or to read its configuration again: TERM and INT, a word of the
 * supervisor or its death stop it, HUP reloads. A stop lets what is in flight finish, within a
 * deadline; a second TERM or INT ends the process at once. Ending at once is SIGKILL to itself:
 * no exit handler of a native library can hold that up, and nothing is lost by it, since mail
 * that was not accepted waits in Postfix.
 */
import type { Log } from "../base/log.ts";
import { answerSupervisor } from "./supervision.ts";

export interface StopSignalOptions {
  readonly log: Log;
  readonly onReload: () => void;
  /** From the stop to the end of patience; longer than the supervisor's own. */
  readonly deadlineMs?: number;
  /** A second signal this soon after the first is the same wish told twice. */
  readonly sameBreathMs?: number;
}

export class StopSignal implements Disposable {
  readonly #log: Log;
  readonly #deadlineMs: number;
  readonly #sameBreathMs: number;
  readonly #stop = new AbortController();
  readonly #cleanup = new DisposableStack();
  #signalledAt: number | undefined;

  constructor(options: StopSignalOptions) {
    this.#log = options.log;
    this.#deadlineMs = options.deadlineMs ?? 30_000;
    this.#sameBreathMs = options.sameBreathMs ?? 200;
    for (const name of ["SIGTERM", "SIGINT"] as const) this.#on(name, () => this.#receive(name));
    this.#on("SIGHUP", options.onReload);
    const onStop = (why: string): void => this.#begin(why);
    this.#cleanup.use(answerSupervisor({ onReload: options.onReload, onStop }));
  }

  /** Aborted when the process is to stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Signals have their usual effect again. */
  [Symbol.dispose](): void {
    this.#cleanup.dispose();
  }

  #on(name: NodeJS.Signals, listener: () => void): void {
    process.on(name, listener);
    this.#cleanup.defer(() => process.off(name, listener));
  }

  #receive(name: NodeJS.Signals): void {
    // The supervisor's word may have come first; only a second signal is a wish to end at once,
    // and not one that timeout(1) sends to process and group in one breath.
    const nowMs = performance.now();
    this.#signalledAt ??= nowMs;
    if (nowMs - this.#signalledAt > this.#sameBreathMs) endNow();
    this.#begin(name);
  }

  #begin(why: string): void {
    if (this.#stop.signal.aborted) return;
    this.#log.info({ why }, "stopping");
    const timer = setTimeout(() => {
      this.#log.error({ deadlineMs: this.#deadlineMs }, "could not stop in time; ending at once");
      endNow();
    }, this.#deadlineMs);
    timer.unref();
    this.#cleanup.defer(() => clearTimeout(timer));
    this.#stop.abort();
  }
}

function endNow(): void {
  process.kill(process.pid, "SIGKILL");
}
