/** A milter seen from outside: its life, its numbers, its end. */

export type MilterState = "idle" | "starting" | "listening" | "draining" | "stopped";

/** Why a milter ended; anything but `requested` is fatal for it: let the process exit and restart. */
export type StopCause = "requested" | "signal" | "error";

export interface StopReport {
  /** Messages that were being worked on and got their verdict. */
  readonly finished: number;
  /** Messages that got the failure answer because the drain time was over. */
  readonly failed: number;
  /** Sessions still open; libmilter ends them only with the process. */
  readonly orphaned: number;
}

export interface MilterStats {
  /** Open sessions. */
  readonly sessions: number;
  /** Messages and recipients that wait for a handler. */
  readonly waiting: number;
  /** Messages that reached their end. */
  readonly messages: number;
  readonly accepted: number;
  readonly discarded: number;
  readonly rejected: number;
  readonly tempfailed: number;
  /** Of the messages and recipients: how many a handler failed, was late for, or passed a limit. */
  readonly failures: number;
  readonly timeouts: number;
  readonly limited: number;
  readonly aborted: number;
  readonly bodyBytes: number;
}

export interface Milter {
  readonly state: MilterState;
  /** Resolves when the socket accepts connections. One start per process: see ERR_MILTER_SPENT. */
  start(): Promise<void>;
  /**
   * Takes no more messages (the MTA gets a temporary failure), waits up to `drainMs` (default 30 000)
   * for those in work, then lets go of the event loop. A unix socket's path is gone at once; a TCP port
   * and open sessions are given back when the process exits, which it should do right afterwards.
   * Further calls share the outcome.
   */
  stop(options?: { readonly drainMs?: number }): Promise<StopReport>;
  stats(): MilterStats;
  on(event: "stopped", listener: (cause: StopCause) => void): this;
  /** Whether the milter keeps the process alive; it does until `unref` or `stop`. */
  ref(): this;
  unref(): this;
}
