/**
 * How fast mxseal seals, through a real Postfix: messages per second and processor time per message
 * at 20 KiB and at 5 MiB, beside the same Postfix with opendkim signing in mxseal's place and with
 * no milter there, in one run. opendkim is the milter that a Postfix of this kind has anyway, and
 * it stands on the same port: every message takes the same two passes through the same services,
 * is asked for by the same lookups and goes to the same server, and only the milter differs.
 * (On port 25 opendkim would save Postfix nothing, and mxseal would look no better.) What differs
 * by nature: mxseal sends a short notification on, and a mail with the code to the sender.
 *
 * Each round measures all of them, medians count, the ratios' too. `cpu` is processor time until
 * the machine is quiet again: with code mails, and with the derivation of new codes for the
 * reserve (src/seal/code-reserve.ts). A burst up to the reserve does not wait for it; `sustained`
 * is the rate of the last third of a long load, for mxseal that of the messages behind the reserve. Spool and store are on the disk of the
 * directory for temporary files. Needs root; runs in the lab's namespace (scripts/in-lab).
 *
 * Options: --rounds N (5), --small N messages of 20 KiB (100), --large N messages of 5 MiB (20),
 * --long N messages of 20 KiB for the sustained rate (300; the reserve
 * has 128, and two thirds must be more), --no-peak without ten times 50 MiB.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { peakMibOf } from "./bench-probe-lab.ts";
import { type Contender, contenders, SealLab } from "./bench-seal-lab.ts";
import { type Load, measureLoad, measureSustained, type Result, send } from "./bench-seal-run.ts";
import { formatRounds, type Round } from "./bench-seal-table.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    small: { type: "string", default: "100" },
    large: { type: "string", default: "20" },
    long: { type: "string", default: "300" },
    "no-peak": { type: "boolean", default: false },
  },
});
const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const loads: readonly Load[] = [
  { name: "20 KiB", bytes: 20 * kibibyte, count: Number(options.small) },
  { name: "5 MiB", bytes: 5 * mebibyte, count: Number(options.large) },
];

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
    await using lab = await SealLab.start(directory);
    if (!options["no-peak"]) await reportPeak(lab);
    const rounds: Round[] = [];
    for (let number = 1; number <= Number(options.rounds); number += 1) {
      rounds.push(await measureRound(lab, number));
      process.stderr.write(`round ${number} done\n`);
    }
    process.stdout.write(`${formatRounds(rounds, loads)}\n`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Every round begins with another one, so that nobody always comes first. */
async function measureRound(lab: SealLab, number: number): Promise<Round> {
  const order = [...contenders, ...contenders].slice(number % 3, (number % 3) + 3);
  const long = { name: "long", bytes: 20 * kibibyte, count: Number(options.long) };
  const results = new Map<string, Result>();
  const sustained = new Map<Contender, number>();
  for (const contender of order) {
    await lab.enter(contender);
    for (const load of loads) {
      const result = await measureLoad(lab, contender, load);
      results.set(`${contender} ${load.name}`, result);
    }
    sustained.set(contender, await measureSustained(lab, contender, long));
  }
  return { results, sustained };
}

async function reportPeak(lab: SealLab): Promise<void> {
  await lab.enter("mxseal");
  const pid = await lab.milterPid();
  await send(lab, { name: "first", bytes: 20 * kibibyte, count: 2 });
  const before = await peakMibOf(pid);
  await send(lab, { name: "peak", bytes: 50 * mebibyte, count: 10 });
  const after = await peakMibOf(pid);
  process.stdout.write(
    `milter, peak memory: ${before.toFixed(0)} MiB before, ${after.toFixed(0)} MiB after ten times 50 MiB at once\n`,
  );
}
