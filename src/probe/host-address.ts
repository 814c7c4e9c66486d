/**
 * The addresses of one mail server and what DNSSEC says of them (RFC 5321 §5.1, RFC 7672 §2.2.2).
 * Address families are independent: a broken AAAA record set does not matter while there are IPv4
 * addresses, because Postfix goes on without it as well, and takes the found addresses' own word
 * for whether they are signed.
 */
import type { Domain } from "../base/domain.ts";
import type { Finding } from "../base/verdict.ts";
import type { DnsAnswer } from "../dns/resolver.ts";
import { describeDnsFailure } from "./dns-failure.ts";
import { finding } from "./finding.ts";
import type { Lookup } from "./mail-host.ts";

export interface HostAddresses {
  /** IPv4 first; empty when there is nothing to connect to. */
  readonly addresses: readonly string[];
  /** What is settled before any connection: nowhere to go, or some address not known now. */
  readonly obstacle: "failed" | "unknown" | undefined;
  /** Whether every address that was found is authenticated, with all aliases on the way. */
  readonly authentic: boolean;
  /** Where the addresses stand; the name itself unless that is an alias. */
  readonly canonicalName: string;
  /** When there is no address: whether that is authenticated. */
  readonly isAbsenceAuthentic: boolean;
  readonly findings: readonly Finding[];
}

export async function resolveAddresses(host: Domain, lookup: Lookup): Promise<HostAddresses> {
  const [ipv4, ipv6] = await Promise.all([lookup(host, "A"), lookup(host, "AAAA")]);
  const found = [ipv4, ipv6].filter((answer) => answer.outcome === "found");
  const canonicalName = found.map((answer) => answer.canonicalName).find(isOther(host)) ?? host;
  const obstacle = obstacleOf(ipv4, ipv6);
  return {
    addresses: [...new Set(found.flatMap(({ records }) => records))],
    obstacle,
    authentic: found.length > 0 && found.every(({ authentic }) => authentic),
    canonicalName,
    isAbsenceAuthentic: isAuthentic(ipv4) && isAuthentic(ipv6),
    findings: [
      ...(canonicalName === host
        ? []
        : [finding("mx-host-alias", [host, canonicalName], { host })]),
      ...failureFindings(host, "A", ipv4),
      ...failureFindings(host, "AAAA", ipv6),
      ...(obstacle === "failed" ? [finding("host-without-address", [host], { host })] : []),
    ],
  };
}

function isOther(host: string): (name: string) => boolean {
  return (name) => name !== host;
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

function failureFindings(
  host: string,
  type: "A" | "AAAA",
  answer: DnsAnswer<string>,
): readonly Finding[] {
  if (answer.outcome !== "failure") return [];
  const reason = describeDnsFailure(answer.reason);
  return [finding("host-lookup-failed", [host, type, reason], { host })];
}
