/**
 * What a new verdict makes of the one before. Knowing beats not knowing: a check that could not
 * tell leaves the last answer in force until that expires, and only moves the time of the next
 * check. That a domain does not exist becomes certain when it is seen twice, minutes apart.
 */
import type { Finding, Verdict } from "../base/verdict.ts";
import { recheckFinding } from "../probe/finding.ts";
import { isFromTheFuture } from "../rules/standing.ts";

/** The finding by which a verdict in force says that the last check could not renew it. */
const inconclusive = "recheck-inconclusive";
const leastGapMs = 5 * 60_000;
/** As long as Postfix keeps mail in its queue; what was seen before that counts anew. */
const sightingLifeMs = 5 * 86_400_000;

/** `old`: what is stored, also when expired. Returns what is to be stored and published. */
export function supersede(old: Verdict | undefined, fresh: Verdict): Verdict {
  if (old === undefined) return fresh;
  if (fresh.status === "unknown") return keepWhileItHolds(old, fresh);
  return confirmAbsence(old, fresh);
}

/** Whether the last check of the domain could not tell, whatever is still in force. */
export function wasInconclusive(verdict: Verdict): boolean {
  return verdict.status === "unknown" || verdict.findings.some(({ code }) => code === inconclusive);
}

function keepWhileItHolds(old: Verdict, fresh: Verdict): Verdict {
  if (old.status === "unknown" || old.expiresAt <= fresh.checkedAt) return fresh;
  if (isFromTheFuture(old, fresh.checkedAt)) return fresh;
  // Judged by rules that hold no more.
  if (old.profile !== fresh.profile) return fresh;
  if (mayHaveDaneNow(fresh) && !isEnforcedByDane(old)) return fresh;
  const others = old.findings.filter(({ code }) => code !== inconclusive);
  return {
    ...old,
    findings: [...others, inconclusiveFinding(fresh)],
    refreshAfter: Math.min(fresh.refreshAfter, old.expiresAt),
  };
}

/** RFC 7672 §2.1.1: a lookup that fails may hide records that forbid the server. */
function mayHaveDaneNow({ findings }: Verdict): boolean {
  return findings.some(({ code }) => code === "tlsa-lookup-failed");
}

/** Then Postfix asks for the records itself, at each delivery. */
function isEnforcedByDane({ assurance }: Verdict): boolean {
  return assurance === "dane" || assurance === "none";
}

function inconclusiveFinding(fresh: Verdict): Finding {
  const cause = fresh.findings.find(({ severity }) => severity === "unknown");
  return recheckFinding(fresh.checkedAt, cause);
}

function confirmAbsence(old: Verdict, fresh: Verdict): Verdict {
  if (fresh.noMail?.reason !== "no-such-domain" || fresh.noMail.certain) return fresh;
  if (old.noMail?.reason !== "no-such-domain") return fresh;
  const firstSeenAt = old.noMail.firstSeenAt ?? old.checkedAt;
  const gapMs = fresh.checkedAt - firstSeenAt;
  if (gapMs > sightingLifeMs) return fresh;
  return { ...fresh, noMail: { ...fresh.noMail, certain: gapMs >= leastGapMs, firstSeenAt } };
}
