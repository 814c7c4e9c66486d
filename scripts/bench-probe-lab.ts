/**
 * What `scripts/bench probe` runs against, inside the namespace of `scripts/in-lab`: the lab's DNS,
 * light mail servers in processes of their own, and the lab's root in the machine's CA bundle.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Authority } from "../test/lab/authority.ts";
import { NameServer } from "../test/lab/name-server.ts";
import { makePopulation, type Population } from "./bench-probe-domains.ts";
import type { ServerEntry } from "./bench-probe-servers.ts";

export const caFile = "/etc/ssl/certs/ca-certificates.crt";
const serverProcesses = 2;

export class BenchLab implements AsyncDisposable {
  readonly directory: string;
  readonly population: Population;
  readonly #nameServer: NameServer;
  readonly #servers: ChildProcess[] = [];

  private constructor(directory: string, population: Population) {
    this.directory = directory;
    this.population = population;
    this.#nameServer = new NameServer(join(directory, "dns"));
  }

  static async start(
    directory: string,
    sizes: { readonly domains: number; readonly hosts: number },
  ): Promise<BenchLab> {
    const authority = new Authority("Lab");
    await appendFile(caFile, `\n${authority.rootPem}`);
    const lab = new BenchLab(directory, makePopulation(sizes, authority));
    await lab.#nameServer.start(lab.population.zones, ["test"]);
    await lab.#startServers();
    return lab;
  }

  async #startServers(): Promise<void> {
    const entries: readonly ServerEntry[] = this.population.hosts.map(
      ({ addresses, identity: { chain, key } }) => ({ addresses, chain, key }),
    );
    const file = join(this.directory, "servers.json");
    await writeFile(file, JSON.stringify(entries));
    for (let count = 0; count < serverProcesses; count += 1) {
      const server = fork(join(import.meta.dirname, "bench-probe-servers.ts"), [file]);
      this.#servers.push(server);
      await once(server, "message");
    }
  }

  /** Nothing that was looked up before is remembered. */
  async forgetNames(): Promise<void> {
    await this.#nameServer.stopResolver();
    await this.#nameServer.startResolver();
  }

  /** Seconds of processor that the mail servers used so far. */
  async serverCpuSeconds(): Promise<number> {
    const all = await Promise.all(this.#servers.map(({ pid }) => cpuSecondsOf(pid ?? 0)));
    return all.reduce((left, right) => left + right, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) {
      const ended = once(server, "exit");
      server.disconnect();
      await ended;
    }
    await this.#nameServer[Symbol.asyncDispose]();
  }
}

/** Of a running process, proc_pid_stat(5); in steps of a hundredth. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The most memory that a running process has held, proc_pid_status(5). */
export async function peakMibOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}
