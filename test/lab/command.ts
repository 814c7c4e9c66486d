/**
 * Commands that end and daemons that stay, as child processes with deadlines. A daemon dies with
 * the process that started it, also when that is killed: the kernel sees to it (setpriv).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { waitUntil } from "./wait-until.ts";

const commandDeadlineMs = 30_000;
const stopDeadlineMs = 10_000;
const maxOutputBytes = 16 * 1024 * 1024;

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string | Buffer;
  readonly cwd?: string;
  readonly deadlineMs?: number;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs to the end, whatever the exit code; rejects when it cannot start or does not end. */
export async function tryCommand(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command[0] ?? "", command.slice(1), {
    stdio: ["pipe", "pipe", "pipe"],
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    timeout: options.deadlineMs ?? commandDeadlineMs,
    killSignal: "SIGKILL",
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  // A command that does not read its input closes the pipe; that is its business.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code === null) throw new Error(`${command.join(" ")} was ended by ${signal}\n${stderr()}`);
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Runs a command that must succeed; answers what it wrote to its standard output. */
export async function runCommand(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryCommand(command, options);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxOutputBytes) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

/** A process that stays in the foreground until it is told to stop. */
export class Daemon implements AsyncDisposable {
  readonly name: string;
  readonly #child: ChildProcess;
  #output = "";

  constructor(command: readonly string[], onOutput?: (text: string) => void) {
    this.name = command[0] ?? "";
    this.#child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...command], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString("utf8")).slice(-maxOutputBytes);
        onOutput?.(chunk.toString("utf8"));
      });
    }
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Everything it wrote so far, both streams as they came. */
  get output(): string {
    return this.#output;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits until it is ready; rejects with its output when it ends instead. */
  async ready(isReady: () => boolean | Promise<boolean>, deadlineMs = 15_000): Promise<void> {
    const look = (): Promise<boolean> | boolean => {
      if (this.ended) throw new Error(`${this.name} ended at once\n${this.output}`);
      return isReady();
    };
    await waitUntil(`${this.name} is ready`, look, { deadlineMs, explain: () => this.output });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async gone(deadlineMs: number): Promise<void> {
    await waitUntil(`${this.name} has ended`, () => this.ended, {
      deadlineMs,
      explain: () => this.output,
    });
  }

  /** TERM, and KILL when that does not help within ten seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.ended) return;
    this.kill("SIGTERM");
    try {
      await this.gone(stopDeadlineMs);
    } catch {
      this.kill("SIGKILL");
      await this.gone(stopDeadlineMs);
    }
  }
}
