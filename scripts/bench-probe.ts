/**
 * How fast mxseal proves many domains, and whether lookups stay fast meanwhile: `mxseal refresh
 * --all` of 2,000 domains on 400 mail servers beside a running `mxseal serve`, against the same
 * domains through `xargs -P 16 posttls-finger`, which looks at one server of each domain with the
 * same CA bundle and the names that mxseal would match. Names and servers are in the lab's private
 * namespace (root; scripts/in-lab), so there is no network between; the servers' work is in
 * processes of its own but on the same processors. Both start cold: a new process, an empty
 * resolver cache. Each round measures both; medians count, the ratio's too.
 *
 * `cpu` is the processor time of the one measured, per domain, children included; `lookups` are
 * asked of the running `serve` at a steady pace, in the quiet seconds before and during refresh.
 * Options: --rounds N (3), --domains N (2000), --hosts N (400), --pace N lookups a second (500),
 * --concurrency N for refresh (default: the configuration's), --profile DIRECTORY: a CPU profile
 * of each thread of refresh, for finding the bottleneck (slower).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { parseDomain } from "../src/base/domain.ts";
import { openStore } from "../src/store/sqlite/open-store.ts";
import { type Installation, install, MxsealProcess } from "../test/support/mxseal-process.ts";
import type { BenchDomain } from "./bench-probe-domains.ts";
import { BenchLab, caFile, cpuSecondsOf } from "./bench-probe-lab.ts";
import { Asker, type LookupTimes } from "./bench-probe-lookups.ts";
import { type Expense, measure } from "./bench-probe-run.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    domains: { type: "string", default: "2000" },
    hosts: { type: "string", default: "400" },
    pace: { type: "string", default: "500" },
    concurrency: { type: "string" },
    profile: { type: "string" },
  },
});
const quietMs = 4000;
const hourMs = 3_600_000;
const program = join(import.meta.dirname, "../src/cli/main.ts");

interface Round {
  readonly finger: Expense & { readonly serverSeconds: number };
  readonly mxseal: Expense & { readonly serverSeconds: number; readonly serveSeconds: number };
  readonly quiet: LookupTimes;
  readonly busy: LookupTimes;
}

if (process.env["MXSEAL_LAB"] === "yes") await inside();
else await outside();

async function outside(): Promise<void> {
  const inLab = join(import.meta.dirname, "in-lab");
  const words = [process.execPath, import.meta.filename, ...process.argv.slice(2)];
  const child = spawn(inLab, words, { stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  process.exitCode = code ?? 1;
}

async function inside(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "mxseal-bench-"));
  try {
    const sizes = { domains: Number(options.domains), hosts: Number(options.hosts) };
    await using lab = await BenchLab.start(directory, sizes);
    const rounds: Round[] = [];
    for (let number = 1; number <= Number(options.rounds); number += 1) {
      const finger = await measureFinger(lab);
      const round = { finger, ...(await measureMxseal(lab, number)) };
      rounds.push(round);
      process.stderr.write(
        `round ${number}: posttls-finger ${finger.seconds.toFixed(1)} s, ` +
          `mxseal ${round.mxseal.seconds.toFixed(1)} s\n`,
      );
    }
    process.stdout.write(`${table(rounds, lab)}\n`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Which domains a fair judge proves: those at operators with a fit certificate. */
function isGood({ hosts }: BenchDomain): boolean {
  return hosts.every(({ fault }) => fault === undefined);
}

async function measureFinger(lab: BenchLab): Promise<Round["finger"]> {
  const { domains } = lab.population;
  const input = join(lab.directory, "finger.in");
  const lines = domains.map(({ name, hosts }) => [name, ...hosts.map((host) => host.name)]);
  await writeFile(input, lines.map((words) => `${words.join(" ")}\n`).join(""));
  await lab.forgetNames();
  const before = await lab.serverCpuSeconds();
  const files = { out: join(lab.directory, "finger.out"), errors: "/dev/null", input };
  const finger = ["posttls-finger", "-c", "-l", "secure", "-F", caFile];
  const expense = await measure(["xargs", "-P", "16", "-L", "1", ...finger], files);
  const serverSeconds = (await lab.serverCpuSeconds()) - before;
  const output = await readFile(files.out, "utf8");
  const verified = output.match(/: Verified TLS connection established/g)?.length ?? 0;
  expect("posttls-finger verified", verified, domains.filter(isGood).length);
  return { ...expense, serverSeconds };
}

async function measureMxseal(lab: BenchLab, number: number): Promise<Omit<Round, "finger">> {
  const directory = await mkdtemp(join(lab.directory, `round${number}-`));
  const installation = await install(directory);
  await seed(installation, lab.population.domains);
  await lab.forgetNames();
  const { configPath } = installation;
  await using serve = new MxsealProcess(["serve", "--role", "lookup", "--config", configPath]);
  await serve.says("lookups answered");
  const asker = new Asker({
    directory: lab.directory,
    port: installation.socketmapPort,
    perSecond: Number(options.pace),
  });
  const good = lab.population.domains.filter(isGood);
  await asker.prepare(good.map(({ name }) => `Firstname.Lastname@${name}`));
  // The first answers of a new process are not what is asked about.
  await asker.askDuring(() => pause(quietMs / 2));
  const { times: quiet } = await asker.askDuring(() => pause(quietMs));
  const before = [await lab.serverCpuSeconds(), await cpuSecondsOf(serve.child.pid ?? 0)] as const;
  const { result, times: busy } = await asker.askDuring(() => refreshAll(installation, directory));
  const serverSeconds = (await lab.serverCpuSeconds()) - before[0];
  const serveSeconds = (await cpuSecondsOf(serve.child.pid ?? 0)) - before[1];
  await checkVerdicts(installation, lab.population.domains);
  return { mxseal: { ...result, serverSeconds, serveSeconds }, quiet, busy };
}

async function refreshAll({ configPath }: Installation, directory: string): Promise<Expense> {
  const { profile, concurrency } = options;
  const profiling =
    profile === undefined
      ? []
      : ["--cpu-prof", `--cpu-prof-dir=${profile}`, "--cpu-prof-interval=500"];
  const files = { out: join(directory, "refresh.out"), errors: join(directory, "refresh.err") };
  const words = ["refresh", "--all", "--config", configPath];
  if (concurrency !== undefined) words.push("--concurrency", concurrency);
  const expense = await measure([process.execPath, ...profiling, program, ...words], files);
  if (expense.code !== 0) {
    throw new Error(`refresh ended with ${expense.code}: ${await readFile(files.errors, "utf8")}`);
  }
  return expense;
}

/** All of them known as proven, so that lookups have an answer before they are looked at again. */
async function seed({ storePath }: Installation, domains: readonly BenchDomain[]): Promise<void> {
  await using store = await openStore(storePath);
  const nowMs = Date.now();
  for (const { name, hosts } of domains) {
    const domain = parseDomain(name);
    if (domain === undefined) throw new Error(`not a domain: ${name}`);
    await store.verdicts.save({
      domain,
      status: "proven",
      assurance: "mx-name",
      profile: "bsi/2026-01",
      findings: [],
      hosts: [],
      dnssec: { mx: false },
      postfixPolicy: `secure match=${hosts.map((host) => host.name).join(":")}`,
      checkedAt: nowMs - hourMs,
      refreshAfter: nowMs + hourMs,
      expiresAt: nowMs + 24 * hourMs,
    });
  }
}

async function checkVerdicts(
  { storePath }: Installation,
  domains: readonly BenchDomain[],
): Promise<void> {
  await using store = await openStore(storePath);
  const verdicts = await store.verdicts.list({ limit: domains.length });
  const fresh = verdicts.filter(({ status, hosts }) => status === "proven" && hosts.length > 0);
  expect("mxseal proved", fresh.length, domains.filter(isGood).length);
}

/** A measurement of work that was not done would say nothing. */
function expect(what: string, count: number, expected: number): void {
  if (count !== expected) throw new Error(`${what} ${count} domains, ${expected} were expected`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function table(rounds: readonly Round[], lab: BenchLab): string {
  const count = lab.population.domains.length;
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  const heading = ["", "domains/s", "ratio", "cpu ms", "servers' cpu ms", "peak MiB"];
  const perDomain = (seconds: number): string => ((1000 * seconds) / count).toFixed(2);
  const rows = [
    [
      "xargs -P 16 posttls-finger",
      of(({ finger }) => count / finger.seconds).toFixed(1),
      "",
      perDomain(of(({ finger }) => finger.cpuSeconds)),
      perDomain(of(({ finger }) => finger.serverSeconds)),
      "",
    ],
    [
      "mxseal refresh",
      of(({ mxseal }) => count / mxseal.seconds).toFixed(1),
      of(({ mxseal, finger }) => finger.seconds / mxseal.seconds).toFixed(2),
      perDomain(of(({ mxseal }) => mxseal.cpuSeconds)),
      perDomain(of(({ mxseal }) => mxseal.serverSeconds)),
      of(({ mxseal }) => mxseal.peakMib).toFixed(0),
    ],
  ];
  const lookups = [
    ["lookups of serve", "answers", "ratio", "p50 µs", "p99 µs", "longest µs"],
    ["quiet", ...timesRow(rounds, ({ quiet }) => quiet, "")],
    [
      "during refresh",
      ...timesRow(
        rounds,
        ({ busy }) => busy,
        of(({ busy, quiet }) => busy.p99Us / quiet.p99Us).toFixed(2),
      ),
    ],
  ];
  const serve = of(({ mxseal }) => mxseal.serveSeconds);
  return [
    align([heading, ...rows]),
    "",
    align(lookups),
    "",
    `serve used ${serve.toFixed(2)} s of processor during refresh, lookups included`,
  ].join("\n");
}

function timesRow(
  rounds: readonly Round[],
  pick: (round: Round) => LookupTimes,
  ratio: string,
): readonly string[] {
  const of = (one: (times: LookupTimes) => number): number =>
    median(rounds.map((round) => one(pick(round))));
  return [
    of(({ count }) => count).toFixed(0),
    ratio,
    of(({ p50Us }) => p50Us).toFixed(0),
    of(({ p99Us }) => p99Us).toFixed(0),
    of(({ longestUs }) => longestUs).toFixed(0),
  ];
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows
    .map((row) => row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join("  "))
    .join("\n");
}
