/** Verdicts as text for people. */
import type { Language } from "../base/language.ts";
import type { Finding, Severity, Verdict } from "../base/verdict.ts";
import { explainVerdict } from "../probe/explain.ts";
import { sayFinding } from "../probe/finding.ts";
import type { VerdictTurn } from "../store/verdict-store.ts";
import { formatInstant, formatTable } from "./text-table.ts";
import { formatStanding } from "./turn-text.ts";

export interface ListedVerdict {
  readonly verdict: Verdict;
  /** Where downgrades are listed: the last one. */
  readonly turn?: VerdictTurn | undefined;
}

const fullHeader = ["DOMAIN", "STATUS", "ASSURANCE", "CHECKED", "EXPIRES", "WHY"];
/** Spans instead of instants leave room for the reason, whose code then stands before its words. */
const narrowHeader = ["DOMAIN", "STATUS", "ASSURANCE", "AGE", "LEFT", "WHY"];
const narrow = 140;
const severitiesByWeight: readonly Severity[] = ["fail", "unknown", "warn"];

/** `width`: the columns of a terminal; undefined: nothing is cut. */
export function formatVerdictTable(
  listed: readonly ListedVerdict[],
  nowMs: number,
  width?: number,
): string {
  const isNarrow = width !== undefined && width < narrow;
  const rows = listed.map(({ verdict, turn }) => {
    const { checkedAt, expiresAt } = verdict;
    return [
      verdict.domain,
      statusText(verdict, nowMs, isNarrow),
      verdict.assurance,
      isNarrow ? formatSpan(nowMs - checkedAt) : formatInstant(checkedAt),
      isNarrow ? formatLeft(expiresAt - nowMs) : formatInstant(expiresAt),
      turn === undefined ? why(verdict, isNarrow) : whyDowngraded(turn),
    ];
  });
  return formatTable(isNarrow ? narrowHeader : fullHeader, rows, width);
}

/** The weightiest finding in a sentence; empty when there is nothing to complain of. */
export function reasonOf(verdict: Verdict, language: Language = "en"): string {
  if (verdict.noMail?.reason === "null-mx") return noMailWords[language].declared;
  if (verdict.noMail?.reason === "no-such-domain") return noMailWords[language].absent;
  const weightiest = weightiestOf(verdict);
  return weightiest === undefined ? "" : sayFinding(weightiest, language);
}

function weightiestOf({ findings }: Verdict): Finding | undefined {
  return severitiesByWeight
    .map((weight) => findings.find(({ severity }) => severity === weight))
    .find((found) => found !== undefined);
}

function why(verdict: Verdict, isNarrow: boolean): string {
  const code = verdict.noMail?.reason ?? weightiestOf(verdict)?.code;
  const reason = reasonOf(verdict);
  return isNarrow && code !== undefined ? `${code}: ${reason}` : reason;
}

const noMailWords: Readonly<
  Record<Language, { readonly declared: string; readonly absent: string }>
> = {
  en: { declared: "The domain says that it takes no mail.", absent: "There is no such domain." },
  de: {
    declared: "Die Domain sagt, dass sie keine E-Mail annimmt.",
    absent: "Diese Domain gibt es nicht.",
  },
};

const expiredWords: Readonly<Record<Language, string>> = {
  en: "This has expired; mail waits for a new check.",
  de: "Das ist abgelaufen; E-Mail wartet auf eine neue Prüfung.",
};

/** Everything that is known of one domain, as `mxseal probe` tells it. Ends with a line break. */
export function formatVerdict(
  verdict: Verdict,
  nowMs: number,
  { language, width }: { readonly language: Language; readonly width: number },
): string {
  const expired = verdict.expiresAt <= nowMs ? [expiredWords[language]] : [];
  return `${[...expired, ...explainVerdict(verdict, language, width)].join("\n")}\n`;
}

function whyDowngraded({ turnedAt, from, reason }: VerdictTurn): string {
  const was = from === undefined ? "" : `was ${formatStanding(from)} `;
  return `${was}until ${formatInstant(turnedAt)}${reason === "" ? "" : `: ${reason}`}`;
}

function statusText(verdict: Verdict, nowMs: number, isNarrow: boolean): string {
  // LEFT says it already.
  return verdict.expiresAt <= nowMs && !isNarrow ? `${verdict.status} (expired)` : verdict.status;
}

function formatLeft(spanMs: number): string {
  return spanMs <= 0 ? "expired" : formatSpan(spanMs);
}

const units: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
];

/** `3d`, `7h`, `12m`: the largest unit that gives at least 1, rounded down. */
function formatSpan(spanMs: number): string {
  const [unit, size] = units.find(([, least]) => spanMs >= least) ?? ["m", 60_000];
  return `${Math.max(0, Math.floor(spanMs / size))}${unit}`;
}
