/** `mxseal verdict list|show|forget|export`: what is known of recipient domains. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Domain, parseDomain } from "../base/domain.ts";
import type { Language } from "../base/language.ts";
import { quoted } from "../base/printable.ts";
import { assurances, verdictStatuses } from "../base/verdict.ts";
import { findingCodes, isFindingCode } from "../probe/finding-code.ts";
import { verdictToJson } from "../probe/verdict-json.ts";
import { type CliContext, exitCodes, refuse } from "./cli-context.ts";
import { parseDuration } from "./duration.ts";
import { languageOption } from "./language-option.ts";
import { print } from "./print.ts";
import { proseWidth } from "./terminal-width.ts";
import { formatHistory, turnToJson } from "./turn-text.ts";
import { type ExportOptions, exportVerdicts } from "./verdict-export.ts";
import { type ListOptions, listVerdicts } from "./verdict-list.ts";
import { sortKeys } from "./verdict-order.ts";
import { formatVerdict } from "./verdict-text.ts";

interface ShowOptions {
  readonly lang?: Language;
  readonly json?: boolean;
}

export function addVerdictCommand(program: Command, context: CliContext): void {
  const verdict = program.command("verdict").description("what is known of recipient domains");
  addList(verdict, context);
  verdict
    .command("show")
    .argument("<domain>")
    .description("show everything known of a domain, and how it changed")
    .addOption(languageOption())
    .option("--json", "as one line of JSON")
    .action((domain: string, options: ShowOptions) =>
      withDomain(context, domain, (known) => show(context, known, options)),
    );
  verdict
    .command("forget")
    .argument("<domain>")
    .description("forget a verdict; mail to the domain waits until it was probed again")
    .action((domain: string) => withDomain(context, domain, (known) => forget(context, known)));
  verdict
    .command("export")
    .description("write what was proven as a static policy table, for an emergency")
    .addOption(new Option("--format <format>", "for whom").choices(["postfix"]).default("postfix"))
    .option("--output <file>", "write this file, whole or not at all (default: standard output)")
    .action((options: ExportOptions) => exportVerdicts(context, options));
}

function addList(verdict: Command, context: CliContext): void {
  const leastOnes = assurances.filter((one) => one !== "none");
  verdict
    .command("list")
    .description("list the verdicts; all that is asked for must hold")
    .addOption(new Option("--status <status>", "only these").choices(verdictStatuses))
    .addOption(new Option("--assurance <assurance>", "exactly this one").choices(assurances))
    .addOption(new Option("--least-assurance <assurance>", "this or stronger").choices(leastOnes))
    .option("--finding <code>", "with this finding", parseFindingCode)
    .option("--older-than <span>", "checked longer ago: 90s, 15m, 12h, 7d, 2w", parseSpan)
    .option("--newer-than <span>", "checked since", parseSpan)
    .option("--expired", "which hold no more")
    .option("--downgraded", "whose last change was for the worse")
    .addOption(new Option("--sort <key>", "by what").choices(sortKeys).default("domain"))
    .option("--reverse", "the other way round")
    .option("--limit <count>", "not more than these", parseCount)
    .option("--json", "one JSON object per line")
    .action((options: ListOptions) => listVerdicts(context, options));
}

function parseFindingCode(text: string): string {
  if (isFindingCode(text)) return text;
  const [head = ""] = text.split("-");
  const alike = findingCodes.filter((code) => head !== "" && code.startsWith(head));
  const known = alike.length > 0 ? alike : findingCodes;
  throw new InvalidArgumentError(`There is no such finding; there are: ${known.join(", ")}.`);
}

function parseSpan(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("Expected a span: 90s, 15m, 12h, 7d, 2w.");
  return ms;
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Expected a number from 1 on.");
  return Number(text);
}

async function show(context: CliContext, domain: Domain, options: ShowOptions): Promise<void> {
  await using store = await context.openStore();
  const verdict = await store.verdicts.find(domain);
  if (verdict === undefined) return tellUnknown(context, domain);
  const turns = await store.verdicts.history(domain);
  if (options.json === true) {
    const record = { ...verdictToJson(verdict), history: turns.map(turnToJson) };
    await print(context.out, `${JSON.stringify(record)}\n`);
    return;
  }
  const language = options.lang ?? context.language();
  const width = proseWidth(context.out);
  const history = formatHistory(turns, language, width).join("\n");
  const text = formatVerdict(verdict, context.now(), { language, width });
  await print(context.out, `${text}\n${history}\n`);
}

async function forget(context: CliContext, domain: Domain): Promise<void> {
  await using store = await context.openStore();
  if (!(await store.verdicts.forget(domain))) return tellUnknown(context, domain);
  await print(context.out, `Forgot the verdict of ${domain}.\n`);
}

function tellUnknown(context: CliContext, domain: Domain): void {
  context.err.write(`mxseal: Nothing is known of ${domain}; \`mxseal probe ${domain}\` looks.\n`);
  context.setExitCode(exitCodes.notAll);
}

async function withDomain(
  context: CliContext,
  text: string,
  work: (domain: Domain) => Promise<void>,
): Promise<void> {
  const domain = parseDomain(text);
  if (domain === undefined) refuse(context, `${quoted(text)} is not a domain.`);
  else await work(domain);
}
