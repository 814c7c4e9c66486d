/**
 * Probes again what is due: verdicts past their refresh time of domains that mail went to lately,
 * or all of them. A few at a time; a domain that cannot be told is no reason to stop, a fault of
 * this machine is: every further probe would meet it too.
 */
import type { Clock } from "../base/clock.ts";
import type { Domain } from "../base/domain.ts";
import type { Verdict, VerdictStatus } from "../base/verdict.ts";
import type { VerdictStore } from "../store/store.ts";
import type { Prober } from "./prober.ts";
import { recordVerdict } from "./record-verdict.ts";
import { wasInconclusive } from "./supersede.ts";

export interface RefreshOptions {
  readonly verdicts: VerdictStore;
  readonly prober: Prober;
  readonly clock: Clock;
  /** Every known domain, whether due and used or not. */
  readonly all: boolean;
  /** Called for each domain as it is done; what it returns is waited for. */
  readonly onChecked?: (progress: RefreshProgress) => void | Promise<void>;
  readonly concurrency?: number;
}

export interface RefreshProgress {
  readonly verdict: Verdict;
  /** The status before this check. */
  readonly before: VerdictStatus | undefined;
  /** The check could not tell; `verdict` may be an older one that still holds. */
  readonly inconclusive: boolean;
  readonly done: number;
  readonly total: number;
}

export interface RefreshSummary {
  readonly checked: number;
  readonly inconclusive: number;
}

const usedLatelyMs = 30 * 86_400_000;
const mostDomains = 100_000;
const domainsPerPage = 1000;
const usualConcurrency = 8;

/** Rejects with the first `MxsealError` of the store or the prober, after what is under way. */
export async function refresh(options: RefreshOptions): Promise<RefreshSummary> {
  const domains = await domainsToCheck(options);
  const waiting = domains.values();
  let checked = 0;
  let inconclusive = 0;
  let faulty = false;
  const work = async (): Promise<void> => {
    for (const domain of waiting) {
      if (faulty) return;
      const outcome = await checkOne(options, domain).catch((error: unknown) => {
        faulty = true;
        throw error;
      });
      checked += 1;
      if (outcome.inconclusive) inconclusive += 1;
      await options.onChecked?.({ ...outcome, done: checked, total: domains.length });
    }
  };
  const workers = Array.from({ length: options.concurrency ?? usualConcurrency }, work);
  const ends = await Promise.allSettled(workers);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return { checked, inconclusive };
}

async function checkOne(options: RefreshOptions, domain: Domain) {
  const before = await options.verdicts.find(domain);
  const fresh = await options.prober.probe(domain);
  // A prober stores what it found already; then this finds nothing to change.
  const verdict = await recordVerdict(options.verdicts, fresh);
  return { verdict, before: before?.status, inconclusive: wasInconclusive(verdict) };
}

async function domainsToCheck({ verdicts, clock, all }: RefreshOptions): Promise<Domain[]> {
  const nowMs = clock.now();
  if (!all) return [...(await verdicts.due(nowMs, mostDomains, nowMs - usedLatelyMs))];
  const domains: Domain[] = [];
  while (domains.length < mostDomains) {
    const after = domains.at(-1);
    const page = await verdicts.list({
      limit: domainsPerPage,
      ...(after === undefined ? {} : { after }),
    });
    domains.push(...page.map(({ domain }) => domain));
    if (page.length < domainsPerPage) break;
  }
  return domains;
}
