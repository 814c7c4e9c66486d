/**
 * What happens to mail for one recipient, before any protocol's words: the join of domain class,
 * verdict and rules that every listener translates for its own interface (`listen/reply.ts`).
 * Only `secure` and `clear` let an original leave; every doubt is a `wait`.
 */
import type { Verdict } from "../base/verdict.ts";
import type { LeastTls } from "./rule.ts";
import type { SealOptions } from "./seal-options.ts";

/**
 * `local`: delivered on this host or to a hop that the configuration names as inside.
 * `routed`: the administrator's own transport entries decide.
 * `own-remote`: ours, but hosted elsewhere; only when proven, never sealed.
 */
export const domainClasses = ["local", "routed", "own-remote", "other"] as const;
export type DomainClass = (typeof domainClasses)[number];

export type WaitReason =
  | "no-verdict" // never probed, or the last verdict expired
  | "unknown" // probed, not knowable now
  | "forbidden" // the domain's own DANE or MTA-STS policy forbids its servers as they are now
  | "own-unproven" // own domain hosted elsewhere, not proven: alarm
  | "no-mail-unconfirmed" // no such domain, seen once over unsigned DNS
  | "bad-address"; // not an address a rule or verdict could speak of

export type Decision =
  | { readonly kind: "elsewhere"; readonly domainClass: "local" | "routed" }
  | { readonly kind: "secure"; readonly postfixPolicy: string; readonly verdict: Verdict }
  | {
      readonly kind: "clear";
      readonly leastTls: LeastTls;
      readonly ruleId: number;
      readonly verdict: Verdict;
    }
  | {
      readonly kind: "seal";
      readonly ruleId: number | null;
      readonly options: SealOptions;
      readonly verdict: Verdict;
    }
  | { readonly kind: "reject"; readonly ruleId: number; readonly verdict: Verdict }
  | {
      readonly kind: "no-mail";
      readonly reason: "null-mx" | "no-such-domain";
      readonly verdict: Verdict;
    }
  | { readonly kind: "wait"; readonly reason: WaitReason; readonly verdict?: Verdict };
