/**
 * From the addresses to the verdict. A host is proven when one of its addresses is, a domain when
 * one of its hosts is: Postfix passes over the others at delivery, since they do not fit the
 * policy. Without a proven host one that is not knowable now makes the domain `unknown`; only
 * a domain all of whose servers gave an answer is `failed`. Addresses that this machine has no way
 * to do not count, because Postfix has none either; when there is nothing else, nothing is known.
 */
import type { Domain } from "../base/domain.ts";
import type {
  AddressReport,
  Assurance,
  Finding,
  HostReport,
  MtaStsReport,
  NegotiatedReport,
  Verdict,
} from "../base/verdict.ts";
import { formatStsPolicyAttributes } from "../mta-sts/sts-policy-attributes.ts";
import { profileName, type TlsProfile } from "../tls-profile/tls-profile.ts";
import { certificateReport } from "./certificate.ts";
import type { DeliveryChoice } from "./delivery-choice.ts";
import { finding } from "./finding.ts";
import type { Handshake } from "./handshake.ts";
import { type Identified, weaker } from "./identity.ts";
import type { MailHost, MailHosts } from "./mail-host.ts";
import { danePolicy, securePolicy } from "./postfix-policy.ts";
import { findProhibition } from "./prohibition.ts";
import type { StsOutcome } from "./sts-source.ts";
import { type Lifetimes, verdictTimes } from "./verdict-lifetime.ts";
import { keepSmall } from "./verdict-size.ts";

type Status = AddressReport["status"];

/** Of a chain: what a person reads. */
const maxReported = 8;

export interface Frame {
  readonly domain: Domain;
  readonly profile: TlsProfile;
  readonly lifetimes: Lifetimes;
  readonly nowMs: number;
  /** Whether Postfix is told of MTA-STS. */
  readonly stsAttributes: boolean;
}

export interface Seen {
  readonly found: Extract<MailHosts, { kind: "hosts" }>;
  readonly sts: StsOutcome;
}

export function conclude(frame: Frame, seen: Seen, choice: DeliveryChoice): Verdict {
  const { found, sts } = seen;
  const { identified, used } = choice;
  const statuses = found.hosts.map((host) => hostStatus(host, identified));
  const status = withoutGap(found, sumUp(statuses.filter((one) => one !== undefined)));
  const notAfter = Math.min(...used.map(({ judgement }) => judgement.notAfter));
  const forbiddenBy = status === "failed" ? findProhibition(identified, sts.policy) : undefined;
  return keepSmall({
    ...blank(frame),
    status,
    assurance: weakest(used),
    findings: [
      ...found.findings,
      ...sts.findings,
      ...found.hosts.flatMap((host) => daneFindings(frame.domain, found, host)),
      ...identified.flatMap(({ findings }) => findings),
    ],
    hosts: found.hosts.map((host, index) => reportHost(host, statuses[index], identified)),
    dnssec: { mx: found.authentic },
    postfixPolicy: policyFor(frame, choice, sts.policy),
    ...(sts.policy === undefined ? {} : { mtaSts: sts.policy }),
    ...(forbiddenBy === undefined ? {} : { forbiddenBy }),
    ...verdictTimes(frame.lifetimes[status], frame.nowMs, notAfter),
  });
}

/** A server that was left out, of very many, could be the one that is proven. */
function withoutGap({ findings }: Seen["found"], status: Status): Status {
  const isCut = findings.some(({ code }) => code.startsWith("too-many-"));
  return status === "failed" && isCut ? "unknown" : status;
}

/** With unsigned MX records an attacker could have named any server, signed or not. */
function daneFindings(
  domain: Domain,
  { authentic }: Seen["found"],
  { host, tlsa }: MailHost,
): readonly Finding[] {
  if (authentic) return tlsa.findings;
  if (tlsa.report.status !== "usable") return [];
  return [finding("dane-mx-insecure", [domain], { host })];
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

function policyFor(
  { domain, profile, stsAttributes }: Frame,
  { used, way }: DeliveryChoice,
  sts: MtaStsReport | undefined,
): string | null {
  if (used.length === 0) return null;
  if (way === "dane") return danePolicy(profile);
  const names = used.flatMap(({ pin }) => pin?.name ?? []);
  const policy = securePolicy(names, profile);
  if (!stsAttributes || sts?.mode !== "enforce") return policy;
  const attributes = formatStsPolicyAttributes({ domain, policy: sts, hosts: names });
  return `${policy} ${attributes}`.trimEnd();
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
    authentic: mailHost.authentic,
    tlsa: mailHost.tlsa.report,
  };
}

function reportAddress(identified: Identified): AddressReport {
  const { target, handshake, open } = identified.judgement;
  const openOffer = open === undefined ? {} : { openOffer: reportNegotiated(open) };
  const report = { address: target.address, status: statusOf(identified), ...openOffer };
  if (handshake === undefined) return { ...report, chain: [] };
  return {
    ...report,
    ...reportNegotiated(handshake),
    chain: handshake.presented.slice(0, maxReported).map(certificateReport),
  };
}

function reportNegotiated({ facts }: Handshake): NegotiatedReport {
  const { protocol, cipher, keyExchange, signatureScheme } = facts;
  return {
    protocol,
    cipher: cipher.iana,
    group: keyExchange.name,
    ...(signatureScheme === undefined ? {} : { signatureScheme }),
  };
}
