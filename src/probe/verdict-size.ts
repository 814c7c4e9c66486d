/**
 * Keeps a verdict small, whatever strangers' servers show. Verdicts are stored, read at every
 * start and held in memory; a domain with many servers and long chains must not make that slow for
 * all others. What is left out is detail: the newest facts of each server, the leaf of each chain
 * and the weightiest findings stay for as long as there is room.
 */
import type { AddressReport, Finding, HostReport, Severity, Verdict } from "../base/verdict.ts";

const maxCharacters = 64 * 1024;
const mostFindings = 100;
const fewFindings = 30;
const mostRecords = 20;
const severitiesByWeight: readonly Severity[] = ["fail", "unknown", "warn", "info"];

const steps: readonly ((verdict: Verdict) => Verdict)[] = [
  (verdict) => verdict,
  (verdict) => withChains(verdict, 1),
  (verdict) => withFewFindings(withChains(verdict, 0)),
  (verdict) => ({ ...withFewFindings(verdict), hosts: [] }),
];

export function keepSmall(verdict: Verdict): Verdict {
  let small = { ...verdict, findings: weightiest(verdict.findings, mostFindings) };
  for (const step of steps) {
    small = step(small);
    if (JSON.stringify(small).length <= maxCharacters) break;
  }
  return small;
}

function withFewFindings(verdict: Verdict): Verdict {
  return { ...verdict, findings: weightiest(verdict.findings, fewFindings) };
}

/** Those that decide before those that inform; in their own order otherwise. */
function weightiest(findings: readonly Finding[], most: number): readonly Finding[] {
  if (findings.length <= most) return findings;
  const kept = new Set(
    severitiesByWeight
      .flatMap((weight) => findings.filter(({ severity }) => severity === weight))
      .slice(0, most),
  );
  return findings.filter((one) => kept.has(one));
}

function withChains(verdict: Verdict, length: number): Verdict {
  const cut = (address: AddressReport): AddressReport => ({
    ...address,
    chain: address.chain.slice(0, length),
  });
  const hosts = verdict.hosts.map(
    (host): HostReport => ({
      ...host,
      addresses: host.addresses.map(cut),
      ...(host.tlsa === undefined
        ? {}
        : { tlsa: { ...host.tlsa, records: host.tlsa.records.slice(0, mostRecords) } }),
    }),
  );
  return { ...verdict, hosts };
}
