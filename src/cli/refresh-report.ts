/**
 * What `mxseal refresh` prints: for programs a JSON object per domain and one at the end, for
 * people what changed, at the end, and each domain as it is done where they named it.
 */
import type { Writable } from "node:stream";
import { printable } from "../base/printable.ts";
import { verdictStatuses } from "../base/verdict.ts";
import { wrapText } from "../base/wrap-text.ts";
import type { RefreshProgress } from "../gate/refresh.ts";
import { verdictToJson } from "../probe/verdict-json.ts";
import { print } from "./print.ts";
import { RefreshTally, type TallyEntry, type TallyGroup, tallyKinds } from "./refresh-tally.ts";
import { proseWidth } from "./terminal-width.ts";
import { formatStanding } from "./turn-text.ts";
import { reasonOf } from "./verdict-text.ts";

export type RefreshForm = "json" | "changes" | "each";

export interface RefreshEnd {
  /** `stopped`: by a signal; `lost`: another process took over; `fault`: of this machine. */
  readonly how: "done" | "stopped" | "lost" | "fault";
  readonly total: number;
  /** Found renewed by another process. */
  readonly renewed: number;
  readonly tookMs: number;
}

const maxReason = 300;

export class RefreshReport {
  readonly tally: RefreshTally = new RefreshTally();
  readonly #out: Writable;
  readonly #form: RefreshForm;

  constructor(out: Writable, form: RefreshForm) {
    this.#out = out;
    this.#form = form;
  }

  /** Whether something is printed for each domain as it is done. */
  get printsEach(): boolean {
    return this.#form !== "changes";
  }

  /** False when the reader has gone. */
  async add(progress: RefreshProgress): Promise<boolean> {
    const { verdict, before, turn, inconclusive } = progress;
    const reason = printable(reasonOf(verdict), maxReason);
    this.tally.add(progress, reason);
    if (this.#form === "changes") return true;
    const { status, assurance } = verdict;
    const from = before && { status: before.status, assurance: before.assurance };
    const to = { status, assurance };
    if (this.#form === "each") {
      const entry = { domain: verdict.domain, from, to, reason };
      return print(this.#out, `${this.#wrapped(inconclusive ? untold(entry) : turned(entry))}\n`);
    }
    const isDowngrade = turn?.isDowngrade === true;
    const record = { before: from ?? null, after: to, isDowngrade, inconclusive };
    const line = { kind: "domain", ...verdictToJson(verdict), ...record };
    return print(this.#out, `${JSON.stringify(line)}\n`);
  }

  async end(end: RefreshEnd): Promise<void> {
    const text =
      this.#form === "json" ? `${JSON.stringify(this.#summaryRecord(end))}\n` : this.#summary(end);
    await print(this.#out, text);
  }

  #summaryRecord(end: RefreshEnd) {
    const { groups, statuses, checked } = this.tally;
    const changes = tallyKinds.map((kind) => {
      const { count, named } = groups[kind];
      return [kind, { count, domains: named.map(({ domain }) => domain) }] as const;
    });
    const { how, total, renewed, tookMs } = end;
    return {
      kind: "summary",
      end: how,
      total,
      checked,
      renewed,
      statuses,
      ...Object.fromEntries(changes),
      tookMs,
    };
  }

  #summary(end: RefreshEnd): string {
    const { downgraded, newlyFailed, newlyProven, inconclusive } = this.tally.groups;
    const head = `${this.#headline(end)}\n`;
    if (this.#form === "each") return head;
    const change = ({ domain, from, to }: TallyEntry): string =>
      `${domain}: ${from === undefined ? "new" : formatStanding(from)} -> ${formatStanding(to)}`;
    const groups = [
      this.#group("Downgraded", downgraded, change),
      this.#group("Newly failed", newlyFailed, ({ domain, reason }) => `${domain}: ${reason}`),
      this.#group("Newly proven", newlyProven, change),
      this.#group("Could not be told", inconclusive, untold),
    ];
    return `${head}${groups.join("")}`;
  }

  #headline({ how, total, renewed, tookMs }: RefreshEnd): string {
    const { checked, statuses } = this.tally;
    if (total === 0 && how === "done") return "Nothing is due.";
    const counts = verdictStatuses
      .filter((status) => statuses[status] > 0)
      .map((status) => `${statuses[status]} ${status}`);
    const found = counts.length === 0 ? "" : `: ${counts.join(", ")}`;
    const elsewhere = renewed === 0 ? "" : ` ${renewed} had been renewed meanwhile.`;
    const left = total - checked - renewed;
    const rest = how === "done" || left <= 0 ? "" : ` Stopped before the end; ${left} are left.`;
    return `Checked ${domains(checked)} in ${spanText(tookMs)}${found}.${elsewhere}${rest}`;
  }

  #group(title: string, group: TallyGroup, line: (entry: TallyEntry) => string): string {
    if (group.count === 0) return "";
    // By name, not by who answered first.
    const named = group.named.toSorted((a, b) => (a.domain < b.domain ? -1 : 1));
    const lines = named.map((entry) => this.#wrapped(line(entry), "  "));
    const unnamed = group.count - group.named.length;
    const more = unnamed === 0 ? [] : [`  and ${unnamed} more`];
    return `${[`${title} (${group.count}):`, ...lines, ...more].join("\n")}\n`;
  }

  #wrapped(text: string, indent = ""): string {
    const width = proseWidth(this.#out);
    return wrapText(text, { width, first: indent, rest: `${indent}    ` }).join("\n");
  }
}

function turned({ domain, from, to, reason }: TallyEntry): string {
  const after = formatStanding(to);
  const before = from === undefined ? undefined : formatStanding(from);
  const change = before === after ? `still ${after}` : `${before ?? "new"} -> ${after}`;
  return `${domain}: ${change}. ${reason}`.trimEnd();
}

function untold({ domain, to, reason }: TallyEntry): string {
  const held = to.status === "unknown" ? "" : `still ${formatStanding(to)}. `;
  return `${domain}: ${held}${reason}`;
}

function domains(count: number): string {
  return count === 1 ? "1 domain" : `${count} domains`;
}

/** `0 s`, `59 s`, `12 min`, `3 h 5 min`. */
function spanText(spanMs: number): string {
  const seconds = Math.round(spanMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
