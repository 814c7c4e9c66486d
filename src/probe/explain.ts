/**
 * A verdict in plain English lines for a terminal, the way a person would tell it: the answer
 * first, then what was seen at each server, then what the other side should mend. Pure; the text
 * of strangers in it was made printable by `finding.ts` and `certificate.ts`.
 */

import { printable } from "../base/printable.ts";
import type {
  AddressReport,
  Assurance,
  Finding,
  HostReport,
  Severity,
  Verdict,
  VerdictStatus,
} from "../base/verdict.ts";
import { findRemedy } from "./remedy.ts";

const headlines: Readonly<Record<VerdictStatus, string>> = {
  proven: "proven. Its mail servers can be reached over validated TLS.",
  failed: "failed. None of its mail servers can be reached over validated TLS.",
  unknown: "not known now. No mail server could be judged conclusively; mail waits.",
  "no-mail": "takes no mail.",
};

const assuranceWords: Readonly<Record<Assurance, string>> = {
  dane: "DANE: signed DNS names the certificate",
  "mta-sts": "MTA-STS: the domain's policy names the mail servers",
  "dnssec-mx": "the certificate names the mail server, and signed DNS names that server",
  "domain-name": "the certificate names the recipient domain itself",
  "mx-name": "the certificate names the mail server; which one that is came from unsigned DNS",
  none: "none",
};

const marks: Readonly<Record<Severity, string>> = {
  fail: "✗",
  unknown: "?",
  warn: "!",
  info: "·",
};

export function explainVerdict(verdict: Verdict): readonly string[] {
  return [
    `${verdict.domain}: ${headlines[verdict.status]}`,
    ...(verdict.assurance === "none"
      ? []
      : [`  Assurance ${verdict.assurance}: ${assuranceWords[verdict.assurance]}.`]),
    ...findingsAt(verdict, undefined, undefined).map((line) => `  ${line}`),
    ...verdict.hosts.flatMap((host) => explainHost(verdict, host)),
    ...explainRemedies(verdict),
    ...(verdict.postfixPolicy === null ? [] : [`  Postfix enforces: ${verdict.postfixPolicy}`]),
    `  Judged by ${verdict.profile} on ${instant(verdict.checkedAt)};` +
      ` holds until ${instant(verdict.expiresAt)}.`,
  ];
}

function explainHost(verdict: Verdict, host: HostReport): readonly string[] {
  return [
    `  ${printable(host.host)} (preference ${host.preference}): ${host.status}`,
    ...findingsAt(verdict, host.host, undefined).map((line) => `    ${line}`),
    ...host.addresses.flatMap((address) => [
      `    ${address.address}: ${describeAddress(address)}`,
      ...findingsAt(verdict, host.host, address.address).map((line) => `      ${line}`),
    ]),
  ];
}

function describeAddress(address: AddressReport): string {
  const words = [address.protocol, address.cipher, address.group].filter(
    (word) => word !== undefined,
  );
  const [leaf] = address.chain;
  const certificate = leaf && `certificate by ${issuer(leaf.issuer)} until ${day(leaf.notAfter)}`;
  return [address.status, words.join(" "), certificate].filter(Boolean).join(", ");
}

function findingsAt(
  verdict: Verdict,
  host: string | undefined,
  address: string | undefined,
): readonly string[] {
  return verdict.findings
    .filter((one) => one.host === host && one.address === address)
    .map((one) => `${marks[one.severity]} ${one.detail} [${one.code}]`);
}

function explainRemedies(verdict: Verdict): readonly string[] {
  const open = verdict.findings.filter(isWorthMending);
  const remedies = new Set(open.flatMap(({ code }) => findRemedy(code) ?? []));
  if (remedies.size === 0) return [];
  const title = `  What the postmaster of ${verdict.domain} should mend:`;
  return [title, ...[...remedies].map((remedy) => `    - ${remedy}`)];
}

function isWorthMending(one: Finding): boolean {
  return one.severity !== "info";
}

function issuer(distinguishedName: string): string {
  return /(?:^|, )CN=([^,]+)/.exec(distinguishedName)?.[1] ?? distinguishedName;
}

function day(iso: string): string {
  return iso.slice(0, 10);
}

function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
