/** Runs one command to its end and tells what it took, its children included. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

export interface Expense {
  readonly seconds: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  /** Of the command's own process. */
  readonly peakMib: number;
  readonly code: number;
}

const lookEveryMs = 50;
/** POSIX `times`: the shell's own two numbers, then those of its children. */
const timesLine = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/;

/** Both outputs go to files; `input` is its standard input. */
export async function measure(
  command: readonly string[],
  files: { readonly out: string; readonly errors: string; readonly input?: string },
): Promise<Expense> {
  const out = await open(files.out, "w");
  const errors = await open(files.errors, "w");
  const input = await open(files.input ?? "/dev/null");
  const timed = '"$@"; code=$?; times >&3; exit $code';
  const startedAt = performance.now();
  const shell = spawn("sh", ["-c", timed, "sh", ...command], {
    stdio: [input.fd, out.fd, errors.fd, "pipe"],
  });
  const ended = once(shell, "close") as Promise<[number | null]>;
  const report = readAll(shell.stdio[3] as NodeJS.ReadableStream);
  const peakMib = await watchPeak(shell);
  const [code] = await ended;
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all([out.close(), errors.close(), input.close()]);
  return { seconds, cpuSeconds: childSeconds(await report), peakMib, code: code ?? 1 };
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk.toString();
  return text;
}

function childSeconds(report: string): number {
  const match = timesLine.exec(report.trim().split("\n").at(-1) ?? "");
  if (match === null) throw new Error(`not what times prints: ${report}`);
  const [, userMinutes, user, systemMinutes, system] = match.map(Number);
  return (userMinutes ?? 0) * 60 + (user ?? 0) + (systemMinutes ?? 0) * 60 + (system ?? 0);
}

async function watchPeak(shell: ChildProcess): Promise<number> {
  let peakKib = 0;
  while (shell.exitCode === null && shell.signalCode === null) {
    const children = await readFile(`/proc/${shell.pid}/task/${shell.pid}/children`, "utf8").catch(
      () => "",
    );
    const child = children.trim().split(" ")[0];
    const status = await readFile(`/proc/${child}/status`, "utf8").catch(() => "");
    peakKib = Math.max(peakKib, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    await pause(lookEveryMs);
  }
  return peakKib / 1024;
}
