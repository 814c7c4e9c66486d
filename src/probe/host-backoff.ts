/**
 * Addresses that gave trouble a moment ago rest: a server that refuses us for a while (421, rate
 * limits), hangs or is down gains nothing from being asked again by the next domain, and some
 * refuse for longer whoever insists. A minute at first, twice as long each time, a quarter of an
 * hour at most; an answer of substance ends it.
 *
 * Limits: so many addresses; the one whose trouble is oldest is forgotten first.
 */
import type { Clock } from "../base/clock.ts";

export interface RestTimes {
  readonly firstMs: number;
  readonly mostMs: number;
}

export const defaultRestTimes: RestTimes = { firstMs: 60_000, mostMs: 15 * 60_000 };

export interface Rest {
  /** Short and for people. */
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

interface Trouble extends Rest {
  readonly since: number;
  readonly restMs: number;
}

export class HostBackoff {
  readonly #clock: Clock;
  readonly #times: RestTimes;
  readonly #capacity: number;
  readonly #troubles = new Map<string, Trouble>();

  constructor(clock: Clock, times: RestTimes = defaultRestTimes, capacity = 10_000) {
    this.#clock = clock;
    this.#times = times;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#troubles.size;
  }

  /** Undefined: the address may be asked. */
  restOf(address: string): Rest | undefined {
    const trouble = this.#troubles.get(address);
    if (trouble === undefined) return undefined;
    const now = this.#clock.now();
    // A clock that was set back would make a rest of a minute last for ever.
    if (now < trouble.since) this.#troubles.delete(address);
    return now >= trouble.since && now < trouble.until ? trouble : undefined;
  }

  /** Trouble long after the last one is a new story and begins with a short rest. */
  rest(address: string, reason: string): void {
    const now = this.#clock.now();
    const { firstMs, mostMs } = this.#times;
    const before = this.#troubles.get(address);
    const goesOn = before !== undefined && now < before.until + mostMs;
    const restMs = goesOn ? Math.min(before.restMs * 2, mostMs) : firstMs;
    this.#troubles.delete(address);
    this.#troubles.set(address, { reason, since: now, restMs, until: now + restMs });
    for (const oldest of this.#troubles.keys()) {
      if (this.#troubles.size <= this.#capacity) return;
      this.#troubles.delete(oldest);
    }
  }

  forget(address: string): void {
    this.#troubles.delete(address);
  }
}
