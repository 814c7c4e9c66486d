/**
 * Which hosts take a domain's mail, at which addresses, and what DANE says of them (RFC 5321 §5.1,
 * RFC 7672 §2.2): MX records by preference, the domain itself when it has none, nobody when it
 * says so (null MX, RFC 7505). The implicit MX needs NODATA; a failed lookup is never read as
 * "no MX".
 */
import { type Domain, parseDomain } from "../base/domain.ts";
import { printable } from "../base/printable.ts";
import type { Finding } from "../base/verdict.ts";
import type { DnsAnswer, MxRecord, RecordOf, RecordType } from "../dns/resolver.ts";
import { describeDnsFailure } from "./dns-failure.ts";
import { finding } from "./finding.ts";
import { type HostAddresses, resolveAddresses } from "./host-address.ts";
import { lookUpTlsa, noTlsa, type TlsaOutcome } from "./tlsa-lookup.ts";

export interface MailHost {
  /** MX host name; as published when it is not a domain name at all. */
  readonly host: string;
  readonly preference: number;
  /** IPv4 first; empty when there is nothing to connect to. */
  readonly addresses: readonly string[];
  /** What is settled before any connection: nowhere to go, or some address not known now. */
  readonly obstacle: "failed" | "unknown" | undefined;
  /** Whether DNSSEC vouches for the addresses and for every alias on the way to them. */
  readonly authentic: boolean;
  /** Where the addresses stand; `host` unless that is an alias. */
  readonly canonicalName: string;
  /**
   * What `_25._tcp` holds. It counts only where `MailHosts.authentic`, for an unsigned MX could
   * name any host. Its findings are not among those of `MailHosts`.
   */
  readonly tlsa: TlsaOutcome;
}

export type MailHosts =
  | {
      readonly kind: "hosts";
      /** Most preferred first. */
      readonly hosts: readonly MailHost[];
      /** Whether DNSSEC vouches for the MX records, or for there being none. */
      readonly authentic: boolean;
      /**
       * Names of the domain that a certificate may bear instead of the TLSA base domain, where the
       * MX records are authentic (RFC 7672 §3.2.2): itself and, when it is an alias, the name at
       * the end. None without MX records, as Postfix has it.
       */
      readonly nextHopNames: readonly string[];
      readonly findings: readonly Finding[];
    }
  | {
      readonly kind: "no-mail";
      readonly reason: "null-mx" | "no-such-domain";
      readonly certain: boolean;
      readonly authentic: boolean;
      readonly findings: readonly Finding[];
    }
  | { readonly kind: "unknown"; readonly findings: readonly Finding[] };

/** A resolver bound to the probe's deadline: it answers `timeout` instead of being aborted. */
export type Lookup = <K extends RecordType>(
  name: string,
  type: K,
) => Promise<DnsAnswer<RecordOf[K]>>;

export interface HostLimits {
  readonly hosts: number;
  /** Over all hosts together. */
  readonly addresses: number;
}

export interface HostQuestions {
  /** Whether TLSA records are looked up; when not, they are reported as absent. */
  readonly tlsa: boolean;
}

const smtpPort = 25;
const namesPerAddress = 3;
const maxShownName = 200;

export async function findMailHosts(
  domain: Domain,
  lookup: Lookup,
  limits: HostLimits,
  questions: HostQuestions = { tlsa: true },
): Promise<MailHosts> {
  const search = { lookup, limits, questions };
  const mx = await lookup(domain, "MX");
  if (mx.outcome === "failure") {
    const reason = describeDnsFailure(mx.reason);
    return { kind: "unknown", findings: [finding("mx-lookup-failed", [domain, reason])] };
  }
  const { authentic } = mx;
  if (mx.outcome === "no-such-domain") {
    const findings = [finding("no-such-domain", [domain])];
    return { kind: "no-mail", reason: "no-such-domain", certain: authentic, authentic, findings };
  }
  if (mx.outcome === "no-data") return implicitMx(domain, authentic, search);
  return explicitMx(domain, mx, search);
}

interface Search {
  readonly lookup: Lookup;
  readonly limits: HostLimits;
  readonly questions: HostQuestions;
}

async function implicitMx(domain: Domain, authentic: boolean, search: Search): Promise<MailHosts> {
  const found = await resolveHost({ exchange: domain, preference: 0 }, search);
  if (found.host.obstacle === "failed") {
    const findings = [finding("no-mail-host", [domain])];
    const certain = authentic && found.isAbsenceAuthentic;
    return { kind: "no-mail", reason: "no-such-domain", certain, authentic, findings };
  }
  const capped = capAddresses([found.host], search.limits.addresses);
  const findings = [...found.findings, ...capped.findings];
  return { kind: "hosts", hosts: capped.hosts, authentic, nextHopNames: [], findings };
}

async function explicitMx(
  domain: Domain,
  mx: Extract<DnsAnswer<MxRecord>, { outcome: "found" }>,
  search: Search,
): Promise<MailHosts> {
  const { authentic, canonicalName } = mx;
  const { limits } = search;
  const real = distinctHosts(mx.records);
  if (mx.records.some(isNullMx)) {
    // RFC 7505 §3 forbids others beside it; Postfix returns such mail, whatever they are worth.
    const code = real.length === 0 ? "null-mx" : "null-mx-with-others";
    const findings = [finding(code, [domain])];
    return { kind: "no-mail", reason: "null-mx", certain: true, authentic, findings };
  }
  const findings: Finding[] = [];
  if (real.length > limits.hosts) {
    findings.push(finding("too-many-hosts", [`${real.length}`, `${limits.hosts}`]));
  }
  const chosen = real.slice(0, limits.hosts);
  const found = await Promise.all(chosen.map((record) => resolveHost(record, search)));
  const hosts = found.map(({ host }) => host);
  const capped = capAddresses(withoutCrowds(hosts), limits.addresses);
  findings.push(...found.flatMap((one) => one.findings), ...capped.findings);
  const nextHopNames = [...new Set([domain, canonicalName])];
  return { kind: "hosts", hosts: capped.hosts, authentic, nextHopNames, findings };
}

function isNullMx(record: MxRecord): boolean {
  return record.exchange === "";
}

/** Each host once, with its best preference, most preferred first. */
function distinctHosts(records: readonly MxRecord[]): readonly MxRecord[] {
  const sorted = records
    .filter((record) => !isNullMx(record))
    .sort((a, b) => a.preference - b.preference);
  return [...Map.groupBy(sorted, ({ exchange }) => exchange).values()].flatMap((same) =>
    same.slice(0, 1),
  );
}

interface ResolvedHost {
  readonly host: MailHost;
  readonly findings: readonly Finding[];
  readonly isAbsenceAuthentic: boolean;
}

async function resolveHost(record: MxRecord, search: Search): Promise<ResolvedHost> {
  const { preference, exchange } = record;
  const host = hostName(exchange);
  if (host === undefined) return unnamedHost(record);
  const found = await resolveAddresses(host, search.lookup);
  const { addresses, obstacle, authentic, canonicalName, findings, isAbsenceAuthentic } = found;
  const tlsa = await tlsaOf(host, found, search);
  return {
    host: { host, preference, addresses, obstacle, authentic, canonicalName, tlsa },
    findings,
    isAbsenceAuthentic,
  };
}

function unnamedHost({ preference, exchange }: MxRecord): ResolvedHost {
  const host = printable(exchange, maxShownName);
  const nowhere = { addresses: [], obstacle: "failed", authentic: false } as const;
  return {
    host: { host, preference, ...nowhere, canonicalName: host, tlsa: noTlsa(host) },
    findings: [finding("mx-name-invalid", [exchange], { host })],
    isAbsenceAuthentic: false,
  };
}

async function tlsaOf(
  host: Domain,
  { addresses, authentic, canonicalName }: HostAddresses,
  { lookup, questions }: Search,
): Promise<TlsaOutcome> {
  if (!questions.tlsa || addresses.length === 0) return noTlsa(host);
  return lookUpTlsa({ host, canonicalName, authentic }, smtpPort, lookup);
}

/** What goes into a policy later passes here: plain LDH names in lower case, nothing else. */
function hostName(exchange: string): Domain | undefined {
  return /^[\x21-\x7e]+$/.test(exchange) ? parseDomain(exchange) : undefined;
}

/**
 * An address is asked under a few names at most. A domain that names another's server again and
 * again would otherwise spend that server's patience with us.
 */
function withoutCrowds(hosts: readonly MailHost[]): readonly MailHost[] {
  const names = new Map<string, number>();
  return hosts.map((host) => ({
    ...host,
    addresses: host.addresses.filter((address) => {
      const before = names.get(address) ?? 0;
      names.set(address, before + 1);
      return before < namesPerAddress;
    }),
  }));
}

/** Round by round over the hosts, so that no host is left out because another has many. */
function capAddresses(
  hosts: readonly MailHost[],
  limit: number,
): { readonly hosts: readonly MailHost[]; readonly findings: readonly Finding[] } {
  const total = hosts.reduce((sum, host) => sum + host.addresses.length, 0);
  if (total <= limit) return { hosts, findings: [] };
  const quota = hosts.map(() => 0);
  let left = limit;
  for (let round = 1; left > 0; round += 1) {
    for (const [index, host] of hosts.entries()) {
      if (left === 0 || host.addresses.length < round) continue;
      quota[index] = round;
      left -= 1;
    }
  }
  const kept = hosts.map((host, index) => ({
    ...host,
    addresses: host.addresses.slice(0, quota[index]),
  }));
  return { hosts: kept, findings: [finding("too-many-addresses", [`${total}`, `${limit}`])] };
}
