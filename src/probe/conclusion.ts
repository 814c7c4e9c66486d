/**
 * From the addresses to the verdict. A host is proven when one of its addresses is, a domain when
 * one of its hosts is: Postfix passes over the others at delivery, since their names are not in
 * the policy. Without a proven host one that is not knowable now makes the domain `unknown`; only
 * a domain all of whose servers gave an answer is `failed`. Addresses that this machine has no way
 * to do not count, because Postfix has none either; when there is nothing else, nothing is known.
 */
import type { Domain } from "../base/domain.ts";
import type { AddressReport, Assurance, HostReport, Verdict } from "../base/verdict.ts";
import { profileName, type TlsProfile } from "../tls-profile/tls-profile.ts";
import { certificateReport } from "./certificate.ts";
import { type Identified, weaker } from "./identity.ts";
import type { MailHost, MailHosts } from "./mail-host.ts";
import { formatPostfixPolicy } from "./postfix-policy.ts";
import { type Lifetimes, verdictTimes } from "./verdict-lifetime.ts";

type Status = AddressReport["status"];

export interface Frame {
  readonly domain: Domain;
  readonly profile: TlsProfile;
  readonly lifetimes: Lifetimes;
  readonly nowMs: number;
}

export function conclude(
  frame: Frame,
  found: Extract<MailHosts, { kind: "hosts" }>,
  identified: readonly Identified[],
): Verdict {
  const statuses = found.hosts.map((host) => hostStatus(host, identified));
  const status = sumUp(statuses.filter((one) => one !== undefined));
  const pinned = identified.filter(({ pin }) => pin !== undefined);
  const notAfter = Math.min(...pinned.map(({ judgement }) => judgement.notAfter));
  return {
    ...blank(frame),
    status,
    assurance: weakest(identified),
    findings: [...found.findings, ...identified.flatMap(({ findings }) => findings)],
    hosts: found.hosts.map((host, index) => reportHost(host, statuses[index], identified)),
    dnssec: { mx: found.authentic },
    postfixPolicy: policyFor(pinned, frame.profile),
    ...verdictTimes(frame.lifetimes[status], frame.nowMs, notAfter),
  };
}

/** For a domain that takes no mail, or whose servers are not known. */
export function concludeWithoutHosts(
  frame: Frame,
  found: Exclude<MailHosts, { kind: "hosts" }>,
): Verdict {
  const status = found.kind;
  const times = verdictTimes(frame.lifetimes[status], frame.nowMs, Infinity);
  const verdict = { ...blank(frame), status, findings: found.findings, ...times };
  if (found.kind === "unknown") return verdict;
  const { reason, certain, authentic } = found;
  return { ...verdict, dnssec: { mx: authentic }, noMail: { reason, certain } };
}

function blank({
  domain,
  profile,
}: Frame): Omit<Verdict, "status" | "checkedAt" | "refreshAfter" | "expiresAt"> {
  return {
    domain,
    assurance: "none",
    profile: profileName(profile),
    findings: [],
    hosts: [],
    dnssec: { mx: false },
    postfixPolicy: null,
  };
}

function policyFor(pinned: readonly Identified[], profile: TlsProfile): string | null {
  const names = pinned.flatMap(({ pin }) => pin?.name ?? []);
  return names.length > 0 ? formatPostfixPolicy(names, profile) : null;
}

/** undefined: nothing about this host counts, since there is no way to it. */
function hostStatus(mailHost: MailHost, identified: readonly Identified[]): Status | undefined {
  const counted = addressesOf(mailHost, identified).filter(
    ({ judgement }) => judgement.standing !== "out-of-reach",
  );
  const statuses = counted.map(statusOf);
  if (mailHost.obstacle !== undefined) statuses.push(mailHost.obstacle);
  return statuses.length === 0 ? undefined : sumUp(statuses);
}

function addressesOf({ host }: MailHost, identified: readonly Identified[]): readonly Identified[] {
  return identified.filter(({ judgement }) => judgement.target.host === host);
}

function statusOf({ judgement, pin }: Identified): Status {
  if (pin !== undefined) return "proven";
  return judgement.standing === "failed" || judgement.standing === "sound" ? "failed" : "unknown";
}

/** One proven part carries the whole; a doubt outweighs a failure; nothing at all is a doubt. */
function sumUp(statuses: readonly Status[]): Status {
  if (statuses.includes("proven")) return "proven";
  return statuses.length === 0 || statuses.includes("unknown") ? "unknown" : "failed";
}

function weakest(identified: readonly Identified[]): Assurance {
  const [first, ...others] = identified.flatMap(({ pin }) => pin?.assurance ?? []);
  return first === undefined ? "none" : others.reduce(weaker, first);
}

function reportHost(
  mailHost: MailHost,
  status: Status | undefined,
  identified: readonly Identified[],
): HostReport {
  const own = addressesOf(mailHost, identified);
  return {
    host: mailHost.host,
    preference: mailHost.preference,
    status: status ?? "unknown",
    assurance: weakest(own),
    addresses: own.map(reportAddress),
  };
}

function reportAddress(identified: Identified): AddressReport {
  const { target, handshake } = identified.judgement;
  const report = { address: target.address, status: statusOf(identified) };
  if (handshake === undefined) return { ...report, chain: [] };
  const { protocol, cipher, keyExchange } = handshake.facts;
  return {
    ...report,
    protocol,
    cipher: cipher.iana,
    group: keyExchange.name,
    chain: handshake.presented.map(certificateReport),
  };
}
