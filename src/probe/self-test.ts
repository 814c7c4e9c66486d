/**
 * Commands with which a postmaster sees for himself what a finding says: openssl, dig, curl and
 * Postfix's posttls-finger.
 *
 * Security: the lines are made to be pasted into a shell, and names come from strangers' DNS. Only
 * what `parseDomain` accepts (letters, digits, hyphens, underscores, dots) stands in one.
 */
import { type Domain, parseDomain } from "../base/domain.ts";
import type { Finding } from "../base/verdict.ts";

const maxCommands = 8;
const maxHosts = 3;

/** Each once; a long one is continued on further lines, as a shell reads it. */
export function selfTests(domain: Domain, findings: readonly Finding[]): readonly string[] {
  const hosts = [...new Set(findings.flatMap(hostOf))].slice(0, maxHosts);
  const codes = findings.map(({ code }) => code);
  const any = (...prefixes: readonly string[]): boolean =>
    codes.some((code) => prefixes.some((prefix) => code.startsWith(prefix)));
  const commands = [
    ...(any("mx-", "null-mx", "no-mail") ? [`dig MX ${domain}.`] : []),
    ...hosts.flatMap((host) => (any("host-", "mx-host") ? [`dig A ${host}. AAAA ${host}.`] : [])),
    ...hosts.map(openTls),
    ...(any("dane-", "tlsa-") ? daneTests(domain, hosts) : []),
    ...(any("sts-") ? stsTests(domain) : []),
  ];
  return [...new Set(commands)].slice(0, maxCommands);
}

function hostOf({ host }: Finding): readonly Domain[] {
  const domain = host === undefined ? undefined : parseDomain(host);
  return domain === undefined ? [] : [domain];
}

function openTls(host: Domain): string {
  return [
    `openssl s_client -starttls smtp -connect ${host}:25`,
    `-servername ${host} -verify_hostname ${host}`,
    "-verify_return_error </dev/null",
  ].join(` \\\n  `);
}

function daneTests(domain: Domain, hosts: readonly Domain[]): readonly string[] {
  return [
    ...hosts.map((host) => `dig +dnssec TLSA _25._tcp.${host}.`),
    `posttls-finger -l dane-only ${domain}`,
  ];
}

function stsTests(domain: Domain): readonly string[] {
  return [
    `dig TXT _mta-sts.${domain}.`,
    `curl -i https://mta-sts.${domain}/.well-known/mta-sts.txt`,
  ];
}
