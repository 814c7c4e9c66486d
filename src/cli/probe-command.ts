/**
 * `mxseal probe DOMAIN…`: looks at the domains now and tells what was found; stores nothing. Exit
 * status 0 whatever the verdicts are: what is asked for is the answer.
 */
import type { Command } from "commander";
import { type Domain, parseDomain } from "../base/domain.ts";
import { quoted } from "../base/printable.ts";
import type { Verdict } from "../base/verdict.ts";
import { ProbeSetup } from "../daemon/probe-setup.ts";
import { explainVerdict } from "../probe/explain.ts";
import { probe } from "../probe/probe.ts";
import { verdictToJson } from "../probe/verdict-json.ts";
import { refuse } from "./cli-context.ts";
import { print } from "./print.ts";
import type { ProgramContext } from "./program.ts";

interface ProbeCommandOptions {
  readonly json?: boolean;
}

const domainsAtOnce = 16;

export function addProbeCommand(program: Command, context: ProgramContext): void {
  program
    .command("probe")
    .argument("<domain...>", "recipient domains")
    .description("look at the mail servers of a domain now, and explain")
    .option("--json", "one JSON object per line")
    .action((texts: readonly string[], options: ProbeCommandOptions) =>
      probeAll(context, texts, options),
    );
}

async function probeAll(
  context: ProgramContext,
  texts: readonly string[],
  options: ProbeCommandOptions,
): Promise<void> {
  const domains: Domain[] = [];
  for (const text of texts) {
    const domain = parseDomain(text);
    if (domain === undefined) return refuse(context, `${quoted(text)} is not a domain.`);
    domains.push(domain);
  }
  const { config } = context.configuration();
  const setup = new ProbeSetup(config);
  for (let first = 0; first < domains.length; first += domainsAtOnce) {
    const group = domains.slice(first, first + domainsAtOnce);
    const verdicts = group.map(async (domain) => probe(domain, await setup.options()));
    // A fault of this machine meets all of them; the first to be awaited reports it.
    for (const verdict of verdicts) verdict.catch(() => undefined);
    // Told in the order asked for, each as soon as it and those before it are known.
    for (const verdict of verdicts) await print(context.out, toldAs(await verdict, options));
  }
}

function toldAs(verdict: Verdict, options: ProbeCommandOptions): string {
  if (options.json === true) return `${JSON.stringify(verdictToJson(verdict))}\n`;
  return `${explainVerdict(verdict).join("\n")}\n\n`;
}
