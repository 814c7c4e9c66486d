/**
 * How long the dialog with one address may take: each stage has its time, all stages together have
 * theirs, and the caller may end it any moment. A server that answers just in time at every stage
 * is thus no slower than one that does not answer at all.
 */
import type { Finding } from "../base/verdict.ts";
import { finding, type Where } from "./finding.ts";

export class DialogDeadline {
  readonly #caller: AbortSignal;
  readonly #totalMs: number;
  readonly #total: AbortSignal;

  constructor(totalMs: number, caller: AbortSignal) {
    this.#totalMs = totalMs;
    this.#total = AbortSignal.timeout(totalMs);
    this.#caller = caller;
  }

  /** `name` completes "we waited for …". */
  stage(name: string, timeoutMs: number): StageDeadline {
    const timeout = AbortSignal.timeout(timeoutMs);
    const explain = (where: Where): Finding => {
      if (this.#caller.aborted) return finding("probe-timeout", [], where);
      const ms = timeout.aborted ? timeoutMs : this.#totalMs;
      return finding("no-answer-in-time", [name, `${ms / 1000}`], where);
    };
    return { name, signal: AbortSignal.any([timeout, this.#total, this.#caller]), explain };
  }
}

export interface StageDeadline {
  readonly name: string;
  readonly signal: AbortSignal;
  /** After the signal was aborted: whose time it was that is over. */
  readonly explain: (where: Where) => Finding;
}
