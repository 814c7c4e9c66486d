/**
 * Which hosts take a domain's mail, and at which addresses (RFC 5321 §5.1): MX records by
 * preference, the domain itself when it has none, nobody when it says so (null MX, RFC 7505).
 *
 * The implicit MX needs NODATA; a failed lookup is never read as "no MX". Address families are
 * independent: a broken AAAA record set does not matter while there are IPv4 addresses, because
 * Postfix goes on without it as well.
 */
import { type Domain, parseDomain } from "../base/domain.ts";
import { printable } from "../base/printable.ts";
import type { Finding } from "../base/verdict.ts";
import type { DnsAnswer, DnsFailure, MxRecord, RecordOf, RecordType } from "../dns/resolver.ts";
import { finding } from "./finding.ts";

const maxShownName = 200;

export interface MailHost {
  /** MX host name; as published when it is not a domain name at all. */
  readonly host: string;
  readonly preference: number;
  /** IPv4 first; empty when there is nothing to connect to. */
  readonly addresses: readonly string[];
  /** What is settled before any connection: nowhere to go, or some address not known now. */
  readonly obstacle: "failed" | "unknown" | undefined;
}

export type MailHosts =
  | {
      readonly kind: "hosts";
      /** Most preferred first. */
      readonly hosts: readonly MailHost[];
      readonly authentic: boolean;
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

export async function findMailHosts(
  domain: Domain,
  lookup: Lookup,
  limits: HostLimits,
): Promise<MailHosts> {
  const mx = await lookup(domain, "MX");
  if (mx.outcome === "failure") {
    const reason = describeFailure(mx.reason);
    return { kind: "unknown", findings: [finding("mx-lookup-failed", [domain, reason])] };
  }
  const { authentic } = mx;
  if (mx.outcome === "no-such-domain") {
    const findings = [finding("no-such-domain", [domain])];
    return { kind: "no-mail", reason: "no-such-domain", certain: authentic, authentic, findings };
  }
  if (mx.outcome === "no-data") return implicitMx(domain, lookup, limits, authentic);
  return explicitMx(domain, mx, lookup, limits);
}

async function implicitMx(
  domain: Domain,
  lookup: Lookup,
  limits: HostLimits,
  authentic: boolean,
): Promise<MailHosts> {
  const found = await resolveHost({ exchange: domain, preference: 0 }, lookup);
  if (found.host.obstacle === "failed") {
    const findings = [finding("no-mail-host", [domain])];
    const certain = authentic && found.authentic;
    return { kind: "no-mail", reason: "no-such-domain", certain, authentic, findings };
  }
  const capped = capAddresses([found.host], limits.addresses);
  const findings = [...found.findings, ...capped.findings];
  return { kind: "hosts", hosts: capped.hosts, authentic, findings };
}

async function explicitMx(
  domain: Domain,
  mx: Extract<DnsAnswer<MxRecord>, { outcome: "found" }>,
  lookup: Lookup,
  limits: HostLimits,
): Promise<MailHosts> {
  const { authentic } = mx;
  const real = distinctHosts(mx.records);
  if (real.length === 0) {
    const findings = [finding("null-mx", [domain])];
    return { kind: "no-mail", reason: "null-mx", certain: true, authentic, findings };
  }
  const findings: Finding[] = [];
  if (mx.records.some(isNullMx)) findings.push(finding("null-mx-with-others", [domain]));
  if (real.length > limits.hosts) {
    findings.push(finding("too-many-hosts", [`${real.length}`, `${limits.hosts}`]));
  }
  const chosen = real.slice(0, limits.hosts);
  const found = await Promise.all(chosen.map((record) => resolveHost(record, lookup)));
  const capped = capAddresses(
    found.map(({ host }) => host),
    limits.addresses,
  );
  findings.push(...found.flatMap((one) => one.findings), ...capped.findings);
  return { kind: "hosts", hosts: capped.hosts, authentic, findings };
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
  readonly authentic: boolean;
}

async function resolveHost(record: MxRecord, lookup: Lookup): Promise<ResolvedHost> {
  const { preference, exchange } = record;
  const name = hostName(exchange);
  if (name === undefined) {
    const shown = printable(exchange, maxShownName);
    const host: MailHost = { host: shown, preference, addresses: [], obstacle: "failed" };
    const findings = [finding("mx-name-invalid", [exchange], { host: shown })];
    return { host, findings, authentic: false };
  }
  const [ipv4, ipv6] = await Promise.all([lookup(name, "A"), lookup(name, "AAAA")]);
  const addresses = [...addressesOf(ipv4), ...addressesOf(ipv6)];
  return {
    host: { host: name, preference, addresses, obstacle: obstacleOf(ipv4, ipv6) },
    findings: [
      ...aliasFindings(name, ipv4, ipv6),
      ...failureFindings(name, "A", ipv4),
      ...failureFindings(name, "AAAA", ipv6),
      ...(obstacleOf(ipv4, ipv6) === "failed"
        ? [finding("host-without-address", [name], { host: name })]
        : []),
    ],
    authentic: isAuthentic(ipv4) && isAuthentic(ipv6),
  };
}

/** What goes into a policy later passes here: plain LDH names in lower case, nothing else. */
function hostName(exchange: string): Domain | undefined {
  return /^[\x21-\x7e]+$/.test(exchange) ? parseDomain(exchange) : undefined;
}

function addressesOf(answer: DnsAnswer<string>): readonly string[] {
  return answer.outcome === "found" ? [...new Set(answer.records)] : [];
}

function isAuthentic(answer: DnsAnswer<string>): boolean {
  return answer.outcome !== "failure" && answer.authentic;
}

function obstacleOf(
  ipv4: DnsAnswer<string>,
  ipv6: DnsAnswer<string>,
): "failed" | "unknown" | undefined {
  if (ipv4.outcome === "failure") return "unknown";
  if (ipv4.outcome === "found") return undefined;
  if (ipv6.outcome === "failure") return "unknown";
  return ipv6.outcome === "found" ? undefined : "failed";
}

function aliasFindings(host: string, ...answers: readonly DnsAnswer<string>[]): readonly Finding[] {
  const target = answers
    .map((answer) => (answer.outcome === "found" ? answer.canonicalName : host))
    .find((name) => name !== host);
  return target === undefined ? [] : [finding("mx-host-alias", [host, target], { host })];
}

function failureFindings(
  host: string,
  type: "A" | "AAAA",
  answer: DnsAnswer<string>,
): readonly Finding[] {
  if (answer.outcome !== "failure") return [];
  return [finding("host-lookup-failed", [host, type, describeFailure(answer.reason)], { host })];
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

const failureWords: Readonly<Record<DnsFailure, string>> = {
  "server-failure": "its DNS servers answer with an error (SERVFAIL)",
  bogus: "its DNSSEC signatures are not valid",
  refused: "the resolver refused to answer",
  timeout: "no answer in time",
  truncated: "no whole answer could be fetched",
  malformed: "the answer could not be understood",
  "alias-loop": "its aliases (CNAME) lead in a circle or too far",
  "not-recursive": "the configured resolver does not resolve names for us",
};

function describeFailure(reason: DnsFailure): string {
  return failureWords[reason];
}
