/**
 * What client networks did within an hour that began with the first of it. Kept in memory and
 * bounded; what is forgotten begins anew.
 */
import type { Clock } from "../base/clock.ts";

const hourMs = 3_600_000;
const maxNetworks = 10_000;

export class HourlyCounts<Count extends object> {
  readonly #clock: Clock;
  readonly #blank: () => Count;
  readonly #entries = new Map<string, { readonly since: number; readonly count: Count }>();

  constructor(clock: Clock, blank: () => Count) {
    this.#clock = clock;
    this.#blank = blank;
  }

  /** For looking; a network that did nothing has the blank one. */
  of(network: string): Readonly<Count> {
    return this.#current(network) ?? this.#blank();
  }

  /** For counting on. */
  begin(network: string): Count {
    const known = this.#current(network);
    if (known !== undefined) return known;
    const count = this.#blank();
    this.#entries.set(network, { since: this.#clock.now(), count });
    if (this.#entries.size > maxNetworks) this.#forgetOldest();
    return count;
  }

  #current(network: string): Count | undefined {
    const entry = this.#entries.get(network);
    if (entry === undefined || entry.since > this.#clock.now() - hourMs) return entry?.count;
    this.#entries.delete(network);
    return undefined;
  }

  #forgetOldest(): void {
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
