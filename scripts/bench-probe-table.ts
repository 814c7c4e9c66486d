/** The figures of `scripts/bench probe` as two tables: medians over the rounds. */
import type { LookupTimes } from "./bench-probe-lookups.ts";
import type { Expense } from "./bench-probe-run.ts";

export interface Measured extends Expense {
  /** Processor time of the mail servers. */
  readonly serverSeconds: number;
  readonly lookups: LookupTimes;
}

export interface Round {
  readonly quiet: LookupTimes;
  readonly finger: Measured;
  readonly refresh: Measured;
  readonly mail: Measured;
}

const names = {
  finger: "xargs -P 16 posttls-finger",
  refresh: "mxseal refresh --all",
  mail: "mxseal serve, at RCPT",
} as const;
const contenders = ["finger", "refresh", "mail"] as const;

export function formatRounds(rounds: readonly Round[], domainCount: number): string {
  const median = (pick: (round: Round) => number): number => medianOf(rounds.map(pick));
  const perDomain = (seconds: number): string => ((1000 * seconds) / domainCount).toFixed(2);
  const rates = contenders.map((name) => [
    names[name],
    median((round) => domainCount / round[name].seconds).toFixed(0),
    name === "finger"
      ? ""
      : median((round) => round.finger.seconds / round[name].seconds).toFixed(2),
    perDomain(median((round) => round[name].cpuSeconds)),
    perDomain(median((round) => round[name].serverSeconds)),
    name === "finger" ? "" : median((round) => round[name].peakMib).toFixed(0),
  ]);
  const times = (["quiet", ...contenders] as const).map((name) => {
    const of = (pick: (lookups: LookupTimes) => number): number =>
      median((round) => pick(name === "quiet" ? round.quiet : round[name].lookups));
    const ratio = median(
      (round) => (name === "quiet" ? round.quiet : round[name].lookups).p99Us / round.quiet.p99Us,
    );
    return [
      name === "quiet" ? "nothing else" : names[name],
      of(({ count }) => count).toFixed(0),
      of(({ p50Us }) => p50Us).toFixed(0),
      of(({ p99Us }) => p99Us).toFixed(0),
      name === "quiet" ? "" : ratio.toFixed(2),
      of(({ longestUs }) => longestUs / 1000).toFixed(1),
    ];
  });
  return [
    align([
      [`${domainCount} domains`, "per s", "ratio", "cpu ms", "servers' cpu ms", "peak MiB"],
      ...rates,
    ]),
    "",
    align([["lookups during", "answers", "p50 µs", "p99 µs", "ratio", "longest ms"], ...times]),
  ].join("\n");
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** The first column to the left, numbers to the right. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  const cell = (text: string, at: number): string =>
    at === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[at] ?? 0);
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}
