/**
 * Tells the log of every domain whose assurance drops: a certificate ran out, or somebody on the
 * way takes protection away. When very many drop at once, as after an accident of the resolver,
 * the first are named and the others counted. The process that records a turn tells of it, so each
 * is told once.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { VerdictTurn } from "../store/verdict-store.ts";
import type { RecordedVerdict } from "./record-verdict.ts";
import { weightiestFinding } from "./verdict-turn.ts";

const windowMs = 60_000;
const namedPerWindow = 50;

export class DowngradeAlarm implements Disposable {
  readonly #clock: Clock;
  readonly #log: Log;
  #count = 0;
  #windowStartedAt = Number.NEGATIVE_INFINITY;
  #inWindow = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Domains that dropped since the start of the process. */
  get count(): number {
    return this.#count;
  }

  /** To be called with what this process recorded, downgrade or not. */
  note({ verdict, turn }: RecordedVerdict): void {
    if (turn?.isDowngrade !== true) return;
    this.#count += 1;
    this.tick();
    this.#inWindow += 1;
    if (this.#inWindow > namedPerWindow) return;
    const { domain, from, to, reason } = turn;
    const fields = {
      domain,
      from: from && spoken(from),
      to: spoken(to),
      code: weightiestFinding(verdict)?.code,
      reason,
      downgrades: this.#count,
    };
    this.#log.warn(fields, "a domain is less protected than before");
  }

  /** Called every second or so: counts what was not named once its minute is over. */
  tick(): void {
    const nowMs = this.#clock.now();
    if (Math.abs(nowMs - this.#windowStartedAt) < windowMs) return;
    this.#tellUnnamed();
    this.#windowStartedAt = nowMs;
    this.#inWindow = 0;
  }

  [Symbol.dispose](): void {
    this.#tellUnnamed();
  }

  #tellUnnamed(): void {
    const unnamed = this.#inWindow - namedPerWindow;
    if (unnamed <= 0) return;
    const fields = { unnamed, downgrades: this.#count };
    this.#log.warn(fields, "more domains are less protected than before");
  }
}

/** `proven dane`, `failed`. */
function spoken({ status, assurance }: VerdictTurn["to"]): string {
  return assurance === "none" ? status : `${status} ${assurance}`;
}
