/**
 * What Postfix 3.10.5 and later take behind `secure match=…` for a domain that enforces MTA-STS
 * (postconf(5) smtp_tls_enforce_sts_mx_patterns, TLSRPT_README): who says so, the policy for TLSRPT
 * reports, and the MX hosts that may be used.
 *
 * Security: with these attributes Postfix no longer reads `match=`. It leaves out each MX host that
 * no `mx_host_pattern` covers, and asks the others for a certificate in their own name. The
 * patterns given are therefore the very hosts that were proven and never the published ones: under
 * `*.example.com` a listed but weak server would be used again. Older versions of Postfix refuse
 * all mail of a policy with an attribute they do not know.
 */
import type { MtaStsReport } from "../base/verdict.ts";

/** Postfix only passes the policy on to reports; a very long one is left out of them. */
const maxPolicyLines = 64;

export interface ProvenUnderSts {
  /** The recipient domain, in A-labels. */
  readonly domain: string;
  readonly policy: MtaStsReport;
  /** Host names of the MX records that were proven. */
  readonly hosts: readonly string[];
}

/** Attributes parted by blanks; empty where no policy is enforced and `match=` has to do. */
export function formatStsPolicyAttributes({ domain, policy, hosts }: ProvenUnderSts): string {
  if (policy.mode !== "enforce" || hosts.length === 0) return "";
  return [
    "policy_type=sts",
    `policy_domain=${domain}`,
    ...new Set(hosts.map((host) => `mx_host_pattern=${host}`)),
    ...policyLines(policy).map((line) => `{ policy_string = ${line} }`),
  ].join(" ");
}

function policyLines({ mode, mx, maxAgeSeconds }: MtaStsReport): readonly string[] {
  const lines = [
    "version: STSv1",
    `mode: ${mode}`,
    ...mx.map((pattern) => `mx: ${pattern}`),
    `max_age: ${maxAgeSeconds}`,
  ];
  return lines.length > maxPolicyLines ? [] : lines;
}
