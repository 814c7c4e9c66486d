/** A proven verdict; a test changes what it is about. */
import { type Domain, parseDomain } from "../../src/base/domain.ts";
import type { Verdict } from "../../src/base/verdict.ts";

export function sampleDomain(text: string): Domain {
  const domain = parseDomain(text);
  if (domain === undefined) throw new Error(`not a domain: ${text}`);
  return domain;
}

export function sampleVerdict(domain: string, change: Partial<Verdict> = {}): Verdict {
  return {
    domain: sampleDomain(domain),
    status: "proven",
    assurance: "mx-name",
    profile: "bcp195/2022-11",
    findings: [],
    hosts: [],
    dnssec: { mx: false },
    postfixPolicy: `secure match=mx.${domain}`,
    checkedAt: Date.UTC(2026, 10, 23),
    refreshAfter: Date.UTC(2026, 10, 24),
    expiresAt: Date.UTC(2026, 10, 30),
    ...change,
  };
}
