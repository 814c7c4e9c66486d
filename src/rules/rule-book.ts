/**
 * The rules, arranged so that one lookup costs a few map reads however many there are. The most
 * specific scope wins: the address, the address without its extension, the domain, its parents
 * from near to far, the default. Of several rules with one scope the newest that has not expired
 * holds, so that a temporary exception uncovers the lasting rule when it ends.
 */
import { type Domain, domainAndParents } from "../base/domain.ts";
import { addressKey, type MailAddress } from "../base/mail-address.ts";
import type { Rule, RuleScope } from "./rule.ts";

export class RuleBook {
  /** By `keyOf` their scope, newest first. */
  readonly #rules = new Map<string, Rule[]>();
  /** Keys of the address scopes within a domain. */
  readonly #addressKeys = new Map<string, Set<string>>();
  readonly #expiries: readonly number[];

  constructor(rules: readonly Rule[]) {
    this.#expiries = rules
      .map((rule) => rule.expiresAt)
      .filter((expiresAt) => expiresAt !== null)
      .sort((one, other) => one - other);
    for (const rule of [...rules].sort((one, other) => other.id - one.id)) this.#insert(rule);
  }

  /** The rule that holds for this address now. */
  find(address: MailAddress, nowMs: number): Rule | undefined {
    for (const key of addressKeys(address)) {
      const rule = this.#current(key, nowMs);
      if (rule !== undefined) return rule;
    }
    return this.#findForDomain(address.domain, nowMs);
  }

  /** The rules by which mail to the domain, or to some address in it, may leave unproven now. */
  allowing(domain: Domain, nowMs: number): readonly Rule[] {
    const rules = [this.#findForDomain(domain, nowMs)];
    for (const key of this.#addressKeys.get(domain) ?? []) rules.push(this.#current(key, nowMs));
    return rules.filter((rule) => rule !== undefined).filter(({ action }) => action === "allow");
  }

  /** When the first rule expires that holds now; infinite when none ever does. */
  nextExpiryAt(nowMs: number): number {
    return this.#expiries.find((expiresAt) => expiresAt > nowMs) ?? Number.POSITIVE_INFINITY;
  }

  #findForDomain(domain: Domain, nowMs: number): Rule | undefined {
    const own = this.#current(`domain ${domain}`, nowMs);
    if (own !== undefined) return own;
    for (const parent of domainAndParents(domain).slice(1)) {
      const rule = this.#current(`parent ${parent}`, nowMs);
      if (rule !== undefined) return rule;
    }
    return this.#current("default", nowMs);
  }

  #current(key: string, nowMs: number): Rule | undefined {
    return this.#rules.get(key)?.find((rule) => rule.expiresAt === null || rule.expiresAt > nowMs);
  }

  #insert(rule: Rule): void {
    const key = keyOf(rule.scope);
    const sameScope = this.#rules.get(key);
    if (sameScope === undefined) this.#rules.set(key, [rule]);
    else sameScope.push(rule);
    if (rule.scope.kind !== "address") return;
    const domain = rule.scope.address.slice(rule.scope.address.lastIndexOf("@") + 1);
    const keys = this.#addressKeys.get(domain) ?? new Set();
    this.#addressKeys.set(domain, keys.add(key));
  }
}

/** `user+list@example.com` is also spoken of by a rule for `user@example.com`. */
function addressKeys(address: MailAddress): readonly string[] {
  const key = addressKey(address);
  const plus = key.indexOf("+");
  const at = key.lastIndexOf("@");
  if (plus <= 0 || plus > at) return [`address ${key}`];
  return [`address ${key}`, `address ${key.slice(0, plus)}${key.slice(at)}`];
}

function keyOf(scope: RuleScope): string {
  switch (scope.kind) {
    case "address":
      return `address ${scope.address}`;
    case "domain":
    case "parent":
      return `${scope.kind} ${scope.domain}`;
    case "default":
      return "default";
  }
}
