/**
 * The order in which verdicts are listed. The store hands them out by domain; for any other order
 * all of them must be seen before the first can be shown, so only what decides the order is kept
 * of each, and with a limit no more than about that many.
 */
import type { Domain } from "../base/domain.ts";
import { assurances, type Verdict, verdictStatuses } from "../base/verdict.ts";

export const sortKeys = ["domain", "checked", "expires", "status", "assurance"] as const;
export type SortKey = (typeof sortKeys)[number];

const valueOf: Readonly<Record<SortKey, (verdict: Verdict) => number>> = {
  domain: () => 0,
  checked: ({ checkedAt }) => checkedAt,
  expires: ({ expiresAt }) => expiresAt,
  status: ({ status }) => verdictStatuses.indexOf(status),
  assurance: ({ assurance }) => assurances.indexOf(assurance),
};

interface Place {
  readonly domain: Domain;
  readonly value: number;
}

export class VerdictOrder {
  readonly #key: SortKey;
  readonly #sign: 1 | -1;
  readonly #limit: number;
  #places: Place[] = [];

  /** `limit`: how many are wanted at most. */
  constructor(key: SortKey, reverse: boolean, limit: number = Number.POSITIVE_INFINITY) {
    this.#key = key;
    this.#sign = reverse ? -1 : 1;
    this.#limit = limit;
  }

  add(verdict: Verdict): void {
    this.#places.push({ domain: verdict.domain, value: valueOf[this.#key](verdict) });
    // Cut in steps, so that each verdict costs little.
    if (this.#places.length >= 2 * this.#limit + 1000) this.#cut();
  }

  domains(): readonly Domain[] {
    this.#cut();
    return this.#places.map(({ domain }) => domain);
  }

  #cut(): void {
    this.#places.sort((a, b) => this.#sign * (a.value - b.value || compare(a.domain, b.domain)));
    if (this.#places.length > this.#limit) this.#places = this.#places.slice(0, this.#limit);
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
