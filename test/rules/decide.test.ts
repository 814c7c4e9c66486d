import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMailAddress } from "../../src/base/mail-address.ts";
import { assurances, type Verdict, verdictStatuses } from "../../src/base/verdict.ts";
import { type DecisionFacts, decide } from "../../src/rules/decide.ts";
import { domainClasses } from "../../src/rules/decision.ts";
import { leastTlsLevels, type Rule, ruleActions } from "../../src/rules/rule.ts";
import { RuleBook } from "../../src/rules/rule-book.ts";
import { usualSealOptions } from "../../src/rules/seal-options.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { seededRandom } from "../support/random.ts";

const nowMs = 1_500_000;
const proven = provenVerdict("far.example");
const failed = failedVerdict("far.example");

function rulesOf(change: Partial<Rule>): RuleBook {
  return new RuleBook([
    {
      id: 7,
      scope: { kind: "domain", domain: domainOf("far.example") },
      action: "seal",
      leastTls: "may",
      reason: "because",
      author: "root",
      createdAt: 0,
      expiresAt: null,
      ...change,
    },
  ]);
}

function decideFor(change: Partial<DecisionFacts>) {
  const recipient = parseMailAddress("bob@far.example");
  assert.ok(recipient);
  return decide({
    recipient,
    domainClass: "other",
    verdict: undefined,
    rules: new RuleBook([]),
    leastAssurance: "mx-name",
    nowMs,
    ...change,
  });
}

function noMail(reason: "null-mx" | "no-such-domain", certain: boolean): Verdict {
  return failedVerdict("far.example", { status: "no-mail", noMail: { reason, certain } });
}

describe("decide", () => {
  it("leaves local and routed domains alone, whatever is known of them", () => {
    for (const domainClass of ["local", "routed"] as const) {
      assert.deepEqual(decideFor({ domainClass, verdict: failed }), {
        kind: "elsewhere",
        domainClass,
      });
    }
  });

  it("sends to a proven domain under the policy of its proof", () => {
    assert.deepEqual(decideFor({ verdict: proven }), {
      kind: "secure",
      postfixPolicy: "secure match=mx.far.example",
      verdict: proven,
    });
  });

  it("waits without verdict, and when the last one has expired", () => {
    const wait = { kind: "wait", reason: "no-verdict" };
    assert.deepEqual(decideFor({}), wait);
    assert.deepEqual(decideFor({ verdict: proven, nowMs: proven.expiresAt }), wait);
    assert.equal(decideFor({ verdict: proven, nowMs: proven.expiresAt - 1 }).kind, "secure");
  });

  it("waits while the domain cannot be told, also under an allow rule", () => {
    const verdict = failedVerdict("far.example", { status: "unknown" });
    const rules = rulesOf({ action: "allow" });
    assert.deepEqual(decideFor({ verdict, rules }), { kind: "wait", reason: "unknown", verdict });
  });

  it("waits when a proof comes without the policy that would enforce it", () => {
    for (const postfixPolicy of [null, ""]) {
      const verdict = provenVerdict("far.example", { postfixPolicy });
      assert.deepEqual(decideFor({ verdict }), { kind: "wait", reason: "unknown", verdict });
    }
  });

  it("takes a proof by less than the least assurance for none", () => {
    const weak = decideFor({ verdict: proven, leastAssurance: "dnssec-mx" });
    assert.deepEqual(weak, {
      kind: "seal",
      ruleId: null,
      options: usualSealOptions,
      verdict: proven,
    });
    const strong = provenVerdict("far.example", { assurance: "dane" });
    assert.equal(decideFor({ verdict: strong, leastAssurance: "dnssec-mx" }).kind, "secure");
  });

  it("seals a failed domain that no rule speaks of", () => {
    assert.deepEqual(decideFor({ verdict: failed }), {
      kind: "seal",
      ruleId: null,
      options: usualSealOptions,
      verdict: failed,
    });
  });

  it("does with a failed domain what its rule says", () => {
    const verdict = failed;
    const decisionFor = (change: Partial<Rule>) => decideFor({ verdict, rules: rulesOf(change) });
    assert.deepEqual(decisionFor({}), {
      kind: "seal",
      ruleId: 7,
      options: usualSealOptions,
      verdict,
    });
    assert.deepEqual(decisionFor({ action: "reject" }), { kind: "reject", ruleId: 7, verdict });
    assert.deepEqual(decisionFor({ action: "allow", leastTls: "encrypt" }), {
      kind: "clear",
      leastTls: "encrypt",
      ruleId: 7,
      verdict,
    });
    const expired = decisionFor({ action: "allow", expiresAt: nowMs });
    assert.deepEqual(expired, { kind: "seal", ruleId: null, options: usualSealOptions, verdict });
  });

  it("sends proven mail proven, whatever a rule says", () => {
    for (const action of ruleActions) {
      assert.equal(decideFor({ verdict: proven, rules: rulesOf({ action }) }).kind, "secure");
    }
  });

  it("sends to an own domain hosted elsewhere only when it is proven", () => {
    const domainClass = "own-remote";
    const rules = rulesOf({ action: "allow" });
    assert.equal(decideFor({ domainClass, verdict: proven, rules }).kind, "secure");
    assert.deepEqual(decideFor({ domainClass, verdict: failed, rules }), {
      kind: "wait",
      reason: "own-unproven",
      verdict: failed,
    });
    assert.deepEqual(decideFor({ domainClass, rules }), { kind: "wait", reason: "no-verdict" });
  });

  it("refuses for a domain that takes no mail once that is certain", () => {
    const nullMx = noMail("null-mx", false);
    assert.deepEqual(decideFor({ verdict: nullMx }), {
      kind: "no-mail",
      reason: "null-mx",
      verdict: nullMx,
    });
    const gone = noMail("no-such-domain", true);
    assert.deepEqual(decideFor({ verdict: gone }), {
      kind: "no-mail",
      reason: "no-such-domain",
      verdict: gone,
    });
    const doubtful = noMail("no-such-domain", false);
    assert.deepEqual(decideFor({ verdict: doubtful }), {
      kind: "wait",
      reason: "no-mail-unconfirmed",
      verdict: doubtful,
    });
  });

  it("lets an original go only by a proof in force, or by an allow rule and a failed verdict", () => {
    const random = seededRandom(12);
    const seen = new Set<string>();
    for (let round = 0; round < 20_000; round += 1) {
      const status = random.pick(verdictStatuses);
      const certain = random.below(2) === 0;
      const verdict: Verdict = {
        ...failed,
        status,
        assurance: random.pick(assurances),
        postfixPolicy: random.pick([null, "", "secure match=mx.far.example"]),
        expiresAt: nowMs + random.pick([-1, 0, 1]),
        ...(status === "no-mail" && { noMail: { reason: "no-such-domain", certain } }),
      };
      const rule: Partial<Rule> = {
        action: random.pick(ruleActions),
        leastTls: random.pick(leastTlsLevels),
        expiresAt: random.pick([null, nowMs, nowMs + 1]),
      };
      const domainClass = random.pick(domainClasses);
      const decision = decideFor({ verdict, rules: rulesOf(rule), domainClass });
      seen.add(decision.kind);
      if (decision.kind === "secure") {
        assert.equal(status, "proven");
        assert.notEqual(verdict.assurance, "none");
        assert.equal(decision.postfixPolicy, "secure match=mx.far.example");
      }
      if (decision.kind === "clear") {
        assert.equal(rule.action, "allow");
        assert.notEqual(rule.expiresAt, nowMs);
        assert.equal(decision.leastTls, rule.leastTls);
        assert.equal(domainClass, "other");
        assert.ok(status === "failed" || (status === "proven" && verdict.assurance === "none"));
      }
      if (decision.kind === "secure" || decision.kind === "clear") {
        assert.ok(verdict.expiresAt > nowMs);
      }
    }
    assert.deepEqual([...seen].sort(), [
      "clear",
      "elsewhere",
      "no-mail",
      "reject",
      "seal",
      "secure",
      "wait",
    ]);
  });
});
