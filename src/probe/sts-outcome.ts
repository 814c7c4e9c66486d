/**
 * What a probe is told of the policy in force, with the findings that go with its mode
 * (RFC 8461 §5). A domain that has opted out by `none` is not bothered with what fails afterwards
 * (RFC 8461 §3.3, end).
 */
import type { Finding, MtaStsReport } from "../base/verdict.ts";
import { spokenDate } from "./certificate.ts";
import { finding } from "./finding.ts";
import type { KnownStsPolicy } from "./sts-known-policy.ts";
import type { StsOutcome } from "./sts-source.ts";

/** Record and policy agree. */
export function liveOutcome(known: KnownStsPolicy): StsOutcome {
  return { policy: reportOf(known, false), findings: modeFindings(known) };
}

/** `findings`: why there is nothing newer. */
export function keptOutcome(
  known: KnownStsPolicy | undefined,
  findings: readonly Finding[],
): StsOutcome {
  if (known === undefined) return { policy: undefined, findings };
  const policy = reportOf(known, true);
  if (policy.mode === "none") return { policy, findings: modeFindings(known) };
  const kept = finding("sts-policy-kept", [known.id, spokenDate(new Date(known.expiresAt))]);
  return { policy, findings: [...findings, kept, ...modeFindings(known)] };
}

function reportOf({ id, policy, fetchedAt }: KnownStsPolicy, kept: boolean): MtaStsReport {
  return { id, ...policy, fetchedAt, kept };
}

function modeFindings({ policy }: KnownStsPolicy): readonly Finding[] {
  if (policy.mode === "testing") return [finding("sts-testing", [])];
  return policy.mode === "none" ? [finding("sts-none", [])] : [];
}
