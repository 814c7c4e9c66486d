/**
 * The decisions of a running process, from memory alone: verdicts, rules and domain classes, all
 * kept as new as the store by `gate/memory-feed.ts`. A decision is worked out once per recipient
 * and reused until the verdict, a rule or the classes change or the next of them expires. Verdicts
 * are bounded by what was used lately: one that is missing makes mail wait for a probe.
 */
import type { Clock } from "../base/clock.ts";
import type { Domain } from "../base/domain.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import type { Verdict } from "../base/verdict.ts";
import { decide } from "../rules/decide.ts";
import type { Decision, DomainClass } from "../rules/decision.ts";
import type { LeastTls, Rule } from "../rules/rule.ts";
import { RuleBook } from "../rules/rule-book.ts";
import { type LeastAssurance, type Standing, standingOf } from "../rules/standing.ts";
import type { Decider } from "./decider.ts";
import { NarrowedScopes } from "./narrowed-scope.ts";
import { RecentMap } from "./recent-map.ts";

/** Exact domains; one that is named in none is `other`. */
export interface DomainClasses {
  readonly local: readonly Domain[];
  readonly routed: readonly Domain[];
  readonly ownRemote: readonly Domain[];
}

export interface DecisionMemoryOptions {
  readonly clock: Clock;
  readonly leastAssurance: LeastAssurance;
  /**
   * Name and edition of the profile in force: what was judged by another one, before the
   * configuration or the edition changed, is unknown here.
   */
  readonly profile: string;
  readonly domainClasses: DomainClasses;
  /** Verdicts that are kept for certain; up to twice as many may be. */
  readonly verdictCapacity?: number;
  readonly recipientCapacity?: number;
  /** A domain that was proven is so no more: mail may be stuck on its way to it. */
  readonly onProofLost?: () => void;
}

interface KnownDecision {
  readonly decision: Decision;
  readonly domain: Domain | undefined;
  readonly verdict: Verdict | undefined;
  readonly revision: number;
  readonly until: number;
}

const usualVerdictCapacity = 200_000;
const keptFindings = 5;
const usualRecipientCapacity = 50_000;
/** RFC 5321 §4.5.3.1: 64 and 255 characters and the @; longer ones are decided each time. */
const longestKeptRecipient = 320;

export class DecisionMemory implements Decider {
  readonly #clock: Clock;
  readonly #verdicts: RecentMap<Domain, Verdict>;
  readonly #decisions: RecentMap<string, KnownDecision>;
  #classes: ReadonlyMap<Domain, DomainClass>;
  #leastAssurance: LeastAssurance;
  readonly #profile: string;
  readonly #onProofLost: (() => void) | undefined;
  #rules = new RuleBook([]);
  readonly #narrowed = new NarrowedScopes();
  /** Moves with everything that concerns more than one domain. */
  #revision = 0;

  constructor(options: DecisionMemoryOptions) {
    this.#clock = options.clock;
    this.#verdicts = new RecentMap(options.verdictCapacity ?? usualVerdictCapacity);
    this.#decisions = new RecentMap(options.recipientCapacity ?? usualRecipientCapacity);
    this.#classes = classMap(options.domainClasses);
    this.#leastAssurance = options.leastAssurance;
    this.#profile = options.profile;
    this.#onProofLost = options.onProofLost;
  }

  decide(recipient: string): Decision {
    const nowMs = this.#clock.now();
    const known = this.#decisions.get(recipient);
    if (known !== undefined && this.#stillHolds(known, nowMs)) return known.decision;
    const fresh = this.#decideAnew(recipient, nowMs);
    if (recipient.length <= longestKeptRecipient) this.#decisions.set(recipient, fresh);
    return fresh.decision;
  }

  securePolicy(domain: Domain): string | undefined {
    const { domainClass, standing } = this.#standingOf(domain);
    if (domainClass === "local" || domainClass === "routed") return undefined;
    return standing.kind === "proven" ? standing.postfixPolicy : undefined;
  }

  clearGate(domain: Domain): LeastTls | undefined {
    const { domainClass, standing } = this.#standingOf(domain);
    if (domainClass !== "other" || standing.kind !== "failed") return undefined;
    const nowMs = this.#clock.now();
    if (this.#narrowed.concerns(domain, nowMs)) return undefined;
    const allowing = this.#rules.allowing(domain, nowMs);
    if (allowing.length === 0) return undefined;
    return allowing.some((rule) => rule.leastTls === "encrypt") ? "encrypt" : "may";
  }

  /** What is remembered of the domain, also when it has expired. */
  verdictOf(domain: Domain): Verdict | undefined {
    return this.#verdicts.get(domain);
  }

  domainClassOf(domain: Domain): DomainClass {
    return this.#classes.get(domain) ?? "other";
  }

  publishVerdict(verdict: Verdict): void {
    if (verdict.profile !== this.#profile) return this.forget(verdict.domain);
    const before = this.#verdicts.get(verdict.domain);
    this.#verdicts.set(verdict.domain, withoutDetail(verdict));
    if (before?.status === "proven" && verdict.status !== "proven") this.#onProofLost?.();
  }

  forget(domain: Domain): void {
    const before = this.#verdicts.get(domain);
    this.#verdicts.delete(domain);
    if (before?.status === "proven") this.#onProofLost?.();
  }

  /** Forgets the verdict of every other domain. */
  keepOnly(domains: ReadonlySet<Domain>): void {
    const others = [...this.#verdicts.keys()].filter((domain) => !domains.has(domain));
    for (const domain of others) this.#verdicts.delete(domain);
  }

  replaceRules(rules: readonly Rule[]): void {
    this.#rules = new RuleBook(rules);
    this.#narrowed.observe(rules, this.#clock.now());
    this.#revision += 1;
  }

  /** After the configuration was read again. */
  reconfigure(classes: DomainClasses, leastAssurance: LeastAssurance): void {
    this.#classes = classMap(classes);
    this.#leastAssurance = leastAssurance;
    this.#revision += 1;
  }

  #stillHolds(known: KnownDecision, nowMs: number): boolean {
    if (known.revision !== this.#revision || nowMs >= known.until) return false;
    return known.domain === undefined || this.#verdicts.get(known.domain) === known.verdict;
  }

  #decideAnew(text: string, nowMs: number): KnownDecision {
    const recipient = parseMailAddress(text);
    const domain = recipient?.domain;
    const verdict = domain === undefined ? undefined : this.#verdicts.get(domain);
    const decision: Decision =
      recipient === undefined
        ? { kind: "wait", reason: "bad-address" }
        : decide({
            recipient,
            domainClass: this.domainClassOf(recipient.domain),
            verdict,
            rules: this.#rules,
            leastAssurance: this.#leastAssurance,
            nowMs,
          });
    const until = this.#nextExpiryAt(verdict, nowMs);
    return { decision, domain, verdict, revision: this.#revision, until };
  }

  #nextExpiryAt(verdict: Verdict | undefined, nowMs: number): number {
    const rulesUntil = this.#rules.nextExpiryAt(nowMs);
    if (verdict === undefined || verdict.expiresAt <= nowMs) return rulesUntil;
    return Math.min(rulesUntil, verdict.expiresAt);
  }

  #standingOf(domain: Domain): { readonly domainClass: DomainClass; readonly standing: Standing } {
    const verdict = this.#verdicts.get(domain);
    return {
      domainClass: this.domainClassOf(domain),
      standing: standingOf(verdict, this.#leastAssurance, this.#clock.now()),
    };
  }
}

/** A domain named twice is what keeps its mail nearest: `local`, then `routed`. */
function classMap(classes: DomainClasses): ReadonlyMap<Domain, DomainClass> {
  const map = new Map<Domain, DomainClass>();
  for (const domain of classes.ownRemote) map.set(domain, "own-remote");
  for (const domain of classes.routed) map.set(domain, "routed");
  for (const domain of classes.local) map.set(domain, "local");
  return map;
}

/** Servers and certificates are most of a verdict's size and none of what a decision needs. */
function withoutDetail(verdict: Verdict): Verdict {
  return { ...verdict, hosts: [], findings: verdict.findings.slice(0, keptFindings) };
}
