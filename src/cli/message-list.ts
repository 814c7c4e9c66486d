/** `mxseal message list`: page by page, so that a large store does not fill the memory. */
import type { ListedState, MessageFilter } from "../store/manage-store.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import type { Store } from "../store/store.ts";
import type { CliContext } from "./cli-context.ts";
import { formatMessageTable, messageToJson } from "./message-text.ts";
import { print } from "./print.ts";
import { terminalWidth } from "./terminal-width.ts";

export interface MessageListOptions {
  readonly sender?: string;
  readonly recipient?: string;
  /** Milliseconds. */
  readonly since?: number;
  readonly state?: ListedState;
  readonly limit?: number;
  readonly json?: boolean;
}

const perPage = 500;

export async function listMessages(
  context: CliContext,
  options: MessageListOptions,
): Promise<void> {
  await using store = await context.openStore();
  const nowMs = context.now();
  let any = false;
  for await (const page of pagesOf(store, options, nowMs)) {
    any = true;
    const text =
      options.json === true
        ? page.map((message) => messageToJson(message, nowMs)).join("")
        : formatMessageTable(page, nowMs, terminalWidth(context.out));
    if (!(await print(context.out, text))) return;
  }
  if (!any && options.json !== true) await print(context.out, "No such message.\n");
}

async function* pagesOf(
  store: Store,
  { sender, recipient, since, state, limit = Number.POSITIVE_INFINITY }: MessageListOptions,
  nowMs: number,
): AsyncGenerator<readonly SealedMessage[]> {
  const filter: MessageFilter = {
    ...(sender === undefined ? {} : { sender }),
    ...(recipient === undefined ? {} : { recipient }),
    ...(since === undefined ? {} : { createdSince: nowMs - since }),
    ...(state === undefined ? {} : { state }),
  };
  let after: SealedMessage | undefined;
  for (let left = limit; left > 0; ) {
    const wanted = Math.min(perPage, left);
    const page = await store.manage.list(filter, nowMs, { limit: wanted, after });
    if (page.length > 0) yield page;
    if (page.length < wanted) return;
    after = page.at(-1);
    left -= page.length;
  }
}
