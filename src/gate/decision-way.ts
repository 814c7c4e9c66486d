/** Which transport a decision stands for: the column "transport map" of the table of hooks. */
import type { Decision } from "../rules/decision.ts";
import type { Way } from "./transaction.ts";

const wayOfKind: Readonly<Record<Decision["kind"], Way>> = {
  elsewhere: "elsewhere",
  secure: "mxseal-secure",
  clear: "mxseal-clear",
  seal: "mxseal-hold",
  reject: "mxseal-hold",
  "no-mail": "mxseal-hold",
  wait: "retry",
};

export function wayOf(decision: Decision): Way {
  return wayOfKind[decision.kind];
}
