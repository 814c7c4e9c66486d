/**
 * `mxseal verdict list`: filtered, sorted, as a table or as JSON lines. Verdicts are read in pages;
 * JSON in the store's own order is printed page by page.
 */
import type { Domain } from "../base/domain.ts";
import type { Verdict, VerdictStatus } from "../base/verdict.ts";
import { verdictToJson } from "../probe/verdict-json.ts";
import type { VerdictStore, VerdictTurn } from "../store/verdict-store.ts";
import type { CliContext } from "./cli-context.ts";
import { print } from "./print.ts";
import { terminalWidth } from "./terminal-width.ts";
import { turnToJson } from "./turn-text.ts";
import { type VerdictFilterOptions, verdictFilter } from "./verdict-filter.ts";
import { type SortKey, VerdictOrder } from "./verdict-order.ts";
import { formatVerdictTable, type ListedVerdict } from "./verdict-text.ts";

export interface ListOptions extends VerdictFilterOptions {
  readonly downgraded?: boolean;
  readonly sort?: SortKey;
  readonly reverse?: boolean;
  readonly limit?: number;
  readonly json?: boolean;
}

const verdictsPerPage = 500;
const mostDowngrades = 100_000;

export async function listVerdicts(context: CliContext, options: ListOptions): Promise<void> {
  await using store = await context.openStore();
  const found = find(store.verdicts, context.now(), options);
  if (options.json === true) {
    for await (const page of found) {
      if (!(await print(context.out, page.map(jsonLine).join("")))) return;
    }
    return;
  }
  const listed: ListedVerdict[] = [];
  for await (const page of found) listed.push(...page);
  const table = formatVerdictTable(listed, context.now(), terminalWidth(context.out));
  await print(context.out, listed.length > 0 ? table : "No verdicts.\n");
}

/** What is wanted, in the order wanted. */
async function* find(
  verdicts: VerdictStore,
  nowMs: number,
  options: ListOptions,
): AsyncGenerator<readonly ListedVerdict[]> {
  const turns = options.downgraded === true ? await downgrades(verdicts) : undefined;
  const isWanted = verdictFilter(options);
  const wanted = async function* (): AsyncGenerator<readonly Verdict[]> {
    for await (const page of verdictPages(verdicts, options.status)) {
      yield page.filter((one) => isWanted(one, nowMs) && (turns?.has(one.domain) ?? true));
    }
  };
  const isStoreOrder = (options.sort ?? "domain") === "domain" && options.reverse !== true;
  const ordered = isStoreOrder
    ? upTo(wanted(), options.limit)
    : inOrder(wanted(), verdicts, options);
  for await (const page of ordered) {
    yield page.map((verdict) => ({ verdict, turn: turns?.get(verdict.domain) }));
  }
}

/** Every verdict by domain, in pages; `status` where only some are wanted. */
export async function* verdictPages(
  verdicts: VerdictStore,
  status?: VerdictStatus,
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

async function* upTo(
  pages: AsyncIterable<readonly Verdict[]>,
  limit: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly Verdict[]> {
  let left = limit;
  for await (const page of pages) {
    yield page.slice(0, left);
    left -= page.length;
    if (left <= 0) return;
  }
}

async function* inOrder(
  pages: AsyncIterable<readonly Verdict[]>,
  verdicts: VerdictStore,
  { sort = "domain", reverse = false, limit }: ListOptions,
): AsyncGenerator<readonly Verdict[]> {
  const order = new VerdictOrder(sort, reverse, limit);
  for await (const page of pages) for (const verdict of page) order.add(verdict);
  for (const domain of order.domains()) {
    const verdict = await verdicts.find(domain);
    // Forgotten meanwhile by somebody else.
    if (verdict !== undefined) yield [verdict];
  }
}

async function downgrades(verdicts: VerdictStore): Promise<ReadonlyMap<Domain, VerdictTurn>> {
  const turns = await verdicts.downgrades(mostDowngrades);
  return new Map(turns.map((turn) => [turn.domain, turn]));
}

function jsonLine({ verdict, turn }: ListedVerdict): string {
  const downgrade = turn === undefined ? {} : { downgrade: turnToJson(turn) };
  return `${JSON.stringify({ ...verdictToJson(verdict), ...downgrade })}\n`;
}
