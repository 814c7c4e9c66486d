/**
 * For whom does the certificate speak, and can Postfix be told to accept exactly that?
 *
 * A server that is sound but speaks for somebody else fails. So does one whose assurance is below
 * what the administrator asks for (RFC 9325 §7.1: a host name from unsigned DNS is a weak
 * identity; that is `mx-name`, and the delivery is pinned to the probed names). Where the domain
 * enforces MTA-STS, only the servers it lists count, each by its own name (RFC 8461 §4).
 *
 * Postfix's `match=` accepts a listed name on any host. A server that Postfix would trust but that
 * must not be used, for a short key or a DANE mismatch for example, can therefore not be told from
 * a good one that shares its name: such a name is not used at all.
 */
import type { Domain } from "../base/domain.ts";
import { type Assurance, assurances, type Finding, type MtaStsReport } from "../base/verdict.ts";
import { matchesMxPattern } from "../mta-sts/mx-pattern.ts";
import {
  certificateLabel,
  commonName,
  dnsNames,
  matchesName,
  mightMatchInPostfix,
} from "./certificate.ts";
import { finding } from "./finding.ts";
import type { Judgement } from "./judgement.ts";

/** Why a server counts as proven, as Postfix is to enforce it. */
export interface Pin {
  /** What Postfix is to find in the certificate; undefined: what the TLSA records say. */
  readonly name: string | undefined;
  readonly assurance: Exclude<Assurance, "none">;
}

export interface Identified {
  readonly judgement: Judgement;
  /** Present when the address is proven. */
  readonly pin: Pin | undefined;
  /** Those of the judgement and those of the name. */
  readonly findings: readonly Finding[];
}

export interface Reference {
  readonly domain: Domain;
  /** Whether the MX records came authenticated by DNSSEC. */
  readonly mxAuthentic: boolean;
  readonly leastAssurance: Assurance;
  /** The domain's MTA-STS policy in force. */
  readonly sts: MtaStsReport | undefined;
  /** There may be a policy, and it could not be had now. */
  readonly isStsUncertain: boolean;
  /** Postfix itself leaves out the servers that the policy does not list (3.10.5 and later). */
  readonly isListEnforced: boolean;
}

/** Names with a meaning of their own in Postfix's `match=` (postconf(5) smtp_tls_policy_maps). */
const reservedNames: readonly string[] = ["hostname", "nexthop", "dot-nexthop"];

/** `rivals`: servers that Postfix might trust and that must not be taken for this one. */
export function identifyByName(
  judgement: Judgement,
  rivals: readonly Judgement[],
  reference: Reference,
): Identified {
  const { findings } = judgement;
  if (judgement.standing !== "sound") return { judgement, pin: undefined, findings };
  const named = nameOf(judgement, rivals, reference);
  if ("assurance" in named) return { judgement, pin: named, findings };
  const standing = named.severity === "unknown" ? "unknown" : judgement.standing;
  return { judgement: { ...judgement, standing }, pin: undefined, findings: [...findings, named] };
}

function nameOf(
  judgement: Judgement,
  rivals: readonly Judgement[],
  reference: Reference,
): Pin | Finding {
  const { target, trustedLeaf } = judgement;
  const { sts } = reference;
  if (sts?.mode === "enforce" && !isListed(target.host, sts)) return notListed(judgement, sts);
  const matching = candidates(target.host, reference).filter(
    ({ name }) => trustedLeaf !== undefined && matchesName(trustedLeaf, name),
  );
  const [first] = matching;
  if (first === undefined) return nameFinding(judgement, reference);
  const expressible = matching.filter(({ name }) => !reservedNames.includes(name));
  if (expressible.length === 0) return finding("name-not-expressible", [first.name], target);
  const best = expressible.find(({ name }) => rivalOf(name, rivals) === undefined);
  if (best === undefined) return rivalFinding(judgement, first.name, rivalOf(first.name, rivals));
  const { leastAssurance, isStsUncertain } = reference;
  if (isAtLeast(best.assurance, leastAssurance)) return best;
  if (isStsUncertain && leastAssurance === "mta-sts") {
    return finding("assurance-not-known", [best.assurance], target);
  }
  return finding("assurance-too-weak", [best.assurance, reference.leastAssurance], target);
}

/** RFC 8461 §4.1. */
export function isListed(host: string, { mx }: MtaStsReport): boolean {
  return mx.some((pattern) => matchesMxPattern(pattern, host));
}

interface NamedPin extends Pin {
  readonly name: string;
}

/** Strongest first. */
function candidates(host: string, reference: Reference): readonly NamedPin[] {
  const { domain, mxAuthentic, sts } = reference;
  // RFC 8461 §4.2: the MX host's own name and no other.
  if (sts?.mode === "enforce") return [{ name: host, assurance: "mta-sts" }];
  const byDomain = { name: domain, assurance: "domain-name" } as const;
  return mxAuthentic
    ? [{ name: host, assurance: "dnssec-mx" }, byDomain]
    : [byDomain, { name: host, assurance: "mx-name" }];
}

function rivalOf(name: string, rivals: readonly Judgement[]): Judgement | undefined {
  return rivals.find(({ trustedLeaf }) => trustedLeaf && mightMatchInPostfix(trustedLeaf, name));
}

/** `by`: what Postfix would accept the rival for, a name or DANE. */
export function rivalFinding(
  { target }: Judgement,
  by: string,
  rival: Judgement | undefined,
): Finding {
  const where = rival ? `${rival.target.host} (${rival.target.address})` : "another server";
  return finding("weak-server-not-excludable", [by, where], target);
}

export function isAtLeast(found: Assurance, least: Assurance): boolean {
  return assurances.indexOf(found) <= assurances.indexOf(least);
}

/** The weaker of two. */
export function weaker(a: Assurance, b: Assurance): Assurance {
  return isAtLeast(a, b) ? b : a;
}

const maxShownNames = 4;

function notListed({ target }: Judgement, { mx }: MtaStsReport): Finding {
  return finding("sts-mx-not-listed", [target.host, listed(mx)], target);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, maxShownNames).join(", ");
  const more = names.length - maxShownNames;
  return more > 0 ? `${shown} (+${more})` : shown;
}

function nameFinding({ target, trustedLeaf }: Judgement, { domain, sts }: Reference): Finding {
  const { host } = target;
  const wanted = sts?.mode === "enforce" || host === domain ? [host] : [host, domain];
  if (trustedLeaf === undefined) return finding("certificate-missing", [], target);
  const names = dnsNames(trustedLeaf);
  const common = commonName(trustedLeaf.subject);
  if (names.length === 0 && common !== undefined && wanted.includes(common)) {
    return finding("certificate-common-name-only", [common], target);
  }
  const found = names.length > 0 ? listed(names) : `"${certificateLabel(trustedLeaf)}"`;
  return finding("certificate-name-mismatch", [found, wanted.join(", ")], target);
}
