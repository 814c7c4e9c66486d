/**
 * `mxseal refresh`, for cron and timers: probes again what is due. Exit codes: 0 all could be
 * told, 1 some could not, 2 wrong usage, 3 the store or the resolver is unusable.
 */
import type { Writable } from "node:stream";
import type { Command } from "commander";
import { type RefreshProgress, type RefreshSummary, refresh } from "../gate/refresh.ts";
import { verdictToJson } from "../probe/verdict-json.ts";
import { type CliContext, exitCodes } from "./cli-context.ts";
import { print } from "./print.ts";
import { ProgressLine } from "./progress-line.ts";
import { printable } from "../base/printable.ts";
import { reasonOf } from "./verdict-text.ts";

interface RefreshCommandOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

export function addRefreshCommand(program: Command, context: CliContext): void {
  program
    .command("refresh")
    .description("probe again the domains that are due and that mail went to lately")
    .option("--all", "every known domain, due or not")
    .option("--json", "one JSON object per line and domain")
    .action((options: RefreshCommandOptions) => run(context, options));
}

async function run(context: CliContext, options: RefreshCommandOptions): Promise<void> {
  await using store = await context.openStore();
  await using prober = context.createProber();
  using progress = new ProgressLine(context.err);
  const summary = await refresh({
    verdicts: store.verdicts,
    prober,
    clock: context,
    all: options.all === true,
    onChecked: async (checked) => {
      progress.clear();
      await report(context.out, checked, options.json === true);
      progress.show(checked.done, checked.total);
    },
  });
  progress.clear();
  if (options.json !== true) await print(context.out, `${summaryText(summary)}\n`);
  if (summary.inconclusive > 0) context.setExitCode(exitCodes.notAll);
}

async function report(out: Writable, checked: RefreshProgress, json: boolean): Promise<void> {
  const { verdict, before, inconclusive } = checked;
  if (json) {
    const record = { ...verdictToJson(verdict), before: before ?? null, inconclusive };
    await print(out, `${JSON.stringify(record)}\n`);
  } else if (inconclusive || before !== verdict.status) {
    const change = before === verdict.status ? "still" : `${before ?? "new"} ->`;
    const line = `${verdict.domain}: ${change} ${verdict.status}. ${reasonOf(verdict)}`;
    await print(out, `${printable(line.trimEnd())}\n`);
  }
}

function summaryText({ checked, inconclusive }: RefreshSummary): string {
  if (checked === 0) return "Nothing is due.";
  const domains = checked === 1 ? "1 domain" : `${checked} domains`;
  return inconclusive === 0
    ? `Checked ${domains}.`
    : `Checked ${domains}; ${inconclusive} could not be told now.`;
}
