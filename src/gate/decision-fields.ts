/** A decision as fields of a log line: the same names wherever one is logged. */
import type { LogFields } from "../base/log.ts";
import type { Decision } from "../rules/decision.ts";

export function decisionFields(decision: Decision): LogFields {
  const verdict = "verdict" in decision ? decision.verdict?.status : undefined;
  return { decision: decision.kind, verdict: verdict ?? "none", ...detailOf(decision) };
}

function detailOf(decision: Decision): LogFields {
  switch (decision.kind) {
    case "elsewhere":
      return { reason: decision.domainClass };
    case "wait":
    case "no-mail":
      return { reason: decision.reason };
    case "clear":
    case "reject":
    case "seal":
      return { rule: decision.ruleId };
    case "secure":
      return { assurance: decision.verdict.assurance };
  }
}
