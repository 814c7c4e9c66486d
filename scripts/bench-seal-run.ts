/** One load through the lab of `scripts/bench seal`: smtp-source sends it over ten connections. */
import { setTimeout as pause } from "node:timers/promises";
import { runCommand } from "../test/lab/command.ts";
import { waitUntil } from "../test/lab/wait-until.ts";
import { awaitArrivals, type Contender, recipient, type SealLab } from "./bench-seal-lab.ts";

export interface Load {
  readonly name: string;
  readonly bytes: number;
  readonly count: number;
}

export interface Result {
  readonly perSecond: number;
  /** Milliseconds of processor per message. */
  readonly postfixCpuMs: number;
  readonly milterCpuMs: number;
}

const sessions = 10;
const kindOf = { none: "plain", opendkim: "signed", mxseal: "sealed" } as const;
const quietSeconds = 0.03;

/** Answers when each message arrived, in epoch milliseconds, and when the first was sent. */
export async function send(
  lab: SealLab,
  { bytes, count }: Load,
): Promise<{ startedAt: number; arrivals: readonly number[] }> {
  const from = lab.arrivals.length;
  const startedAt = Date.now();
  const source = ["smtp-source", "-s", String(Math.min(sessions, count)), "-m", String(count)];
  const envelope = ["-f", "alice@company.example", "-t", recipient, "-l", String(bytes)];
  await runCommand([...source, ...envelope, "127.0.0.1:25"], { deadlineMs: 500_000 });
  await awaitArrivals(lab, from, count);
  return { startedAt, arrivals: lab.arrivals.slice(from, from + count).map(({ at }) => at) };
}

export async function measureLoad(lab: SealLab, contender: Contender, load: Load): Promise<Result> {
  // Processes that stay for a while, and the verdict.
  await send(lab, { ...load, count: 3 });
  await quiet(lab, contender);
  const before = await lab.cpuSeconds(contender);
  const from = lab.arrivals.length;
  const { startedAt, arrivals } = await send(lab, load);
  await quiet(lab, contender);
  const after = await lab.cpuSeconds(contender);
  const strays = lab.arrivals.slice(from).filter(({ kind }) => kind !== kindOf[contender]);
  if (strays.length > 0) throw new Error(`${strays.length} messages were not for ${contender}`);
  const each = (seconds: number): number => (1000 * seconds) / load.count;
  return {
    perSecond: perSecond(startedAt, arrivals),
    postfixCpuMs: each(after.postfix - before.postfix),
    milterCpuMs: each(after.milter - before.milter),
  };
}

/** The rate at which the last third arrives: of mxseal, long after the reserve is used up. */
export async function measureSustained(
  lab: SealLab,
  contender: Contender,
  load: Load,
): Promise<number> {
  await quiet(lab, contender);
  const { arrivals } = await send(lab, load);
  await quiet(lab, contender);
  const last = arrivals.slice(Math.floor((2 * arrivals.length) / 3));
  return perSecond(last[0] ?? 0, last.slice(1));
}

function perSecond(startedAt: number, arrivals: readonly number[]): number {
  return (1000 * arrivals.length) / ((arrivals.at(-1) ?? startedAt) - startedAt);
}

/** The queue is empty, code mails are out, the reserve is full: nothing moves for two seconds. */
async function quiet(lab: SealLab, contender: Contender): Promise<void> {
  await waitUntil("the machine is quiet", () => isQuiet(lab, contender), { deadlineMs: 300_000 });
}

async function isQuiet(lab: SealLab, contender: Contender): Promise<boolean> {
  if ((await lab.postfix.queue()).length > 0) return false;
  const before = await lab.cpuSeconds(contender);
  await pause(2000);
  const after = await lab.cpuSeconds(contender);
  const used = after.milter - before.milter;
  return used <= quietSeconds * 2 && after.postfix - before.postfix <= quietSeconds * 2;
}
