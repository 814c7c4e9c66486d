/** `mxseal verdict export --format postfix`: what was proven and still holds, as a static table. */
import { resolve } from "node:path";
import { printable } from "../base/printable.ts";
import type { Verdict } from "../base/verdict.ts";
import { standingOf } from "../rules/standing.ts";
import type { CliContext } from "./cli-context.ts";
import { formatPolicyTable, isPolicy, type PolicyLine } from "./policy-table.ts";
import { print } from "./print.ts";
import { verdictPages } from "./verdict-list.ts";
import { writeFileAtomically } from "./write-file.ts";

export interface ExportOptions {
  readonly format: "postfix";
  /** Standard output, when not given. */
  readonly output?: string;
}

export async function exportVerdicts(
  context: CliContext,
  { output }: ExportOptions,
): Promise<void> {
  const nowMs = context.now();
  const lines: PolicyLine[] = [];
  {
    await using store = await context.openStore();
    for await (const page of verdictPages(store.verdicts, "proven")) {
      lines.push(...page.flatMap((one) => lineOf(one, context, nowMs)));
    }
  }
  const table = formatPolicyTable(lines, nowMs, output && resolve(output));
  if (output === undefined) {
    await print(context.out, table);
    return;
  }
  await writeFileAtomically(output, table);
  context.err.write(
    `mxseal: Wrote the proven domains (${lines.length}) to ${printable(output)}.\n`,
  );
}

/** Judged as the daemon does at each delivery. */
function lineOf(verdict: Verdict, context: CliContext, nowMs: number): readonly PolicyLine[] {
  if (verdict.profile !== context.profile()) return [];
  const standing = standingOf(verdict, context.leastAssurance(), nowMs);
  if (standing.kind !== "proven" || !isPolicy(standing.postfixPolicy)) return [];
  const { domain, expiresAt, profile } = verdict;
  return [{ domain, policy: standing.postfixPolicy, expiresAt, profile }];
}
