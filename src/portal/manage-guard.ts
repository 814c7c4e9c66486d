/**
 * Who tries one sender's link after the other is turned away: so many that lead to nothing within an
 * hour, and the network waits for the hour's end. A token has 256 bits, so this spares the store,
 * not the secret.
 */
import type { Clock } from "../base/clock.ts";
import { HourlyCounts } from "./hourly-counts.ts";

const wrongPerHour = 20;

export class ManageGuard {
  readonly #counts: HourlyCounts<{ wrong: number }>;

  constructor(clock: Clock) {
    this.#counts = new HourlyCounts(clock, () => ({ wrong: 0 }));
  }

  mayTry(network: string): boolean {
    return this.#counts.of(network).wrong < wrongPerHour;
  }

  wasWrong(network: string): void {
    this.#counts.begin(network).wrong += 1;
  }
}
