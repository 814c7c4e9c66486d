/**
 * The TLSA records of one mail server (RFC 7672 §2.2): at which name they stand, whether DNSSEC
 * vouches for them, and which of them can be used.
 *
 * The name is the one at the end of a signed alias chain or, when nothing is there, the server's
 * own; names between are never asked. A lookup that fails forbids the server, because an attacker
 * could have made it fail; Postfix defers likewise.
 */
import { parseDomain } from "../base/domain.ts";
import type { Finding, TlsaReport } from "../base/verdict.ts";
import { keepStrongest } from "../dane/digest-agility.ts";
import { formatTlsa } from "../dane/tlsa-text.ts";
import { findTlsaFault, tlsaFaults } from "../dane/tlsa-usability.ts";
import type { DnsAnswer, DnsFailure, TlsaRecord } from "../dns/resolver.ts";
import { describeDnsFailure } from "./dns-failure.ts";
import { finding } from "./finding.ts";
import type { Lookup } from "./mail-host.ts";

export interface TlsaOutcome {
  /** `failure`: the server must not be used. `unusable`: TLS is needed, nobody vouches. */
  readonly report: TlsaReport;
  /** After digest agility; empty unless the status is `usable`. */
  readonly usable: readonly TlsaRecord[];
  readonly findings: readonly Finding[];
}

/** What the address lookups of a server said. */
export interface HostName {
  /** MX host name. */
  readonly host: string;
  /** Where its addresses stand; `host` unless that is an alias. */
  readonly canonicalName: string;
  /** Whether DNSSEC vouches for the addresses and for every alias on the way. */
  readonly authentic: boolean;
}

/** RFC 7672 names no bound; Postfix reads as many records of one name. */
const maxRecords = 100;
const maxRecordFindings = 5;

/** For a server without TLSA records that could count. */
export function noTlsa(host: string): TlsaOutcome {
  return { report: { baseDomain: host, status: "absent", records: [] }, usable: [], findings: [] };
}

/**
 * Asks nothing about a server whose name DNSSEC does not vouch for (RFC 7672 §2.2.2). Never
 * rejects because of DNS.
 */
export async function lookUpTlsa(
  name: HostName,
  port: number,
  lookup: Lookup,
): Promise<TlsaOutcome> {
  const { host } = name;
  const candidates = await findBaseDomains(name, lookup);
  if (typeof candidates === "string") return failed({ host, baseDomain: host, port }, candidates);
  let insecure: TlsaOutcome | undefined;
  for (const baseDomain of candidates) {
    const outcome = await lookUpAt({ host, baseDomain, port }, lookup);
    if (outcome !== undefined && outcome.report.status !== "insecure") return outcome;
    insecure ??= outcome;
  }
  return insecure ?? noTlsa(host);
}

/** Most wanted first; none when DANE does not apply; the reason when that cannot be known. */
async function findBaseDomains(
  { host, canonicalName, authentic }: HostName,
  lookup: Lookup,
): Promise<readonly string[] | DnsFailure> {
  if (authentic) return [...new Set([canonicalName, host])];
  if (canonicalName === host) return [];
  // The chain is not signed to its end; its first link may be, and that makes the own name count.
  const alias = await lookup(host, "CNAME");
  if (alias.outcome === "failure") return alias.reason;
  return alias.outcome === "found" && alias.authentic ? [host] : [];
}

interface Place {
  readonly host: string;
  readonly baseDomain: string;
  readonly port: number;
}

/** Undefined: there are no records at this name, and the next may be tried. */
async function lookUpAt(place: Place, lookup: Lookup): Promise<TlsaOutcome | undefined> {
  // A name too long or too odd for a service label has no records.
  const name = parseDomain(recordName(place));
  if (name === undefined) return undefined;
  const answer = await lookup(name, "TLSA");
  if (answer.outcome === "failure") return failed(place, answer.reason);
  return answer.outcome === "found" ? describe(place, answer) : undefined;
}

function recordName({ baseDomain, port }: Place): string {
  return `_${port}._tcp.${baseDomain}`;
}

function failed(place: Place, reason: DnsFailure): TlsaOutcome {
  const { host, baseDomain } = place;
  const facts = [recordName(place), describeDnsFailure(reason)] as const;
  return {
    report: { baseDomain, status: "failure", records: [] },
    usable: [],
    findings: [finding("tlsa-lookup-failed", facts, { host })],
  };
}

function describe(
  place: Place,
  { records, authentic }: Extract<DnsAnswer<TlsaRecord>, { outcome: "found" }>,
): TlsaOutcome {
  const { host, baseDomain } = place;
  const read = records.slice(0, maxRecords);
  const report = { baseDomain, records: read.map(formatTlsa) };
  if (!authentic) {
    const findings = [finding("tlsa-insecure", [recordName(place)], { host })];
    return { report: { ...report, status: "insecure" }, usable: [], findings };
  }
  const usable = keepStrongest(read.filter((record) => findTlsaFault(record) === undefined));
  const status = usable.length > 0 ? "usable" : "unusable";
  const whole = usable.length > 0 ? [] : [finding("tlsa-unusable", [recordName(place)], { host })];
  const findings = [...whole, ...faultFindings(read, host)];
  return { report: { ...report, status }, usable, findings };
}

function faultFindings(records: readonly TlsaRecord[], host: string): readonly Finding[] {
  const findings = records.flatMap((record) => {
    const fault = findTlsaFault(record);
    if (fault === undefined) return [];
    return [finding("tlsa-record-unusable", [formatTlsa(record), tlsaFaults[fault]], { host })];
  });
  return findings.slice(0, maxRecordFindings);
}
