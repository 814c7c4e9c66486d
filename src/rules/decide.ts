/**
 * The one place that joins what is known of a domain with what the administrator wants. Pure: the
 * same facts give the same decision. Whatever is missing or doubtful makes mail wait; an original
 * leaves only by a proof with its policy, or by an allow rule for a domain known to have failed.
 */
import type { MailAddress } from "../base/mail-address.ts";
import type { Verdict } from "../base/verdict.ts";
import type { Decision, DomainClass } from "./decision.ts";
import type { RuleBook } from "./rule-book.ts";
import { usualSealOptions } from "./seal-options.ts";
import { type LeastAssurance, type Standing, standingOf } from "./standing.ts";

export interface DecisionFacts {
  readonly recipient: MailAddress;
  readonly domainClass: DomainClass;
  readonly verdict: Verdict | undefined;
  readonly rules: RuleBook;
  readonly leastAssurance: LeastAssurance;
  readonly nowMs: number;
}

export function decide(facts: DecisionFacts): Decision {
  const { domainClass } = facts;
  if (domainClass === "local" || domainClass === "routed")
    return { kind: "elsewhere", domainClass };
  const standing = standingOf(facts.verdict, facts.leastAssurance, facts.nowMs);
  if (standing.kind === "none") return { kind: "wait", reason: "no-verdict" };
  if (standing.kind === "proven") {
    const { postfixPolicy, verdict } = standing;
    return { kind: "secure", postfixPolicy, verdict };
  }
  if (domainClass === "own-remote") {
    return { kind: "wait", reason: "own-unproven", verdict: standing.verdict };
  }
  return decideUnproven(facts, standing);
}

function decideUnproven(
  facts: DecisionFacts,
  standing: Exclude<Standing, { readonly kind: "none" | "proven" }>,
): Decision {
  switch (standing.kind) {
    case "unknown":
      return { kind: "wait", reason: "unknown", verdict: standing.verdict };
    case "no-mail":
      return refuseNoMail(standing.verdict);
    case "failed":
      return followRule(facts, standing.verdict);
  }
}

/** Null MX is the domain's own word (RFC 7505 §3); its absence from the DNS may be a mishap. */
function refuseNoMail(verdict: Verdict): Decision {
  const { noMail } = verdict;
  if (noMail?.reason === "null-mx") return { kind: "no-mail", reason: "null-mx", verdict };
  if (noMail?.certain === true) return { kind: "no-mail", reason: noMail.reason, verdict };
  return { kind: "wait", reason: "no-mail-unconfirmed", verdict };
}

function followRule(facts: DecisionFacts, verdict: Verdict): Decision {
  const rule = facts.rules.find(facts.recipient, facts.nowMs);
  const isOfTheirs = rule !== undefined && rule.scope.kind !== "default";
  // RFC 7672 §2.2, RFC 8461 §5: such mail is delayed. A rule made for all the world was not made
  // for a domain that forbids it.
  if (verdict.forbiddenBy !== undefined && !isOfTheirs && rule?.action !== "reject") {
    return { kind: "wait", reason: "forbidden", verdict };
  }
  if (rule === undefined) return { kind: "seal", ruleId: null, options: usualSealOptions, verdict };
  switch (rule.action) {
    case "seal":
      return { kind: "seal", ruleId: rule.id, options: rule.seal ?? usualSealOptions, verdict };
    case "reject":
      return { kind: "reject", ruleId: rule.id, verdict };
    case "allow":
      return { kind: "clear", leastTls: rule.leastTls, ruleId: rule.id, verdict };
  }
}
