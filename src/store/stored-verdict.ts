/**
 * A verdict as its row holds it. A damaged one counts as forgotten: mail waits, the domain is
 * probed again, and what that finds takes its place. Nobody reads half a verdict.
 */
import type { Domain } from "../base/domain.ts";
import { assurances, type Verdict, verdictStatuses } from "../base/verdict.ts";

/** Undefined when there is none, or none that could be trusted. */
export function readStoredVerdict(domain: Domain, body: string | null): Verdict | undefined {
  const parsed = body === null ? undefined : parse(body);
  return isVerdict(parsed) && parsed.domain === domain ? parsed : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What decisions and lists rely on; the details of hosts are only told to people. */
function isVerdict(value: unknown): value is Verdict {
  if (typeof value !== "object" || value === null) return false;
  const verdict = value as { readonly [name in keyof Verdict]?: unknown };
  const { status, assurance, profile, findings, hosts, dnssec, postfixPolicy } = verdict;
  return (
    verdictStatuses.some((known) => known === status) &&
    assurances.some((known) => known === assurance) &&
    typeof profile === "string" &&
    Array.isArray(findings) &&
    findings.every(isFinding) &&
    Array.isArray(hosts) &&
    typeof dnssec === "object" &&
    (postfixPolicy === null || typeof postfixPolicy === "string") &&
    [verdict.checkedAt, verdict.refreshAfter, verdict.expiresAt].every(Number.isFinite)
  );
}

function isFinding(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { code, severity, detail } = value as Readonly<Record<string, unknown>>;
  return [code, severity, detail].every((text) => typeof text === "string");
}
