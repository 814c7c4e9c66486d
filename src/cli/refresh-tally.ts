/** What a refresh changed: counts of everything, and the first few of each kind by name. */
import type { Domain } from "../base/domain.ts";
import { type VerdictStatus, verdictStatuses } from "../base/verdict.ts";
import type { RefreshProgress } from "../gate/refresh.ts";
import type { VerdictStanding } from "../store/verdict-store.ts";

export const tallyKinds = ["downgraded", "newlyFailed", "newlyProven", "inconclusive"] as const;
export type TallyKind = (typeof tallyKinds)[number];

export interface TallyEntry {
  readonly domain: Domain;
  /** Undefined: nothing was known before. */
  readonly from: VerdictStanding | undefined;
  readonly to: VerdictStanding;
  readonly reason: string;
}

const namedPerKind = 20;

export class TallyGroup {
  readonly named: TallyEntry[] = [];
  count = 0;

  add(entry: TallyEntry): void {
    this.count += 1;
    if (this.named.length < namedPerKind) this.named.push(entry);
  }
}

export class RefreshTally {
  readonly groups: Readonly<Record<TallyKind, TallyGroup>> = {
    downgraded: new TallyGroup(),
    newlyFailed: new TallyGroup(),
    newlyProven: new TallyGroup(),
    inconclusive: new TallyGroup(),
  };
  readonly statuses: Record<VerdictStatus, number> = {
    proven: 0,
    failed: 0,
    unknown: 0,
    "no-mail": 0,
  };

  get checked(): number {
    return verdictStatuses.reduce((sum, status) => sum + this.statuses[status], 0);
  }

  /** `reason`: why the verdict is as it is, in a sentence. */
  add({ verdict, before, turn, inconclusive }: RefreshProgress, reason: string): void {
    const { domain, status, assurance } = verdict;
    const from = before && { status: before.status, assurance: before.assurance };
    const entry = { domain, from, to: { status, assurance }, reason };
    this.statuses[status] += 1;
    if (turn?.isDowngrade === true) this.groups.downgraded.add(entry);
    if (inconclusive) this.groups.inconclusive.add(entry);
    if (before?.status === status) return;
    if (status === "failed") this.groups.newlyFailed.add(entry);
    if (status === "proven") this.groups.newlyProven.add(entry);
  }
}
