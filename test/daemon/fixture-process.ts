/**
 * Starts a script of test/daemon/fixture/ and follows the JSON lines that it and its children
 * write. Whatever it started is killed at disposal.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** As long as anything may take on a busy machine. */
const patienceMs = 60_000;

export interface Told {
  readonly event: string;
  readonly name: string;
  readonly pid: number;
}

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`fixture/${name}`, import.meta.url));
}

/** The events that some processes tell on their standard output. */
export class Events {
  readonly all: Told[] = [];
  readonly #changed = new EventTarget();

  follow(child: ChildProcess): void {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.all.push(JSON.parse(line) as Told);
      this.#changed.dispatchEvent(new Event("told"));
    });
  }

  of(event: string, name?: string): readonly Told[] {
    return this.all.filter((told) => told.event === event && (name ?? told.name) === told.name);
  }

  /** Waits until that many such events were told, and returns the last of them. */
  async nth(count: number, event: string, name?: string): Promise<Told> {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const told = this.of(event, name)[count - 1];
      if (told !== undefined) return told;
      await once(this.#changed, "told", { signal });
    }
  }
}

export class FixtureProcess implements Disposable {
  readonly child: ChildProcess;
  readonly events: Events = new Events();
  readonly #end: Promise<string>;

  constructor(script: string, ...args: readonly string[]) {
    this.child = spawn(process.execPath, [fixturePath(script), ...args], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    this.events.follow(this.child);
    this.#end = once(this.child, "exit").then(([code, signal]) => String(signal ?? code));
  }

  get pid(): number {
    return this.child.pid ?? Number.NaN;
  }

  /** How it ended: its exit code or the signal. */
  async end(): Promise<string> {
    const late = new AbortController();
    const patience = delay(patienceMs, "still running", { signal: late.signal, ref: false });
    patience.catch(() => undefined);
    const end = await Promise.race([this.#end, patience]);
    late.abort();
    return end;
  }

  [Symbol.dispose](): void {
    for (const pid of new Set([this.pid, ...this.events.all.map((told) => told.pid)])) {
      killQuietly(pid);
    }
  }
}

export function killQuietly(pid: number): void {
  if (hasEnded(pid)) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended in between.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Gone, or a zombie that nobody has waited for. */
export function hasEnded(pid: number): boolean {
  return ["", "Z", "X"].includes(processState(pid));
}

/** The letter of proc(5) `stat`; empty when there is no such process. */
export function processState(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2)[0] ?? "";
  } catch (error) {
    const gone = error instanceof Error && "code" in error;
    if (gone && (error.code === "ENOENT" || error.code === "ESRCH")) return "";
    throw error;
  }
}

/** Looks again and again until it holds; rejects when it takes too long. */
export async function until(holds: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(patienceMs);
  while (!holds()) await delay(10, undefined, { signal });
}
