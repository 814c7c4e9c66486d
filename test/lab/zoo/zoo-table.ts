/** What came of the zoo, as Markdown for a report. */
import type { Verdict } from "../../../src/base/verdict.ts";
import { type ProfileName, profileNames } from "../../../src/tls-profile/tls-profile.ts";
import { families } from "./inhabitants.ts";
import { knownDifferences } from "./known-difference.ts";
import { guidelineCases } from "./technical-guideline.ts";
import type { Seen } from "./zoo-delivery.ts";
import type { ZooDomain } from "./zoo-domain.ts";
import type { OracleOpinion } from "./zoo-oracle.ts";

export interface ZooResult {
  readonly verdicts: ReadonlyMap<ProfileName, ReadonlyMap<string, Verdict>>;
  readonly opinions: ReadonlyMap<string, OracleOpinion>;
  readonly outcomes: ReadonlyMap<string, Seen>;
}

const maxName = 40;

export function formatZoo(result: ZooResult): string {
  const lines = [
    `# The zoo of recipient domains`,
    "",
    `| domain | condition | ${profileNames.join(" | ")} | posttls-finger | mail |`,
    `|---|---|${profileNames.map(() => "---|").join("")}---|---|`,
    ...Object.entries(families).flatMap(([family, domains]) => [
      `| **${family}** | | ${profileNames.map(() => "|").join(" ")} | |`,
      ...domains.map((domain) => row(domain, result)),
    ]),
    "",
    "## Where Postfix and mxseal differ",
    "",
    "| domain | with | reason |",
    "|---|---|---|",
    ...knownDifferences.map((one) => `| ${one.domain} | ${one.with} | ${one.reason} |`),
    "",
    "## After BSI TR-03108-P §6",
    "",
    "| case | condition | domain | mail |",
    "|---|---|---|---|",
    ...guidelineCases.flatMap(({ id, about, domains }) =>
      domains.map((name) => `| ${id} | ${about} | ${name} | ${result.outcomes.get(name)} |`),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function row({ name, about, expect }: ZooDomain, result: ZooResult): string {
  const verdicts = profileNames.map((profile) => {
    return spoken(result.verdicts.get(profile)?.get(name), expect.finding);
  });
  const opinion = result.opinions.get(name)?.isVerified === true ? "verified" : "not verified";
  const shown = name.length > maxName ? `${name.slice(0, maxName)}…` : name;
  return `| ${shown} | ${about} | ${verdicts.join(" | ")} | ${opinion} | ${result.outcomes.get(name)} |`;
}

function spoken(verdict: Verdict | undefined, finding: string | undefined): string {
  if (verdict === undefined) return "–";
  const { status, assurance, findings } = verdict;
  if (status === "proven") return `proven, ${assurance}`;
  const weight = ["fail", "unknown"];
  const main =
    findings.find(({ code }) => code === finding) ??
    findings.find(({ severity }) => weight.includes(severity));
  return `${status}: ${main?.code ?? "–"}`;
}
