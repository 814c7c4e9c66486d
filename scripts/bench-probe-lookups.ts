/**
 * The lookups of `scripts/bench probe`: a client in C asks the transport map of a running mxseal at
 * a steady pace. It has real-time priority, so that what it measures is the time of the answer and
 * not its own waiting for a processor.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

export interface LookupTimes {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly longestUs: number;
}

export interface AskerOptions {
  readonly directory: string;
  readonly port: number;
  readonly perSecond: number;
}

/** Asks for `recipients`, all of them proven, until `during` has settled. */
export class Asker {
  readonly #options: AskerOptions;

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  async prepare(recipients: readonly string[]): Promise<void> {
    const source = join(import.meta.dirname, "bench-probe-asker.c");
    const flags = ["-O2", "-Wall", "-D_GNU_SOURCE"];
    await promisify(execFile)("cc", [...flags, "-o", this.#file("asker"), source]);
    const requests = recipients.map((recipient) => {
      const payload = `transport ${recipient}`;
      const request = `${Buffer.byteLength(payload)}:${payload},`;
      return `${Buffer.byteLength(request)}\n${request}`;
    });
    await writeFile(this.#file("requests"), requests.join(""));
  }

  async askDuring<T>(work: () => Promise<T>): Promise<{ result: T; times: LookupTimes }> {
    const { port, perSecond } = this.#options;
    const asker = [this.#file("asker"), String(port), this.#file("requests"), String(perSecond)];
    const child = spawn("chrt", ["--fifo", "1", ...asker, "17:OK mxseal-secure:,"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    const ended = once(child, "close") as Promise<[number | null]>;
    try {
      const result = await work();
      child.stdin.end();
      const [code] = await ended;
      if (code !== 0) throw new Error(`the lookups failed (${code})`);
      const [count = 0, p50Us = 0, p99Us = 0, longestUs = 0] = output.split(" ").map(Number);
      return { result, times: { count, p50Us, p99Us, longestUs } };
    } finally {
      child.kill();
    }
  }

  #file(name: string): string {
    return join(this.#options.directory, name);
  }
}
