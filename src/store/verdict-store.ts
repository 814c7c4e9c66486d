/** Verdicts as they are kept, with their history: a cache, which may be lost. */
import type { Domain } from "../base/domain.ts";
import type { Assurance, Verdict, VerdictStatus } from "../base/verdict.ts";

/** Verdicts are listed by domain; `after` continues behind the last one of a page. */
export interface VerdictFilter {
  readonly status?: VerdictStatus;
  readonly after?: Domain;
  readonly limit?: number;
}

/** Status and assurance of a domain changed. */
export interface VerdictTurn {
  readonly domain: Domain;
  readonly turnedAt: number;
  /** undefined: nothing was known before. */
  readonly from: VerdictStanding | undefined;
  readonly to: VerdictStanding;
  /** Less than before: proven is no more, or by a weaker assurance. */
  readonly isDowngrade: boolean;
  /** The weightiest finding of the new verdict, in English; empty when there is none. */
  readonly reason: string;
}

export interface VerdictStanding {
  readonly status: VerdictStatus;
  readonly assurance: Assurance;
}

/** What is to be stored in the place of another verdict. */
export interface VerdictRevision {
  readonly verdict: Verdict;
  readonly turn: VerdictTurn | undefined;
}

/** Which verdicts are to be checked again; all that is given must hold. */
export interface StaleFilter {
  /** `refreshAfter` is not later. Sorts by it: longest overdue first. */
  readonly dueAt?: number;
  /** `checkedAt` is earlier. Sorts by it where `dueAt` is not given: oldest first. */
  readonly checkedBefore?: number;
  /** Mail was routed there since then. */
  readonly usedSince?: number;
}

export interface StaleVerdict {
  readonly domain: Domain;
  readonly checkedAt: number;
  readonly refreshAfter: number;
}

export interface VerdictStore {
  /** `turn`: recorded in the same step, when this verdict changes what the domain is worth. */
  save(verdict: Verdict, turn?: VerdictTurn): Promise<void>;
  /**
   * Stores what `revise` makes of the verdict there is, in one step with reading it: of several
   * processes with news of one domain each sees the other's. `revise` only computes; it may be
   * called again. When it returns the very verdict it was given nothing is stored.
   */
  revise(
    domain: Domain,
    revise: (old: Verdict | undefined) => VerdictRevision,
  ): Promise<VerdictRevision>;
  /** The last turns of a domain, newest first; at most 50 per domain, for two years. */
  history(domain: Domain): Promise<readonly VerdictTurn[]>;
  /**
   * The newest downgrade of each known domain that has not been worth as much again since, newest
   * first. A domain that was forgotten begins anew.
   */
  downgrades(limit: number): Promise<readonly VerdictTurn[]>;
  find(domain: Domain): Promise<Verdict | undefined>;
  list(filter: VerdictFilter): Promise<readonly Verdict[]>;
  /** True when there was one. */
  forget(domain: Domain): Promise<boolean>;
  /** What changed after `mark`, oldest first; `verdict` undefined: forgotten. */
  changesSince(mark: number, limit: number): Promise<readonly VerdictChange[]>;
  /** What is to be checked again, page by page: `after` is the last one of the page before. */
  stale(filter: StaleFilter, limit: number, after?: StaleVerdict): Promise<readonly StaleVerdict[]>;
  countStale(filter: StaleFilter): Promise<number>;
  /** Notes that mail to these domains was routed, so that refresh knows what is used. */
  markUsed(domains: readonly Domain[], usedAt: number): Promise<void>;
}

export interface VerdictChange {
  readonly mark: number;
  readonly domain: Domain;
  readonly verdict: Verdict | undefined;
}
