/**
 * How fast mxseal proves many domains, and whether lookups stay fast meanwhile. 2,000 domains on
 * 400 mail servers are probed by `mxseal refresh --all` beside a running `mxseal serve`, and by
 * such a `serve` itself when mail to all of them comes in at once; against the same domains through
 * `xargs -P 16 posttls-finger`, which looks at one server of each domain, with the same CA bundle.
 * Everybody starts cold: a new process, an empty resolver cache. Each round measures all of them,
 * medians count, the ratios' too.
 *
 * DNS and servers are in the lab's private namespace (root; scripts/in-lab): no network lies
 * between, and their work is not counted as anybody's but done on the same processors. `cpu` is
 * processor time per domain, children included. Lookups are asked of `serve` at a steady pace,
 * also beside posttls-finger: what other work on the machine costs them shows there.
 *
 * Options: --rounds N (3), --domains N (2000), --hosts N (400), --pace N lookups a second (500),
 * --concurrency N for refresh (default: the configuration's), --profile DIRECTORY for a CPU
 * profile of each thread of refresh.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type BenchDomain, isGood } from "./bench-probe-domains.ts";
import { runFinger } from "./bench-probe-finger.ts";
import { BenchLab } from "./bench-probe-lab.ts";
import { Asker } from "./bench-probe-lookups.ts";
import { BenchMxseal } from "./bench-probe-mxseal.ts";
import type { Expense } from "./bench-probe-run.ts";
import { formatRounds, type Measured, type Round } from "./bench-probe-table.ts";

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
const warmupMs = 2000;
const quietMs = 4000;
/** Known from the start where the others are new to `serve`, so that lookups have answers. */
const knownDomains = 50;

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
      const round = { ...(await measureKnown(lab)), ...(await measureUnknown(lab)) };
      rounds.push(round);
      const { finger, refresh, mail } = round;
      const seconds = [finger, refresh, mail].map((one) => `${one.seconds.toFixed(1)} s`);
      process.stderr.write(`round ${number}: ${seconds.join(", ")}\n`);
    }
    process.stdout.write(`${formatRounds(rounds, sizes.domains)}\n`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** All domains are known as proven: quiet, beside posttls-finger, beside refresh. */
async function measureKnown(lab: BenchLab): Promise<Omit<Round, "mail">> {
  const { domains } = lab.population;
  const directory = await mkdtemp(join(lab.directory, "known-"));
  await using mxseal = await BenchMxseal.start(directory, domains);
  const asker = await startAsker(mxseal, directory, domains);
  const { times: quiet } = await asker.askDuring(() => pause(quietMs));
  const finger = await measured(lab, asker, () => runFinger(lab));
  const { concurrency, profile } = options;
  const refresh = await measured(lab, asker, () =>
    mxseal.refresh(domains, { concurrency, profile }),
  );
  return { quiet, finger, refresh };
}

/** Mail to domains that `serve` has never heard of; a few others are known. */
async function measureUnknown(lab: BenchLab): Promise<Pick<Round, "mail">> {
  const { domains } = lab.population;
  const known = domains.filter(isGood).slice(0, knownDomains);
  const unknown = domains.filter((domain) => !known.includes(domain));
  const directory = await mkdtemp(join(lab.directory, "unknown-"));
  await using mxseal = await BenchMxseal.start(directory, known);
  const asker = await startAsker(mxseal, directory, known);
  const mail = await measured(lab, asker, () => mxseal.receiveMail(unknown));
  return { mail };
}

async function startAsker(
  mxseal: BenchMxseal,
  directory: string,
  domains: readonly BenchDomain[],
): Promise<Asker> {
  const port = mxseal.installation.socketmapPort;
  const asker = new Asker({ directory, port, perSecond: Number(options.pace) });
  await asker.prepare(domains.filter(isGood).map(({ name }) => `Firstname.Lastname@${name}`));
  // The first answers of a new process are not what is asked about.
  await asker.askDuring(() => pause(warmupMs));
  return asker;
}

async function measured(
  lab: BenchLab,
  asker: Asker,
  work: () => Promise<Expense>,
): Promise<Measured> {
  await lab.forgetNames();
  const before = await lab.serverCpuSeconds();
  const { result, times } = await asker.askDuring(work);
  return { ...result, serverSeconds: (await lab.serverCpuSeconds()) - before, lookups: times };
}
