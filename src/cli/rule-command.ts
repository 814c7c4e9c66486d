/** `mxseal rule add|list|remove`: what happens to mail for recipients that are not proven. */
import { type Command, Option } from "commander";
import { beginsWithOne, maskPhoneNumber } from "../base/phone-number.ts";
import { quoted } from "../base/printable.ts";
import { leastTlsLevels, type NewRule, type Rule, ruleActions } from "../rules/rule.ts";
import { formatScope, parseRule } from "../rules/rule-text.ts";
import { sealWays } from "../rules/seal-options.ts";
import { type CliContext, exitCodes, refuse } from "./cli-context.ts";
import { print } from "./print.ts";
import { describeRule, formatRuleTable, ruleToJson } from "./rule-listing.ts";

interface AddOptions {
  readonly reason?: string;
  readonly until?: string;
  readonly leastTls?: string;
  readonly way?: string;
  readonly expiresAfter?: string;
  readonly keepSubject?: boolean;
  readonly readNotice?: boolean;
  readonly remind?: string;
  readonly sms?: string;
  readonly rememberCode?: boolean;
  readonly json?: boolean;
}

const scopeHelp = "user@example.com, example.com, .example.com (all below it) or default";

export function addRuleCommand(program: Command, context: CliContext): void {
  const rule = program.command("rule").description("what happens to mail that cannot go proven");
  addAddCommand(rule, context);
  rule
    .command("list")
    .description("list the rules, the expired ones too")
    .option("--json", "one JSON object per line")
    .action((options: { readonly json?: boolean }) => list(context, options.json === true));
  rule
    .command("remove")
    .argument("<id>", "number, as listed")
    .description("remove a rule")
    .action((id: string) => remove(context, id));
}

function addAddCommand(rule: Command, context: CliContext): void {
  rule
    .command("add")
    .argument("<scope>", scopeHelp)
    .argument("<action>", ruleActions.join(", "))
    .description("add a rule; the most specific scope wins, then the newest rule")
    .option("--reason <text>", "why; an allow rule must have one")
    .option("--until <end>", "30d, 12h, 2w, 2027-01-31 (UTC, included) or 2027-01-31T18:00Z")
    .addOption(
      new Option("--least-tls <level>", `for allow: ${leastTlsLevels.join(" or ")} (default: may)`),
    )
    .addOption(new Option("--way <way>", `for seal: ${sealWays.join(" or ")} (default: portal)`))
    .option("--expires-after <span>", "for seal: 1h to 365d; without it as configured")
    .option("--keep-subject", "for seal: the notification has the original's subject")
    .option("--read-notice", "for seal: tell the sender when it is opened first")
    .option("--remind <span>", "for seal: remind who has not opened it, so long before it expires")
    .option("--sms <number>", "for seal to an address: send the code there too, +49 170 1234567")
    .option("--remember-code", "for seal: one code for all later messages to the recipient")
    .option("--json", "print the rule as one line of JSON")
    .action((scope: string, action: string, options: AddOptions) =>
      add(context, { scope, action }, options),
    );
}

async function add(
  context: CliContext,
  words: { readonly scope: string; readonly action: string },
  options: AddOptions,
): Promise<void> {
  const { reason, until, leastTls } = options;
  const { way, expiresAfter, keepSubject, readNotice, remind, sms, rememberCode } = options;
  const seal = { way, expiresAfter, keepSubject, readNotice, remind, sms, rememberCode };
  const draft = { ...words, reason, until, leastTls, seal, author: context.author() };
  const parsed = parseRule(draft, context.now());
  if (!parsed.ok) return refuse(context, ...parsed.error);
  await using store = await context.openStore();
  const hidden = hiddenBy(parsed.value, await store.rules.list());
  const rule = await store.rules.add(parsed.value);
  await print(
    context.out,
    options.json === true
      ? `${ruleToJson(rule, context.now())}\n`
      : `Rule ${rule.id}: ${describeRule(rule)}\n`,
  );
  const notes = [...notesOn(rule, hidden), ...smsNotes(rule, context.smsCountries())];
  for (const note of notes) context.err.write(`mxseal: ${note}\n`);
}

/** The rule of the same scope that this one takes the place of. */
function hiddenBy(rule: NewRule, others: readonly Rule[]): Rule | undefined {
  const scope = formatScope(rule.scope);
  return others.findLast(
    (other) =>
      formatScope(other.scope) === scope &&
      (other.expiresAt === null || other.expiresAt > rule.createdAt),
  );
}

function notesOn(rule: Rule, hidden: Rule | undefined): readonly string[] {
  const notes: string[] = [];
  if (hidden !== undefined) {
    const whileIt = rule.expiresAt === null ? "" : " until it expires";
    notes.push(`It goes before rule ${hidden.id} of the same scope (${hidden.action})${whileIt}.`);
  }
  if (rule.action === "allow" && rule.scope.kind === "default") {
    notes.push("Mail to every domain that is not proven now leaves as it is.");
  }
  return notes;
}

/** Why nothing would be sent to the rule's number as things stand. */
function smsNotes(rule: Rule, countries: readonly string[] | undefined): readonly string[] {
  const number = rule.seal?.sms ?? null;
  if (number === null) return [];
  if (countries === undefined) return ["No SMS is sent before `sms.hook` is set."];
  if (beginsWithOne(number, countries)) return [];
  const masked = maskPhoneNumber(number);
  return [`No SMS is sent to ${masked}: \`sms.countries\` has only ${countries.join(", ")}.`];
}

async function list(context: CliContext, json: boolean): Promise<void> {
  await using store = await context.openStore();
  const rules = await store.rules.list();
  await print(context.out, listing(rules, context.now(), json));
}

function listing(rules: readonly Rule[], nowMs: number, json: boolean): string {
  if (json) return rules.map((rule) => `${ruleToJson(rule, nowMs)}\n`).join("");
  if (rules.length > 0) return formatRuleTable(rules, nowMs);
  return "No rules: mail that cannot go proven is sealed.\n";
}

async function remove(context: CliContext, text: string): Promise<void> {
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    return refuse(
      context,
      `${quoted(text)} is not a rule's number; \`mxseal rule list\` shows them.`,
    );
  }
  await using store = await context.openStore();
  if (await store.rules.remove(Number(text))) {
    await print(context.out, `Removed rule ${text}.\n`);
    return;
  }
  context.err.write(`mxseal: There is no rule ${text}.\n`);
  context.setExitCode(exitCodes.notAll);
}
