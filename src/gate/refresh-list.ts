/**
 * The domains that a refresh goes through, by name and a page at a time: verdicts stay in the
 * store, and so does what other processes do to them meanwhile.
 */
import type { Domain } from "../base/domain.ts";
import type { Verdict } from "../base/verdict.ts";
import type { StaleFilter, StaleVerdict, VerdictStore } from "../store/verdict-store.ts";

export type RefreshScope =
  /** Verdicts past their refresh time of domains that mail went to lately. */
  | { readonly kind: "due"; readonly usedWithinMs: number }
  /** Due or not, but not those that were checked at `checkedBefore` or later. */
  | { readonly kind: "all"; readonly checkedBefore: number; readonly usedWithinMs?: number }
  /** These, known or not, due or not. */
  | { readonly kind: "domains"; readonly domains: readonly Domain[] };

export interface RefreshItem {
  readonly domain: Domain;
  /** Whether the domain needs no check any more, as what is stored by now says. */
  readonly isSettled: (stored: Verdict | undefined) => boolean;
}

const domainsPerPage = 500;

export class RefreshList {
  readonly #verdicts: VerdictStore;
  readonly #scope: RefreshScope;
  readonly #startedAt: number;

  constructor(verdicts: VerdictStore, scope: RefreshScope, startedAt: number) {
    this.#verdicts = verdicts;
    this.#scope = scope;
    this.#startedAt = startedAt;
  }

  async count(): Promise<number> {
    const scope = this.#scope;
    if (scope.kind === "domains") return new Set(scope.domains).size;
    return this.#verdicts.countStale(staleFilter(scope, this.#startedAt));
  }

  /** Several readers may share it: each item is given once. */
  async *items(): AsyncGenerator<RefreshItem, undefined> {
    const scope = this.#scope;
    if (scope.kind === "domains") {
      for (const domain of new Set(scope.domains)) yield { domain, isSettled: () => false };
      return;
    }
    const filter = staleFilter(scope, this.#startedAt);
    let page = await this.#verdicts.stale(filter, domainsPerPage);
    while (page.length > 0) {
      for (const listed of page) yield toItem(listed, filter.dueAt);
      page = await this.#verdicts.stale(filter, domainsPerPage, page.at(-1));
    }
  }
}

function staleFilter(
  scope: Exclude<RefreshScope, { kind: "domains" }>,
  startedAt: number,
): StaleFilter {
  const { usedWithinMs } = scope;
  const usage = usedWithinMs === undefined ? {} : { usedSince: startedAt - usedWithinMs };
  return scope.kind === "due"
    ? { dueAt: startedAt, ...usage }
    : { checkedBefore: scope.checkedBefore, ...usage };
}

function toItem(listed: StaleVerdict, dueAt: number | undefined): RefreshItem {
  return {
    domain: listed.domain,
    isSettled: (stored) =>
      stored === undefined ||
      stored.checkedAt > listed.checkedAt ||
      (dueAt !== undefined && stored.refreshAfter > dueAt),
  };
}
