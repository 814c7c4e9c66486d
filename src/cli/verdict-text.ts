/** Verdicts as lines for people and as JSON for programs; instants of JSON are ISO 8601. */
import type { AddressReport, Finding, HostReport, Severity, Verdict } from "../base/verdict.ts";
import { formatInstant, formatTable, printable } from "./text-table.ts";

const verdictHeader = ["DOMAIN", "STATUS", "ASSURANCE", "CHECKED", "EXPIRES", "WHY"];
const severitiesByWeight: readonly Severity[] = ["fail", "unknown", "warn"];

/** The verdict with all it rests on, on one line without a line break. */
export function verdictToJson(verdict: Verdict): string {
  return JSON.stringify(verdictRecord(verdict));
}

export function verdictRecord(verdict: Verdict): Readonly<Record<string, unknown>> {
  return {
    ...verdict,
    checkedAt: new Date(verdict.checkedAt).toISOString(),
    refreshAfter: new Date(verdict.refreshAfter).toISOString(),
    expiresAt: new Date(verdict.expiresAt).toISOString(),
  };
}

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

/** Everything that is known of one domain. */
export function formatVerdict(verdict: Verdict, nowMs: number): string {
  const facts: readonly (readonly [string, string])[] = [
    ["status", statusText(verdict, nowMs)],
    ["assurance", verdict.assurance],
    ["profile", verdict.profile],
    ["MX signed", verdict.dnssec.mx ? "yes" : "no"],
    ["Postfix policy", verdict.postfixPolicy ?? "-"],
    ["checked", formatInstant(verdict.checkedAt)],
    ["refresh after", formatInstant(verdict.refreshAfter)],
    ["expires", formatInstant(verdict.expiresAt)],
  ];
  const lines = [
    verdict.domain,
    ...facts.map(([name, value]) => `  ${name.padEnd(14)}  ${value}`),
    ...verdict.findings.map(findingLine),
    ...verdict.hosts.flatMap(hostLines),
  ];
  return `${lines.map(printable).join("\n")}\n`;
}

function statusText(verdict: Verdict, nowMs: number): string {
  return verdict.expiresAt <= nowMs ? `${verdict.status} (expired)` : verdict.status;
}

function findingLine(finding: Finding): string {
  const place = [finding.host, finding.address].filter((part) => part !== undefined).join(" ");
  return `  ${finding.severity.padEnd(7)}  ${place === "" ? "" : `${place}: `}${finding.detail} [${finding.code}]`;
}

function hostLines(host: HostReport): readonly string[] {
  const head = `  MX ${host.preference} ${host.host}  ${host.status}, ${host.assurance}`;
  return [head, ...host.addresses.flatMap(addressLines)];
}

function addressLines(report: AddressReport): readonly string[] {
  const session = [report.protocol, report.cipher, report.group].filter(
    (part) => part !== undefined,
  );
  const certificates = report.chain.map(
    (certificate) =>
      `      ${certificate.subject}, issued by ${certificate.issuer}, until ${certificate.notAfter}`,
  );
  return [
    `    ${report.address}  ${report.status}  ${session.join(" ")}`.trimEnd(),
    ...certificates,
  ];
}
