/** `mxseal verdict list|show|forget`: what is known of recipient domains. */
import { type Command, Option } from "commander";
import { type Domain, parseDomain } from "../base/domain.ts";
import { quoted } from "../base/printable.ts";
import { type Verdict, type VerdictStatus, verdictStatuses } from "../base/verdict.ts";
import { verdictToJson } from "../probe/verdict-json.ts";
import type { VerdictStore } from "../store/store.ts";
import { type CliContext, exitCodes, refuse } from "./cli-context.ts";
import { print } from "./print.ts";
import { formatVerdict, formatVerdictTable, verdictRow } from "./verdict-text.ts";

interface ListOptions {
  readonly status?: VerdictStatus;
  readonly json?: boolean;
}

const verdictsPerPage = 500;

export function addVerdictCommand(program: Command, context: CliContext): void {
  const verdict = program.command("verdict").description("what is known of recipient domains");
  verdict
    .command("list")
    .description("list the verdicts, by domain")
    .addOption(new Option("--status <status>", "only these").choices(verdictStatuses))
    .option("--json", "one JSON object per line")
    .action((options: ListOptions) => list(context, options));
  verdict
    .command("show")
    .argument("<domain>")
    .description("show everything known of a domain")
    .option("--json", "as one line of JSON")
    .action((domain: string, options: { readonly json?: boolean }) =>
      withDomain(context, domain, (known) => show(context, known, options.json === true)),
    );
  verdict
    .command("forget")
    .argument("<domain>")
    .description("forget a verdict; mail to the domain waits until it was probed again")
    .action((domain: string) => withDomain(context, domain, (known) => forget(context, known)));
}

async function list(context: CliContext, options: ListOptions): Promise<void> {
  await using store = await context.openStore();
  const rows: (readonly string[])[] = [];
  for await (const page of pages(store.verdicts, options.status)) {
    if (options.json !== true) {
      rows.push(...page.map((verdict) => verdictRow(verdict, context.now())));
    } else if (!(await print(context.out, page.map(jsonLine).join("")))) {
      return;
    }
  }
  if (options.json === true) return;
  await print(context.out, rows.length > 0 ? formatVerdictTable(rows) : "No verdicts.\n");
}

async function* pages(
  verdicts: VerdictStore,
  status: VerdictStatus | undefined,
): AsyncGenerator<readonly Verdict[]> {
  const wanted = { ...(status === undefined ? {} : { status }), limit: verdictsPerPage };
  let page = await verdicts.list(wanted);
  while (page.length > 0) {
    yield page;
    const after = page.at(-1)?.domain;
    if (page.length < verdictsPerPage || after === undefined) return;
    page = await verdicts.list({ ...wanted, after });
  }
}

function jsonLine(verdict: Verdict): string {
  return `${JSON.stringify(verdictToJson(verdict))}\n`;
}

async function show(context: CliContext, domain: Domain, json: boolean): Promise<void> {
  await using store = await context.openStore();
  const verdict = await store.verdicts.find(domain);
  if (verdict === undefined) return tellUnknown(context, domain);
  await print(context.out, json ? jsonLine(verdict) : formatVerdict(verdict, context.now()));
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
