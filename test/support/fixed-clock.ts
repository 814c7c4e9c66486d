/** A clock that moves only when a test says so. */
import type { Clock } from "../../src/base/clock.ts";

export class FixedClock implements Clock {
  #nowMs: number;

  constructor(nowMs: number = Date.UTC(2026, 10, 23)) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
