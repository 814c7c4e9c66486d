/**
 * mxseal's side of `scripts/bench probe`: a running `serve` with a store of its own, probed through
 * in the two ways a user has: `mxseal refresh --all` beside it, and mail to domains that it does
 * not know, whose first probes it starts itself.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Domain, parseDomain } from "../src/base/domain.ts";
import { openStore } from "../src/store/sqlite/open-store.ts";
import { profileOf } from "../src/tls-profile/profile-of.ts";
import { profileName } from "../src/tls-profile/tls-profile.ts";
import { type Installation, install, MxsealProcess } from "../test/support/mxseal-process.ts";
import { policyRequestText } from "../test/support/policy-request.ts";
import { StreamClient } from "../test/support/stream-client.ts";
import { type BenchDomain, expectCount, isGood } from "./bench-probe-domains.ts";
import { cpuSecondsOf, peakMibOf } from "./bench-probe-lab.ts";
import { type Expense, measure } from "./bench-probe-run.ts";

const hourMs = 3_600_000;
const program = join(import.meta.dirname, "../src/cli/main.ts");

export interface RefreshOptions {
  readonly concurrency: string | undefined;
  /** Where CPU profiles go. */
  readonly profile: string | undefined;
}

export class BenchMxseal implements AsyncDisposable {
  readonly installation: Installation;
  readonly #directory: string;
  readonly #serve: MxsealProcess;

  private constructor(directory: string, installation: Installation, serve: MxsealProcess) {
    this.#directory = directory;
    this.installation = installation;
    this.#serve = serve;
  }

  /** With `known` in its store as proven an hour ago, and not due. */
  static async start(directory: string, known: readonly BenchDomain[]): Promise<BenchMxseal> {
    const installation = await install(directory);
    await seed(installation, known);
    const { configPath } = installation;
    const serve = new MxsealProcess(["serve", "--role", "lookup", "--config", configPath]);
    await serve.says("lookups answered");
    return new BenchMxseal(directory, installation, serve);
  }

  /** `mxseal refresh --all`, a process of its own. */
  async refresh(domains: readonly BenchDomain[], options: RefreshOptions): Promise<Expense> {
    const { profile, concurrency } = options;
    const profiling = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
    const words = ["refresh", "--all", "--config", this.installation.configPath];
    if (concurrency !== undefined) words.push("--concurrency", concurrency);
    const files = { out: this.#file("refresh.out"), errors: this.#file("refresh.err") };
    const expense = await measure([process.execPath, ...profiling, program, ...words], files);
    if (expense.code !== 0) {
      const errors = await readFile(files.errors, "utf8");
      throw new Error(`refresh ended with ${expense.code}: ${errors}`);
    }
    await this.#check(domains);
    return expense;
  }

  /** Policy requests for all of them at RCPT, as from a client that logged in. */
  async receiveMail(domains: readonly BenchDomain[]): Promise<Expense> {
    const pid = this.#serve.child.pid ?? 0;
    const cpuBefore = await cpuSecondsOf(pid);
    const startedAt = performance.now();
    await using client = await StreamClient.connect(`127.0.0.1:${this.installation.policyPort}`);
    // All in one transaction: only its first recipients wait for their probe.
    const instance = "bench.1";
    for (const { name } of domains) {
      const recipient = `Firstname.Lastname@${name}`;
      await client.ask(policyRequestText({ recipient, instance, sasl_username: "alice" }), "\n\n");
    }
    await this.#awaitVerdicts(domains);
    const seconds = (performance.now() - startedAt) / 1000;
    const cpuSeconds = (await cpuSecondsOf(pid)) - cpuBefore;
    await this.#check(domains);
    return { seconds, cpuSeconds, peakMib: await peakMibOf(pid), code: 0 };
  }

  async #awaitVerdicts(domains: readonly BenchDomain[]): Promise<void> {
    await using store = await openStore(this.installation.storePath);
    let mark = 0;
    const missing = new Set<string>(domains.map(({ name }) => name));
    for (const endsAt = Date.now() + 300_000; missing.size > 0; await pause(50)) {
      const changes = await store.verdicts.changesSince(mark, domains.length);
      for (const { domain } of changes) missing.delete(domain);
      mark = changes.at(-1)?.mark ?? mark;
      if (Date.now() > endsAt) throw new Error(`${missing.size} domains were not probed`);
    }
  }

  async #check(domains: readonly BenchDomain[]): Promise<void> {
    await using store = await openStore(this.installation.storePath);
    const wanted = new Set<string>(domains.map(({ name }) => name));
    const all = await store.verdicts.list({ limit: 100_000 });
    const probed = all.filter(({ domain, hosts }) => wanted.has(domain) && hosts.length > 0);
    const proven = probed.filter(({ status }) => status === "proven");
    expectCount("mxseal looked at", probed.length, domains.length);
    expectCount("mxseal proved", proven.length, domains.filter(isGood).length);
  }

  #file(name: string): string {
    return join(this.#directory, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#serve[Symbol.asyncDispose]();
  }
}

async function seed({ storePath }: Installation, known: readonly BenchDomain[]): Promise<void> {
  await using store = await openStore(storePath);
  const nowMs = Date.now();
  for (const { name, hosts } of known) {
    await store.verdicts.save({
      domain: domainOf(name),
      status: "proven",
      assurance: "mx-name",
      profile: profileName(profileOf("bsi")),
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

function domainOf(name: string): Domain {
  const domain = parseDomain(name);
  if (domain === undefined) throw new Error(`not a domain: ${name}`);
  return domain;
}
