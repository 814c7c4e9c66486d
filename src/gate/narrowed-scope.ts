/**
 * Where rules became stricter a moment ago. The gate of `mxseal-clear` is asked for a domain, but a
 * rule may speak of one address in it: while another address of the domain is still allowed, the
 * gate alone could not stop mail that qmgr sent this way before the rule went. qmgr remembers a way
 * for 30 seconds and a delivery may wait in its active queue for as long again; for that time the
 * whole domain waits.
 */
import { type Domain, domainAndParents } from "../base/domain.ts";
import type { Rule, RuleScope } from "../rules/rule.ts";

export const settlingMs: number = 60_000;
/** After more changes at once everything counts as narrowed. */
const mostChanges = 1_000;

interface Narrowing {
  readonly scope: RuleScope;
  readonly at: number;
}

export class NarrowedScopes {
  #rules: readonly Rule[] | undefined;
  #narrowings: readonly Narrowing[] = [];

  /** Every rule there is now; the first time there is nothing to compare with. */
  observe(rules: readonly Rule[], nowMs: number): void {
    const before = this.#rules;
    this.#rules = rules;
    if (before === undefined) return;
    const fresh = stricterScopes(before, rules).map((scope) => ({ scope, at: nowMs }));
    const recent = this.#narrowings.filter(({ at }) => isRecent(at, nowMs));
    const all = [...recent, ...fresh];
    this.#narrowings =
      all.length <= mostChanges ? all : [{ scope: { kind: "default" }, at: nowMs }];
  }

  /** Whether some recipient in the domain may have been allowed shortly before and is not now. */
  concerns(domain: Domain, nowMs: number): boolean {
    const changed = this.#narrowings.filter(({ at }) => isRecent(at, nowMs));
    if (changed.some(({ scope }) => reaches(scope, domain))) return true;
    return (this.#rules ?? []).some(
      ({ action, expiresAt, scope }) =>
        action === "allow" &&
        expiresAt !== null &&
        expiresAt <= nowMs &&
        isRecent(expiresAt, nowMs) &&
        reaches(scope, domain),
    );
  }
}

function stricterScopes(before: readonly Rule[], after: readonly Rule[]): readonly RuleScope[] {
  const idsBefore = new Set(before.map(({ id }) => id));
  const idsAfter = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id, action }) => action === "allow" && !idsAfter.has(id));
  const added = after.filter(({ id, action }) => action !== "allow" && !idsBefore.has(id));
  return [...gone, ...added].map(({ scope }) => scope);
}

/** Also of a moment that a clock set back made future. */
function isRecent(at: number, nowMs: number): boolean {
  return Math.abs(nowMs - at) < settlingMs;
}

function reaches(scope: RuleScope, domain: Domain): boolean {
  switch (scope.kind) {
    case "default":
      return true;
    case "address":
      return scope.address.endsWith(`@${domain}`);
    case "domain":
      return scope.domain === domain;
    case "parent":
      return domainAndParents(domain).slice(1).includes(scope.domain);
  }
}
