/**
 * `mxseal refresh`, for cron and timers: probes again what is due. Exit codes: 0 all were checked
 * and could be told; 1 some could not, the run was stopped or another one is at work; 2 wrong
 * usage; 3 the store or the resolver is unusable. Downgrades are logged to standard error as
 * `serve` logs them, for whoever watches logs or has cron mail what stands there.
 */
import { type Command, InvalidArgumentError } from "commander";
import { type Domain, parseDomain } from "../base/domain.ts";
import { printable, quoted } from "../base/printable.ts";
import { DowngradeAlarm } from "../gate/downgrade-alarm.ts";
import { beginFullRefresh, endFullRefresh, type FullRefresh } from "../gate/full-refresh.ts";
import type { RecordedVerdict } from "../gate/record-verdict.ts";
import { type RefreshSummary, refresh } from "../gate/refresh.ts";
import {
  awaitRefreshLease,
  isUpkeep,
  RefreshLease,
  type RefreshLeaseTerms,
} from "../gate/refresh-lease.ts";
import type { RefreshScope } from "../gate/refresh-list.ts";
import type { Lease } from "../store/lease-store.ts";
import type { Store } from "../store/store.ts";
import { type CliContext, exitCodes, refuse } from "./cli-context.ts";
import { parseDuration } from "./duration.ts";
import { ProgressLine } from "./progress-line.ts";
import { type RefreshEnd, RefreshReport } from "./refresh-report.ts";
import { isTerminal } from "./terminal-width.ts";
import { formatInstant } from "./text-table.ts";

interface RefreshCommandOptions {
  readonly all?: boolean;
  readonly restart?: boolean;
  readonly domain?: readonly string[];
  /** Milliseconds. */
  readonly usedWithin?: number;
  readonly concurrency?: number;
  readonly json?: boolean;
}

const usualUsedWithinMs = 30 * 86_400_000;
const mostAtOnce = 512;

export function addRefreshCommand(program: Command, context: CliContext): void {
  program
    .command("refresh")
    .description("probe again the domains that are due and that mail went to lately")
    .option("--all", "every known domain, due or not; continues a run that was interrupted")
    .option("--restart", "with --all: from the beginning, whatever an interrupted run has done")
    .option("--domain <domain...>", "these domains, known or not, due or not")
    .option("--used-within <span>", "mail went there within: 12h, 7d (default: 30d)", parseSpan)
    .option("--concurrency <n>", `domains at a time, 1 to ${mostAtOnce}`, parseConcurrency)
    .option("--json", "a JSON object per domain, and one for the whole")
    .addHelpText(
      "after",
      "\nExit status: 0 all were checked; 1 some could not be told, or not all were checked;\n" +
        "2 wrong usage; 3 the store or the resolver cannot be used.\n" +
        "Downgrades are logged to standard error, unless that is a terminal.",
    )
    .action((options: RefreshCommandOptions) => start(context, options));
}

async function start(context: CliContext, options: RefreshCommandOptions): Promise<void> {
  const domains: Domain[] = [];
  for (const text of options.domain ?? []) {
    const domain = parseDomain(text);
    if (domain === undefined) return refuse(context, `${quoted(text)} is not a domain.`);
    domains.push(domain);
  }
  const isNamed = options.domain !== undefined;
  if (isNamed && (options.all === true || options.usedWithin !== undefined)) {
    return refuse(context, "--domain goes with neither --all nor --used-within.");
  }
  if (options.restart === true && options.all !== true) {
    return refuse(context, "--restart goes with --all.");
  }
  await using store = await context.openStore();
  await new RefreshRun(context, options, store).go(domains);
}

class RefreshRun {
  readonly #context: CliContext;
  readonly #options: RefreshCommandOptions;
  readonly #store: Store;
  readonly #report: RefreshReport;
  readonly #readerGone = new AbortController();
  #total = 0;

  constructor(context: CliContext, options: RefreshCommandOptions, store: Store) {
    const words = options.domain === undefined ? "changes" : "each";
    this.#context = context;
    this.#options = options;
    this.#store = store;
    this.#report = new RefreshReport(context.out, options.json === true ? "json" : words);
  }

  async go(domains: readonly Domain[]): Promise<void> {
    using stop = this.#context.listenForStop();
    const taken = await awaitRefreshLease(this.#terms(), {
      signal: stop.signal,
      onWait: (by) => this.#tellWait(by),
    });
    if (!(taken instanceof RefreshLease)) return this.#tellHeld(taken);
    const startedAt = this.#context.now();
    let end: Pick<RefreshEnd, "how" | "renewed"> = { how: "fault", renewed: 0 };
    try {
      await using lease = taken;
      await this.#context.requireResolver();
      end = await this.#refresh(domains, lease, stop.signal);
    } finally {
      const tookMs = this.#context.now() - startedAt;
      await this.#tellEnd({ ...end, total: this.#total, tookMs });
    }
  }

  async #refresh(
    domains: readonly Domain[],
    lease: RefreshLease,
    stop: AbortSignal,
  ): Promise<Pick<RefreshEnd, "how" | "renewed">> {
    const { leases } = this.#store;
    const { all, restart = false } = this.#options;
    const full =
      all === true ? await beginFullRefresh(leases, this.#context.now(), restart) : undefined;
    if (full?.isResumed === true) this.#tellResumed(full);
    const signal = AbortSignal.any([stop, lease.lost, this.#readerGone.signal]);
    const { renewed } = await this.#checkAll(this.#scope(domains, full), signal);
    if (lease.fault !== undefined) throw lease.fault;
    if (lease.lost.aborted) return { how: "lost", renewed };
    if (signal.aborted) return { how: "stopped", renewed };
    if (full !== undefined) await endFullRefresh(leases, full);
    return { how: "done", renewed };
  }

  async #checkAll(scope: RefreshScope, signal: AbortSignal): Promise<RefreshSummary> {
    const context = this.#context;
    const concurrency = this.#options.concurrency ?? context.probeConcurrency();
    using progress = new ProgressLine(context.err, context);
    using alarm = new DowngradeAlarm(context, context.log);
    const publish = (recorded: RecordedVerdict): void => {
      // At a terminal the summary tells it.
      if (!isTerminal(context.err)) alarm.note(recorded);
    };
    await using prober = context.createProber({ concurrency, publish });
    return await refresh({
      verdicts: this.#store.verdicts,
      prober,
      clock: context,
      scope,
      concurrency,
      signal,
      onListed: (total) => {
        this.#total = total;
        if (total > 0) progress.show(0, total);
      },
      onChecked: async (checked) => {
        if (this.#report.printsEach) progress.clear();
        if (!(await this.#report.add(checked))) this.#readerGone.abort();
        progress.show(checked.done, checked.total);
      },
    });
  }

  #scope(domains: readonly Domain[], full: FullRefresh | undefined): RefreshScope {
    const { domain, usedWithin } = this.#options;
    if (domain !== undefined) return { kind: "domains", domains };
    if (full === undefined) return { kind: "due", usedWithinMs: usedWithin ?? usualUsedWithinMs };
    const scope = { kind: "all", checkedBefore: full.startedAt } as const;
    return usedWithin === undefined ? scope : { ...scope, usedWithinMs: usedWithin };
  }

  #terms(): RefreshLeaseTerms {
    const words = this.#options.all === true ? "mxseal refresh --all" : "mxseal refresh";
    const note = `${words}, process ${process.pid}`;
    return { leases: this.#store.leases, clock: this.#context, note };
  }

  #tellWait(by: Lease): void {
    // Every minute's work of `serve` is nothing that cron should mail.
    if (isUpkeep(by) && !isTerminal(this.#context.err)) return;
    this.#say(`A refresh has the store (${spoken(by)}); waiting to see whether it lives.`);
  }

  #tellHeld(by: Lease): void {
    this.#say(`Another refresh is at work: ${spoken(by)}. Nothing was checked.`);
    this.#context.setExitCode(exitCodes.notAll);
  }

  #tellResumed({ startedAt }: FullRefresh): void {
    const began = formatInstant(startedAt);
    this.#say(
      `Continuing the run that began at ${began} and was interrupted (--restart begins anew).`,
    );
  }

  async #tellEnd(end: RefreshEnd): Promise<void> {
    const isComplete = end.how === "done" && this.#report.tally.groups.inconclusive.count === 0;
    if (!isComplete) this.#context.setExitCode(exitCodes.notAll);
    if (this.#readerGone.signal.aborted) return;
    if (end.how === "lost") this.#say("Another refresh has taken over; stopping.");
    await this.#report.end(end);
  }

  #say(sentence: string): void {
    this.#context.err.write(`mxseal: ${sentence}\n`);
  }
}

function spoken({ note, startedAt }: Lease): string {
  return `${printable(note, 80)}, since ${formatInstant(startedAt)}`;
}

function parseSpan(text: string): number {
  const spanMs = parseDuration(text);
  if (spanMs === undefined) throw new InvalidArgumentError("Give a span like 12h, 7d or 2w.");
  return spanMs;
}

function parseConcurrency(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= mostAtOnce) return count;
  throw new InvalidArgumentError(`Give a number from 1 to ${mostAtOnce}.`);
}
