/**
 * For whom does the certificate speak, and can Postfix be told to accept exactly that?
 *
 * A server that is sound but speaks for somebody else fails. So does one whose assurance is below
 * what the administrator asks for (RFC 9325 §7.1: a host name from unsigned DNS is a weak
 * identity; that is `mx-name`, and the delivery is pinned to the probed names).
 *
 * Postfix's `match=` accepts a listed name on any host. A server that Postfix would trust but that
 * the profile rejects, for a short key for example, can therefore not be told from a good one that
 * shares its name: such a name is not used at all.
 */

import type { Domain } from "../base/domain.ts";
import { type Assurance, assurances, type Finding } from "../base/verdict.ts";
import {
  certificateLabel,
  commonName,
  dnsNames,
  matchesName,
  mightMatchInPostfix,
} from "./certificate.ts";
import { finding } from "./finding.ts";
import type { Judgement } from "./judgement.ts";

export interface Pin {
  /** What Postfix is to find in the certificate. */
  readonly name: string;
  readonly assurance: Assurance;
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
}

/** Names with a meaning of their own in Postfix's `match=` (postconf(5) smtp_tls_policy_maps). */
const reservedNames: readonly string[] = ["hostname", "nexthop", "dot-nexthop"];

export function identify(
  judgements: readonly Judgement[],
  reference: Reference,
): readonly Identified[] {
  const weak = judgements.filter(({ standing }) => standing === "failed");
  return judgements.map((judgement) => {
    const { findings } = judgement;
    if (judgement.standing !== "sound") return { judgement, pin: undefined, findings };
    const named = identifyOne(judgement, weak, reference);
    const pin = "assurance" in named ? named : undefined;
    return { judgement, pin, findings: pin ? findings : [...findings, named as Finding] };
  });
}

function identifyOne(
  judgement: Judgement,
  weak: readonly Judgement[],
  reference: Reference,
): Pin | Finding {
  const { target } = judgement;
  const matching = candidates(target.host, reference).filter(
    ({ name }) => judgement.trustedLeaf && matchesName(judgement.trustedLeaf, name),
  );
  const [first] = matching;
  if (first === undefined) return nameFinding(judgement, reference.domain);
  const expressible = matching.filter(({ name }) => !reservedNames.includes(name));
  if (expressible.length === 0) return finding("name-not-expressible", [first.name], target);
  const usable = expressible.filter(({ name }) => rivalOf(name, weak) === undefined);
  const [best] = usable;
  if (best === undefined) {
    const rival = rivalOf(first.name, weak)?.target;
    const where = rival ? `${rival.host} (${rival.address})` : "another server";
    return finding("weak-server-not-excludable", [first.name, where], target);
  }
  if (isAtLeast(best.assurance, reference.leastAssurance)) return best;
  return finding("assurance-too-weak", [best.assurance, reference.leastAssurance], target);
}

/** Strongest first. DANE and MTA-STS will stand before these. */
function candidates(host: string, { domain, mxAuthentic }: Reference): readonly Pin[] {
  const byDomain: Pin = { name: domain, assurance: "domain-name" };
  return mxAuthentic
    ? [{ name: host, assurance: "dnssec-mx" }, byDomain]
    : [byDomain, { name: host, assurance: "mx-name" }];
}

function rivalOf(name: string, weak: readonly Judgement[]): Judgement | undefined {
  return weak.find(({ trustedLeaf }) => trustedLeaf && mightMatchInPostfix(trustedLeaf, name));
}

export function isAtLeast(found: Assurance, least: Assurance): boolean {
  return assurances.indexOf(found) <= assurances.indexOf(least);
}

/** The weaker of two. */
export function weaker(a: Assurance, b: Assurance): Assurance {
  return isAtLeast(a, b) ? b : a;
}

const maxShownNames = 4;

function nameFinding({ target, trustedLeaf }: Judgement, domain: Domain): Finding {
  const { host } = target;
  const expected = host === domain ? host : `${host} or ${domain}`;
  if (trustedLeaf === undefined) return finding("certificate-missing", [], target);
  const names = dnsNames(trustedLeaf);
  const common = commonName(trustedLeaf.subject);
  if (names.length === 0 && common !== undefined && [host, domain].includes(common)) {
    return finding("certificate-common-name-only", [common], target);
  }
  const shown = names.slice(0, maxShownNames).join(", ");
  const more = names.length > maxShownNames ? ` and ${names.length - maxShownNames} more` : "";
  const found = names.length > 0 ? `${shown}${more}` : `only "${certificateLabel(trustedLeaf)}"`;
  return finding("certificate-name-mismatch", [found, expected], target);
}
