/** Which verdicts `mxseal verdict list` shows, as its options say. */
import { type Assurance, assurances, type Verdict, type VerdictStatus } from "../base/verdict.ts";

export interface VerdictFilterOptions {
  readonly status?: VerdictStatus;
  readonly assurance?: Assurance;
  readonly leastAssurance?: Assurance;
  readonly finding?: string;
  /** Milliseconds since the check. */
  readonly olderThan?: number;
  readonly newerThan?: number;
  readonly expired?: boolean;
}

type Test = (verdict: Verdict, nowMs: number) => boolean;

/** All that is asked for must hold. */
export function verdictFilter(options: VerdictFilterOptions): Test {
  const { status, assurance, leastAssurance, finding, olderThan, newerThan } = options;
  const tests: readonly (Test | undefined)[] = [
    status && ((one) => one.status === status),
    assurance && ((one) => one.assurance === assurance),
    leastAssurance && ((one) => rank(one.assurance) <= rank(leastAssurance)),
    finding === undefined ? undefined : (one) => one.findings.some(({ code }) => code === finding),
    olderThan === undefined ? undefined : (one, now) => now - one.checkedAt > olderThan,
    newerThan === undefined ? undefined : (one, now) => now - one.checkedAt <= newerThan,
    options.expired === true ? (one, now) => one.expiresAt <= now : undefined,
  ];
  const wanted = tests.filter((test) => test !== undefined);
  return (verdict, nowMs) => wanted.every((test) => test(verdict, nowMs));
}

/** Strongest first. */
function rank(assurance: Assurance): number {
  return assurances.indexOf(assurance);
}
