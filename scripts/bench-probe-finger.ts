/** The other side of `scripts/bench probe`: what an administrator has at hand, posttls-finger(1). */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expectCount, isGood } from "./bench-probe-domains.ts";
import { type BenchLab, caFile } from "./bench-probe-lab.ts";
import { type Expense, measure } from "./bench-probe-run.ts";

/** One process for each domain, sixteen at a time, with the names that mxseal would match. */
export async function runFinger(lab: BenchLab): Promise<Expense> {
  const { domains } = lab.population;
  const input = join(lab.directory, "finger.in");
  const output = join(lab.directory, "finger.out");
  const lines = domains.map(({ name, hosts }) => [name, ...hosts.map((host) => host.name)]);
  await writeFile(input, lines.map((words) => `${words.join(" ")}\n`).join(""));
  const finger = ["posttls-finger", "-c", "-l", "secure", "-F", caFile];
  const command = ["xargs", "-P", "16", "-L", "1", ...finger];
  const expense = await measure(command, { out: output, errors: "/dev/null", input });
  const text = await readFile(output, "utf8");
  const verified = text.match(/: Verified TLS connection established/g)?.length ?? 0;
  expectCount("posttls-finger verified", verified, domains.filter(isGood).length);
  return expense;
}
