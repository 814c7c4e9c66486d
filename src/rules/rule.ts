/**
 * What the administrator decided for recipients whose servers are not proven. The most specific
 * scope wins: address, domain, `.parent` (nearest first), default. An expired rule does not match.
 */
import type { Domain } from "../base/domain.ts";
import type { SealOptions } from "./seal-options.ts";

export const ruleActions = ["seal", "allow", "reject"] as const;
export type RuleAction = (typeof ruleActions)[number];

export type RuleScope =
  | { readonly kind: "address"; readonly address: string } // `addressKey` form
  | { readonly kind: "domain"; readonly domain: Domain }
  | { readonly kind: "parent"; readonly domain: Domain } // written `.example.com`
  | { readonly kind: "default" };

/** Least TLS level of an `allow` rule: `may` permits plaintext, `encrypt` does not. */
export const leastTlsLevels = ["may", "encrypt"] as const;
export type LeastTls = (typeof leastTlsLevels)[number];

export interface NewRule {
  readonly scope: RuleScope;
  readonly action: RuleAction;
  readonly leastTls: LeastTls;
  /** Of a `seal` rule that says how; without them the usual ones hold. */
  readonly seal?: SealOptions;
  /** Why; never empty for `allow`. */
  readonly reason: string;
  /** Who made it. */
  readonly author: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export interface Rule extends NewRule {
  readonly id: number;
}
