/** Verdicts as text for people. */
import type { Severity, Verdict } from "../base/verdict.ts";
import { explainVerdict } from "../probe/explain.ts";
import { formatInstant, formatTable } from "./text-table.ts";

const verdictHeader = ["DOMAIN", "STATUS", "ASSURANCE", "CHECKED", "EXPIRES", "WHY"];
const severitiesByWeight: readonly Severity[] = ["fail", "unknown", "warn"];

export function formatVerdictTable(rows: readonly (readonly string[])[]): string {
  return formatTable(verdictHeader, rows);
}

/** A row of `formatVerdictTable`. */
export function verdictRow(verdict: Verdict, nowMs: number): readonly string[] {
  return [
    verdict.domain,
    statusText(verdict, nowMs),
    verdict.assurance,
    formatInstant(verdict.checkedAt),
    formatInstant(verdict.expiresAt),
    reasonOf(verdict),
  ];
}

/** The weightiest finding in a sentence; empty when there is nothing to complain of. */
export function reasonOf(verdict: Verdict): string {
  if (verdict.noMail?.reason === "null-mx") return "The domain says that it takes no mail.";
  if (verdict.noMail?.reason === "no-such-domain") return "There is no such domain.";
  const findings = severitiesByWeight.map((weight) =>
    verdict.findings.find(({ severity }) => severity === weight),
  );
  return findings.find((finding) => finding !== undefined)?.detail ?? "";
}

/** Everything that is known of one domain, as `mxseal probe` tells it. */
export function formatVerdict(verdict: Verdict, nowMs: number): string {
  const expired =
    verdict.expiresAt <= nowMs ? ["This has expired; mail waits for a new check."] : [];
  return `${[...expired, ...explainVerdict(verdict)].join("\n")}\n`;
}

function statusText(verdict: Verdict, nowMs: number): string {
  return verdict.expiresAt <= nowMs ? `${verdict.status} (expired)` : verdict.status;
}
