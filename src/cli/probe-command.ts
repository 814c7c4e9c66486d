/**
 * `mxseal probe DOMAIN…`: looks at the domains now and tells what was found; stores nothing. Exit
 * status 0 whatever the verdicts are: what is asked for is the answer.
 */
import type { Command } from "commander";
import { type Domain, parseDomain } from "../base/domain.ts";
import type { Language } from "../base/language.ts";
import { quoted } from "../base/printable.ts";
import { ProbeSetup } from "../daemon/probe-setup.ts";
import { MemoryStsPolicies } from "../probe/memory-sts-policies.ts";
import { probe } from "../probe/probe.ts";
import { refuse } from "./cli-context.ts";
import { languageOption } from "./language-option.ts";
import { print } from "./print.ts";
import { type AnswerForm, answerText } from "./probe-answer.ts";
import type { ProgramContext } from "./program.ts";
import { proseWidth } from "./terminal-width.ts";

interface ProbeCommandOptions {
  readonly lang?: Language;
  readonly postmaster?: boolean;
  readonly json?: boolean;
}

const domainsAtOnce = 16;

export function addProbeCommand(program: Command, context: ProgramContext): void {
  program
    .command("probe")
    .argument("<domain...>", "recipient domains")
    .description("look at the mail servers of a domain now, and explain")
    .addOption(languageOption())
    .option("--postmaster", "write a mail to the domain's postmaster on what should be mended")
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
  const form: AnswerForm = {
    language: options.lang ?? context.language(),
    width: proseWidth(context.out),
    json: options.json === true,
    postmaster: options.postmaster === true,
  };
  const { config } = context.configuration();
  const setup = new ProbeSetup(config, new MemoryStsPolicies());
  for (let first = 0; first < domains.length; first += domainsAtOnce) {
    const group = domains.slice(first, first + domainsAtOnce);
    const verdicts = group.map(async (domain) =>
      probe(domain, await setup.options({ openOffer: "always" })),
    );
    // A fault of this machine meets all of them; the first to be awaited reports it.
    for (const verdict of verdicts) verdict.catch(() => undefined);
    // Told in the order asked for, each as soon as it and those before it are known.
    for (const verdict of verdicts) {
      await print(context.out, answerText(await verdict, form));
    }
  }
}
