/** `mxseal message …`: what is sealed, and what an administrator can do about it. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { parseMailAddress } from "../base/mail-address.ts";
import type { ListedState } from "../store/manage-store.ts";
import { stateOf } from "../store/message-state.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import type { Store } from "../store/store.ts";
import { type CliContext, refuse } from "./cli-context.ts";
import { parseDuration } from "./duration.ts";
import { type EndOptions, parseNewEnd } from "./message-end.ts";
import { listMessages, type MessageListOptions } from "./message-list.ts";
import { fail, findMessage } from "./message-lookup.ts";
import { reissueCode } from "./message-reissue.ts";
import { formatMessage, messageToJson } from "./message-text.ts";
import { print } from "./print.ts";
import { formatInstant } from "./text-table.ts";

const states: readonly ListedState[] = ["waiting", "opened", "locked", "recalled", "expired"];

const reissueHelp = `
A new code needs the sender's own link: it stands in the e-mail with the codes, and the key that a
new code is made with is wrapped under it. Neither the store nor the key files can make one, so that
whoever steals them opens nothing. The command asks for the link on the terminal and does not show
it, or reads it as one line from standard input; it takes no part of it from the command line, which
other users of this machine can see.`;

export function addMessageCommand(program: Command, context: CliContext): void {
  const message = program.command("message").description("sealed messages");
  addList(message, context);
  message
    .command("show")
    .argument("<id>", "number of the message, as listed")
    .description("show what is known of a message; never its content")
    .option("--json", "as one line of JSON")
    .action((id: string, { json = false }: { readonly json?: boolean }) =>
      withMessage(context, id, async (found) => {
        const nowMs = context.now();
        await print(context.out, json ? messageToJson(found, nowMs) : formatMessage(found, nowMs));
      }),
    );
  addChanges(message, context);
}

function addList(message: Command, context: CliContext): void {
  message
    .command("list")
    .description("list sealed messages, newest first; all that is asked for must hold")
    .option("--sender <address>", "of this sender, or @DOMAIN", parseAddress)
    .option("--recipient <address>", "to this recipient, or @DOMAIN", parseAddress)
    .option("--since <span>", "sealed within: 90s, 15m, 12h, 7d, 2w", parseSpan)
    .addOption(new Option("--state <state>", "only these").choices(states))
    .option("--limit <count>", "not more than these", parseCount)
    .option("--json", "one JSON object per line")
    .action((options: MessageListOptions) => listMessages(context, options));
}

function addChanges(message: Command, context: CliContext): void {
  message
    .command("recall")
    .argument("<id>")
    .description("take a message back: its content is deleted, its link says so")
    .action((id: string) =>
      withMessage(context, id, (found, store) => recall(context, found, store)),
    );
  message
    .command("extend")
    .argument("<id>")
    .description("change how long a message can be read: an hour to 365 days from now")
    .option("--until <end>", "2027-01-31 (UTC, included), 2027-01-31T18:00Z, or 30d from now")
    .option("--by <span>", "so much later than its end now: 12h, 7d, 2w")
    .action((id: string, options: EndOptions) =>
      withMessage(context, id, (found, store) => extend(context, { found, store }, options)),
    );
  message
    .command("unlock")
    .argument("<id>")
    .description("let readers try codes again, from every network")
    .action((id: string) =>
      withMessage(context, id, (found, store) => unlock(context, found, store)),
    );
  message
    .command("reissue")
    .argument("<id>")
    .description("make a new code for the same link of the recipient, with the sender's own link")
    .addHelpText("after", reissueHelp)
    .action((id: string) =>
      withMessage(context, id, (found, store) => reissueCode(context, found, store)),
    );
  message
    .command("purge")
    .argument("<id>")
    .description("delete a message with every trace, also that there was one")
    .option("--yes", "really; without it nothing happens")
    .action((id: string, { yes = false }: { readonly yes?: boolean }) =>
      withMessage(context, id, (found, store) => purge(context, { found, store }, yes)),
    );
}

async function withMessage(
  context: CliContext,
  id: string,
  act: (found: SealedMessage, store: Store) => Promise<void>,
): Promise<void> {
  await using store = await context.openStore();
  const found = await findMessage(context, store, id);
  if (found !== undefined) await act(found, store);
}

async function recall(context: CliContext, found: SealedMessage, store: Store): Promise<void> {
  if (found.way === "pdf") return fail(context, pdfText(found));
  if (await store.manage.recall(found.id, context.now())) {
    await print(context.out, `Message ${found.id} was taken back; its content is deleted.\n`);
    return;
  }
  fail(context, overText(found, context.now()));
}

async function extend(
  context: CliContext,
  { found, store }: { readonly found: SealedMessage; readonly store: Store },
  options: EndOptions,
): Promise<void> {
  if (found.way === "pdf") return fail(context, pdfText(found));
  const nowMs = context.now();
  const end = parseNewEnd(options, found.expiresAt, nowMs);
  if (!end.ok) return refuse(context, end.error);
  if (await store.manage.extend(found.id, end.value, nowMs)) {
    const until = formatInstant(end.value);
    await print(context.out, `Message ${found.id} can be read until ${until}.\n`);
    return;
  }
  fail(context, overText(found, nowMs));
}

async function unlock(context: CliContext, found: SealedMessage, store: Store): Promise<void> {
  if (found.way === "pdf") return fail(context, pdfText(found));
  switch (await store.manage.unlock(found.id, context.now())) {
    case "unlocked":
      await print(context.out, `Message ${found.id}: readers can try again, from the start.\n`);
      return;
    case "needs-new-code":
      return fail(
        context,
        `Message ${found.id} was guessed at too often: only a new code helps. Its sender makes one with the link from the e-mail with the codes.`,
      );
    case "gone":
      return fail(context, overText(found, context.now()));
  }
}

async function purge(
  context: CliContext,
  { found, store }: { readonly found: SealedMessage; readonly store: Store },
  yes: boolean,
): Promise<void> {
  if (!yes) {
    return refuse(
      context,
      `This deletes message ${found.id} to ${found.recipient} with every trace; its link will lead to nothing.`,
      "Say --yes if that is what you want; `mxseal message recall` keeps the memory of it.",
    );
  }
  await store.manage.purge(found.id);
  await print(context.out, `Message ${found.id} is deleted with every trace.\n`);
}

/** Why nothing can be done. */
function overText(found: SealedMessage, nowMs: number): string {
  const state = stateOf(found, nowMs);
  if (state.kind === "recalled") {
    return `Message ${found.id} was taken back on ${formatInstant(state.recalledAt)}.`;
  }
  return `Message ${found.id} has expired.`;
}

function pdfText({ id }: SealedMessage): string {
  return `Message ${id} went out as a PDF, which can neither be taken back, expire nor be locked.`;
}

function parseSpan(text: string): number {
  const span = parseDuration(text);
  if (span === undefined) throw new InvalidArgumentError("Write 90s, 15m, 12h, 7d or 2w.");
  return span;
}

function parseAddress(text: string): string {
  if (/^[^@\s]*@[^@\s]+$/.test(text) || parseMailAddress(text) !== undefined) return text;
  throw new InvalidArgumentError("Write user@example.com, or @example.com for a whole domain.");
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Write a whole number from 1.");
}
