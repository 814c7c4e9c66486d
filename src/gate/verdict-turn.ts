/**
 * Whether a new verdict changes what a domain is worth, and whether for the worse: a proof is
 * gone, or a weaker assurance carries it (a domain whose DANE disappeared may be under attack).
 * What was known before counts also when it has expired.
 */
import { assurances, type Finding, type Severity, type Verdict } from "../base/verdict.ts";
import type { VerdictStanding, VerdictTurn } from "../store/verdict-store.ts";

const severitiesByWeight: readonly Severity[] = ["fail", "unknown", "warn"];

/** `inForce`: what is to be stored. Undefined: nothing of that kind changed. */
export function turnOf(old: Verdict | undefined, inForce: Verdict): VerdictTurn | undefined {
  const from = old && standingOf(old);
  const to = standingOf(inForce);
  if (from?.status === to.status && from.assurance === to.assurance) return undefined;
  return {
    domain: inForce.domain,
    turnedAt: inForce.checkedAt,
    from,
    to,
    isDowngrade: from !== undefined && isLess(to, from),
    reason: weightiestFinding(inForce)?.detail ?? "",
  };
}

function standingOf({ status, assurance }: Verdict): VerdictStanding {
  return { status, assurance };
}

function isLess(to: VerdictStanding, from: VerdictStanding): boolean {
  if (from.status !== "proven") return false;
  if (to.status !== "proven") return true;
  return assurances.indexOf(to.assurance) > assurances.indexOf(from.assurance);
}

/** The one that decided; undefined when there is nothing to complain of. */
export function weightiestFinding({ findings }: Verdict): Finding | undefined {
  const found = severitiesByWeight.map((weight) =>
    findings.find(({ severity }) => severity === weight),
  );
  return found.find((one) => one !== undefined);
}
