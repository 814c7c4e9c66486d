/** The figures of `scripts/bench seal` as a table: medians over the rounds. */
import { type Contender, contenders } from "./bench-seal-lab.ts";
import type { Load, Result } from "./bench-seal-run.ts";

export interface Round {
  /** By contender and load. */
  readonly results: Map<string, Result>;
  /** By contender: messages of 20 KiB a second, of mxseal those behind the reserve of codes. */
  readonly sustained: ReadonlyMap<Contender, number>;
}

const names = { none: "no milter", opendkim: "opendkim", mxseal: "mxseal" } as const;

export function formatRounds(rounds: readonly Round[], loads: readonly Load[]): string {
  const head = ["", "", "per s", "of opendkim", "cpu ms", "of it milter", "lowest", "highest"];
  const rows = loads.flatMap((load) => contenders.map((one) => rowOf(rounds, one, load)));
  return `${align([head, ...rows])}\n\n${formatSustained(rounds)}`;
}

function formatSustained(rounds: readonly Round[]): string {
  const of = (round: Round, one: Contender): number => round.sustained.get(one) ?? Number.NaN;
  const rows = contenders.map((one) => [
    "20 KiB, sustained",
    names[one],
    median(rounds.map((round) => of(round, one))).toFixed(1),
    one === "opendkim"
      ? ""
      : median(rounds.map((round) => of(round, one) / of(round, "opendkim"))).toFixed(2),
  ]);
  return `${align([["", "", "per s", "of opendkim"], ...rows])}\n\n${why}`;
}

const why =
  "Messages above find their codes in the reserve of 128 and show a burst. Sustained, each waits\n" +
  "for a code of its own: one argon2id derivation of 64 MiB, slow by design, so that a stolen store\n" +
  "is not searched for codes.";

function rowOf(rounds: readonly Round[], contender: Contender, load: Load): readonly string[] {
  const of = (round: Round, one: Contender): Result => {
    const result = round.results.get(`${one} ${load.name}`);
    if (result === undefined) throw new Error(`${one} was not measured with ${load.name}`);
    return result;
  };
  const rates = rounds.map((round) => of(round, contender).perSecond);
  const ratios = rounds.map(
    (round) => of(round, contender).perSecond / of(round, "opendkim").perSecond,
  );
  const cpu = (pick: (result: Result) => number): string =>
    median(rounds.map((round) => pick(of(round, contender)))).toFixed(1);
  return [
    load.name,
    names[contender],
    median(rates).toFixed(1),
    contender === "opendkim" ? "" : median(ratios).toFixed(2),
    cpu(({ postfixCpuMs, milterCpuMs }) => postfixCpuMs + milterCpuMs),
    cpu(({ milterCpuMs }) => milterCpuMs),
    Math.min(...rates).toFixed(1),
    Math.max(...rates).toFixed(1),
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Names to the left, numbers to the right. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  const cell = (text: string, at: number): string =>
    at < 2 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0);
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}
