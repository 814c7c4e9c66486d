/**
 * `mxseal code list|forget`: codes that stand for a recipient. Nobody can show one: neither store
 * nor keys know them.
 */
import type { Command } from "commander";
import { quoted } from "../base/printable.ts";
import type { RememberedCode } from "../store/remembered-store.ts";
import type { Store } from "../store/store.ts";
import { type CliContext, refuse } from "./cli-context.ts";
import { fail } from "./message-lookup.ts";
import { print } from "./print.ts";
import { terminalWidth } from "./terminal-width.ts";
import { formatInstant, formatTable } from "./text-table.ts";

const header = ["ID", "RECIPIENT", "FROM", "KIND", "MADE", "BY"];
const perPage = 500;

export function addCodeCommand(program: Command, context: CliContext): void {
  const code = program.command("code").description("codes that stay the same for a recipient");
  code
    .command("list")
    .description("list who has one, from which sender domain; the code itself nobody can show")
    .option("--json", "one JSON object per line")
    .action(({ json = false }: { readonly json?: boolean }) => list(context, json));
  code
    .command("forget")
    .argument("<id>", "number, as listed")
    .description("give later messages codes of their own again; what it opened it still opens")
    .action((id: string) => forget(context, id));
}

async function list(context: CliContext, json: boolean): Promise<void> {
  await using store = await context.openStore();
  let any = false;
  for await (const page of pagesOf(store)) {
    any = true;
    const text = json
      ? page.map(toJson).join("")
      : formatTable(header, page.map(toRow), terminalWidth(context.out));
    if (!(await print(context.out, text))) return;
  }
  if (!any && !json) await print(context.out, "No recipient has a code that stays.\n");
}

async function* pagesOf(store: Store): AsyncGenerator<readonly RememberedCode[]> {
  let after: RememberedCode | undefined;
  for (;;) {
    const page = await store.remembered.list(perPage, after);
    if (page.length > 0) yield page;
    if (page.length < perPage) return;
    after = page.at(-1);
  }
}

async function forget(context: CliContext, text: string): Promise<void> {
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    return refuse(
      context,
      `${quoted(text)} is not a code's number; \`mxseal code list\` shows them.`,
    );
  }
  await using store = await context.openStore();
  const code = await store.remembered.find(Number(text));
  const forgotten = code !== undefined && (await store.remembered.retire(code.id, context.now()));
  if (!forgotten) return fail(context, `No recipient has code ${text} now.`);
  await print(
    context.out,
    `Later messages from ${code.owner.senderDomain} to ${code.owner.recipient} have codes of their own again.\n`,
  );
}

function toRow({ id, owner, form, madeAt, madeBy }: RememberedCode): readonly string[] {
  const { recipient, senderDomain } = owner;
  return [String(id), recipient, senderDomain, form, formatInstant(madeAt), madeBy];
}

function toJson({ id, owner, form, madeAt, madeBy }: RememberedCode): string {
  const { recipient, senderDomain } = owner;
  const made = { madeAt: new Date(madeAt).toISOString(), madeBy };
  return `${JSON.stringify({ id, recipient, senderDomain, kind: form, ...made })}\n`;
}
