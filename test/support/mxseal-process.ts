/**
 * `mxseal` as a process of its own, from the sources, with a directory, a configuration and ports
 * of its own. Its log is read line by line; whatever still runs at disposal is killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const patienceMs = 60_000;

export type LogLine = Readonly<Record<string, unknown>>;

export interface Installation {
  readonly configPath: string;
  readonly storePath: string;
  readonly policyPort: number;
  readonly socketmapPort: number;
}

/** Directories, free ports and a configuration file below `directory`. */
export async function install(directory: string, extra = ""): Promise<Installation> {
  const [policyPort, socketmapPort, portalPort] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
  ]);
  await mkdir(join(directory, "store"));
  const storePath = join(directory, "store", "mxseal.db");
  const configPath = join(directory, "mxseal.toml");
  await writeFile(
    configPath,
    `[store]\npath = "${storePath}"\n[keys]\ndirectory = "${directory}/keys"\n` +
      `[domains]\nlocal = ["company.example"]\n` +
      `[listen]\npolicy = ["127.0.0.1:${policyPort}"]\n` +
      `socketmap = ["127.0.0.1:${socketmapPort}"]\n` +
      `milter = "${directory}/milter.sock"\nmilter_group = "root"\n` +
      `[portal]\nlisten = "127.0.0.1:${portalPort}"\n` +
      `base_url = "http://127.0.0.1:${portalPort}"\n` +
      `[postfix]\nconfig_directory = "${directory}"\n${extra}`,
  );
  return { configPath, storePath, policyPort, socketmapPort };
}

async function freePort(): Promise<number> {
  await using server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export class MxsealProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly log: LogLine[] = [];
  #errors = "";
  readonly #changed = new EventTarget();
  readonly #end: Promise<string>;

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    if (this.child.stdout === null || this.child.stderr === null) throw new Error("no streams");
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.log.push(JSON.parse(line) as LogLine);
      this.#changed.dispatchEvent(new Event("line"));
    });
    this.child.stderr.on("data", (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    this.#end = once(this.child, "close").then(([code, signal]) => String(signal ?? code));
  }

  get errors(): string {
    return this.#errors;
  }

  /** Waits for a line of the log; fails when the process ends first or nothing comes. */
  async line(wanted: (line: LogLine) => boolean): Promise<LogLine> {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const line = this.log.find(wanted);
      if (line !== undefined) return line;
      const ended = this.#end.then((status) => {
        throw new Error(`mxseal ended (${status}) before it logged that\n${this.#errors}`);
      });
      await Promise.race([once(this.#changed, "line", { signal }), ended]);
    }
  }

  says(text: string): Promise<LogLine> {
    return this.line((line) => line["text"] === text);
  }

  /** Exit status or the name of the signal. */
  end(): Promise<string> {
    return this.#end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 20_000);
    await this.#end;
    clearTimeout(timer);
  }
}
