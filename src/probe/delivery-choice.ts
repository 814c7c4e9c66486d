/**
 * How Postfix is to deliver to a domain's proven servers: by DANE or by names. One policy holds
 * for the whole domain, and which server is used is Postfix's choice, so the policy must exclude
 * every server that was not proven.
 *
 * `dane-only` lets Postfix use the servers whose TLSA records match and passes over the others
 * (RFC 7672 §2.2); it is never the weaker `dane`, which would take servers without records
 * unauthenticated. Names (`secure match=…`) are for domains without DANE. Where a preferred server
 * has no TLSA records and a less preferred one has, the preference decides (RFC 7672 §2.2.1: a
 * worse preference never preempts), and servers with TLSA records are then passed over: Postfix
 * would not compare the records.
 */
import { finding } from "./finding.ts";
import {
  type Identified,
  identifyByName,
  isListed,
  type Reference,
  rivalFinding,
} from "./identity.ts";
import type { Judgement } from "./judgement.ts";

export interface DeliveryChoice {
  readonly identified: readonly Identified[];
  /** What the emitted policy rests on; empty: nothing is proven. */
  readonly used: readonly Identified[];
  readonly way: "dane" | "names";
}

/** `preferenceOf`: of an MX host, lower is more preferred. */
export function chooseDelivery(
  judgements: readonly Judgement[],
  reference: Reference,
  preferenceOf: (host: string) => number,
): DeliveryChoice {
  const byDane = judgements.filter(isUnderDane).map((one) => identifyByDane(one, judgements));
  const named = identifyNamed(judgements, reference);
  const all = [...byDane, ...named];
  const identified = judgements.flatMap((one) =>
    all.filter(({ judgement }) => judgement.target === one.target),
  );
  const best = (some: readonly Identified[]): number =>
    Math.min(...some.map(({ judgement }) => preferenceOf(judgement.target.host)));
  const [provenByDane, provenByName] = [byDane.filter(isProven), named.filter(isProven)];
  if (provenByDane.length > 0 && best(provenByDane) <= best(provenByName)) {
    return { identified: passOver(identified, provenByName), used: provenByDane, way: "dane" };
  }
  return { identified: passOver(identified, provenByDane), used: provenByName, way: "names" };
}

function isUnderDane({ dane }: Judgement): boolean {
  return dane !== undefined;
}

function isProven({ pin }: Identified): boolean {
  return pin !== undefined;
}

/** Under `dane-only` Postfix takes every server that matches, also one that is too weak. */
function identifyByDane(judgement: Judgement, judgements: readonly Judgement[]): Identified {
  const { findings } = judgement;
  if (judgement.dane !== "matched" || judgement.standing !== "sound") {
    return { judgement, pin: undefined, findings };
  }
  const rival = judgements.find(
    ({ dane, standing }) => dane === "matched" && standing === "failed",
  );
  if (rival === undefined) {
    return { judgement, pin: { name: undefined, assurance: "dane" }, findings };
  }
  const excluded = rivalFinding(judgement, "DANE", rival);
  return { judgement, pin: undefined, findings: [...findings, excluded] };
}

/** Servers with TLSA records are rivals here: by name Postfix would use them without comparing. */
function identifyNamed(
  judgements: readonly Judgement[],
  reference: Reference,
): readonly Identified[] {
  const rivals = judgements.filter(
    (one) => isUnderDane(one) || one.standing === "failed" || isExcluded(one, reference),
  );
  const unseen = rivals.find((one) => isUnderDane(one) && isUnseen(one));
  return judgements
    .filter((one) => !isUnderDane(one))
    .map((judgement) => identifyByName(judgement, rivals, reference))
    .map((one) => (unseen === undefined ? one : doubt(one, unseen)));
}

/** RFC 8461 §5: a server that the policy does not list, however sound, must not be used. */
function isExcluded({ target }: Judgement, { sts, isListEnforced }: Reference): boolean {
  return sts?.mode === "enforce" && !isListEnforced && !isListed(target.host, sts);
}

/** Its certificate, whatever names that bears, may be there again at the next delivery. */
function isUnseen({ standing, handshake }: Judgement): boolean {
  return standing === "unknown" && handshake === undefined;
}

function doubt(one: Identified, { target: { host, address } }: Judgement): Identified {
  if (!isProven(one)) return one;
  const { judgement, findings } = one;
  const found = finding("rival-not-seen", [`${host} (${address})`], judgement.target);
  const unknown = { ...judgement, standing: "unknown" } as const;
  return { judgement: unknown, pin: undefined, findings: [...findings, found] };
}

function passOver(
  all: readonly Identified[],
  unused: readonly Identified[],
): readonly Identified[] {
  return all.map((one) => {
    if (!unused.includes(one)) return one;
    const { target, dane } = one.judgement;
    const code = dane === undefined ? "passed-over-under-dane" : "passed-over-by-preference";
    return { ...one, findings: [...one.findings, finding(code, [], target)] };
  });
}
