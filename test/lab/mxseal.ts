/**
 * mxseal as its systemd unit runs it: from the checkout, as its own user without further
 * privileges, in the groups postdrop and postfix, with a configuration file.
 */
import { chown, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { type CommandResult, Daemon, tryCommand } from "./command.ts";
import { ownDomain } from "./postfix.ts";
import { userId } from "./user.ts";
import { waitUntil } from "./wait-until.ts";

/** The checkout under the path that `scripts/in-lab` gave it. */
const program = "/run/checkout/src/cli/main.ts";
const milterSocket = "/var/spool/postfix/mxseal/milter.sock";
export const portalUrl = "http://127.0.0.1:10044";

export interface MxsealOptions {
  /** Sections of the configuration that differ from the lab's, as TOML keys. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Put before the program that serves, behind the change of user. */
  readonly wrapper?: readonly string[];
}

/** One JSON line of the log. */
export type LogRecord = Readonly<Record<string, unknown>>;

export class Mxseal implements AsyncDisposable {
  readonly directory: string;
  readonly #options: MxsealOptions;
  #service: Daemon | undefined;
  #earlierOutput = "";

  constructor(directory: string, options: MxsealOptions) {
    this.directory = directory;
    this.#options = options;
  }

  get configFile(): string {
    return join(this.directory, "mxseal.toml");
  }

  /** Directories and configuration; nothing of an earlier run is left. */
  async prepare(): Promise<void> {
    const { uid, gid } = await userId("mxseal");
    for (const directory of [this.directory, this.storeDirectory, join(this.directory, "keys")]) {
      await mkdir(directory, { recursive: true, mode: 0o750 });
      await chown(directory, uid, gid);
    }
    await writeFile(this.configFile, toToml(this.#config()));
  }

  get storeDirectory(): string {
    return join(this.directory, "store");
  }

  #config(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    const sections: Record<string, Readonly<Record<string, unknown>>> = {
      store: { path: join(this.storeDirectory, "mxseal.db") },
      keys: { directory: join(this.directory, "keys") },
      domains: { local: [ownDomain] },
      seal: { organisation: "Company Ltd", code_mail_delay_seconds: 1, code_reserve: 16 },
      portal: { base_url: portalUrl },
    };
    for (const [name, section] of Object.entries(this.#options.config ?? {})) {
      sections[name] = { ...sections[name], ...section };
    }
    return sections;
  }

  /** Starts `serve` and waits until all of its sockets answer. */
  async start(): Promise<void> {
    this.startUnready();
    await this.ready();
  }

  startUnready(): void {
    this.#earlierOutput = this.output;
    this.#service = new Daemon(this.serveCommand([], this.#options.wrapper));
  }

  async ready(): Promise<void> {
    await this.service.ready(() => allListening(), 60_000);
  }

  /** As a service unit runs it; `wrapper` stands before the program. */
  serveCommand(options: readonly string[], wrapper: readonly string[] = []): readonly string[] {
    return [...asServiceUser, ...wrapper, ...this.#command("serve", ...options)];
  }

  /** The process that `start` started: the supervisor of the roles. */
  get service(): Daemon {
    if (this.#service === undefined) throw new Error("mxseal was not started");
    return this.#service;
  }

  /** Ends every process of mxseal at once, as a power cut would. */
  async killAll(): Promise<void> {
    for (const pid of await this.processes()) process.kill(pid, "SIGKILL");
    await this.service.gone(10_000);
    await waitUntil("no process of mxseal is left", async () => {
      return (await this.processes()).length === 0;
    });
  }

  async signalAll(signal: NodeJS.Signals): Promise<void> {
    for (const pid of await this.processes()) process.kill(pid, signal);
  }

  /** Process IDs of the service and its roles; `role` narrows to one. */
  async processes(role?: string): Promise<readonly number[]> {
    const found: number[] = [];
    for (const name of await readdir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
      const words = command.split("\0");
      if (!words.includes("serve") || !words.includes(this.configFile)) continue;
      if (role !== undefined && !words.includes(role)) continue;
      if (await isAlive(name)) found.push(Number(name));
    }
    return found;
  }

  /** Runs a command of the command line, as root does on a server. */
  async run(...argumentsList: readonly string[]): Promise<CommandResult> {
    return tryCommand(this.commandLine(...argumentsList));
  }

  /** The words of such a command, to be run in another way. */
  commandLine(...argumentsList: readonly string[]): readonly string[] {
    return [...asServiceUser, ...this.#command(...argumentsList)];
  }

  /** Like `run`, and rejects unless it succeeds. */
  async must(...argumentsList: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...argumentsList);
    if (code !== 0) throw new Error(`mxseal ${argumentsList.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Probes the domain again; waits for its turn, since one refresh at a time has the store. */
  async refresh(domain: string): Promise<void> {
    await waitUntil(
      `${domain} is refreshed`,
      async () => {
        const { code, stderr } = await this.run("refresh", "--domain", domain);
        if (code !== 0 && code !== 1) throw new Error(stderr);
        return !stderr.includes("Another refresh");
      },
      { deadlineMs: 60_000 },
    );
  }

  #command(...argumentsList: readonly string[]): readonly string[] {
    return [process.execPath, program, ...argumentsList, "--config", this.configFile];
  }

  /** All that every run of the service wrote. */
  get output(): string {
    return this.#earlierOutput + (this.#service?.output ?? "");
  }

  get records(): readonly LogRecord[] {
    return this.output.split("\n").flatMap((line) => {
      if (!line.startsWith("{") || !line.endsWith("}")) return [];
      return [JSON.parse(line) as LogRecord];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#service === undefined || this.#service.ended) return;
    await this.signalAll("SIGCONT");
    await this.#service[Symbol.asyncDispose]();
    for (const pid of await this.processes()) process.kill(pid, "SIGKILL");
  }
}

const asServiceUser: readonly string[] = [
  "setpriv",
  "--reuid=mxseal",
  "--regid=mxseal",
  "--init-groups",
  "--no-new-privs",
  "--",
];

/**
 * Whether every socket of mxseal answers. TCP sockets as the kernel lists them: asking by
 * connecting would show in the logs.
 */
export async function allListening(): Promise<boolean> {
  const table = await readFile("/proc/net/tcp", "utf8");
  const ports = [10040, 10041, 10044].map((port) => port.toString(16).toUpperCase());
  const tcp = ports.every((port) => table.includes(` 0100007F:${port} 00000000:0000 0A `));
  return tcp && (await milterAnswers());
}

export async function milterAnswers(): Promise<boolean> {
  const socket = connect(milterSocket);
  try {
    return await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

/** False for a process that has ended and was not collected yet. */
async function isAlive(pid: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return status !== "" && !/^State:\s+Z/m.test(status);
}

function toToml(sections: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string {
  const lines = Object.entries(sections).flatMap(([name, section]) => [
    `[${name}]`,
    // A JSON string, number, boolean or list of these is a TOML value as well.
    ...Object.entries(section).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
  ]);
  return `${lines.join("\n")}\n`;
}
