import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMailAddress } from "../../src/base/mail-address.ts";
import type { Verdict } from "../../src/base/verdict.ts";
import { DecisionMemory, type DecisionMemoryOptions } from "../../src/gate/decision-memory.ts";
import { settlingMs } from "../../src/gate/narrowed-scope.ts";
import { decide } from "../../src/rules/decide.ts";
import type { NewRule, Rule } from "../../src/rules/rule.ts";
import { RuleBook } from "../../src/rules/rule-book.ts";
import { parseScope } from "../../src/rules/rule-text.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { seededRandom } from "../support/random.ts";

const startMs = 1_500_000;
const far = domainOf("far.example");

class MovableClock {
  nowMs: number = startMs;

  now(): number {
    return this.nowMs;
  }
}

function setUp(change: Partial<DecisionMemoryOptions> = {}) {
  const clock = new MovableClock();
  const memory = new DecisionMemory({
    clock,
    leastAssurance: "mx-name",
    profile: "bcp195/2022-11",
    domainClasses: {
      local: [domainOf("own.example")],
      routed: [domainOf("partner.example")],
      ownRemote: [domainOf("cloud.example")],
    },
    ...change,
  });
  return { clock, memory };
}

function rule(id: number, scopeText: string, change: Partial<NewRule> = {}): Rule {
  const scope = parseScope(scopeText);
  assert.ok(scope.ok);
  return {
    id,
    scope: scope.value,
    action: "allow",
    leastTls: "may",
    reason: "because",
    author: "root",
    createdAt: 0,
    expiresAt: null,
    ...change,
  };
}

describe("DecisionMemory.decide", () => {
  it("waits for what it does not know and for what is no address", () => {
    const { memory } = setUp();
    assert.deepEqual(memory.decide("bob@far.example"), { kind: "wait", reason: "no-verdict" });
    for (const text of ["", "<>", "postmaster", "bob@[192.0.2.1]", "bob@", '"bob@far.example']) {
      assert.deepEqual(memory.decide(text), { kind: "wait", reason: "bad-address" }, text);
    }
  });

  it("knows the exact domains of each class, not those below", () => {
    const { memory } = setUp();
    const elsewhere = (domainClass: string) => ({ kind: "elsewhere", domainClass });
    assert.deepEqual(memory.decide("a@Own.Example"), elsewhere("local"));
    assert.deepEqual(memory.decide("a@partner.example"), elsewhere("routed"));
    assert.equal(memory.decide("a@sub.own.example").kind, "wait");
    assert.equal(memory.domainClassOf(domainOf("cloud.example")), "own-remote");
    assert.equal(memory.domainClassOf(far), "other");
  });

  it("answers anew as soon as a verdict is published or forgotten", () => {
    const { memory } = setUp();
    assert.equal(memory.decide("bob@far.example").kind, "wait");
    memory.publishVerdict(provenVerdict("far.example"));
    assert.equal(memory.decide("bob@far.example").kind, "secure");
    memory.publishVerdict(failedVerdict("far.example"));
    assert.equal(memory.decide("bob@far.example").kind, "seal");
    memory.forget(far);
    assert.equal(memory.decide("bob@far.example").kind, "wait");
  });

  it("does not know what was judged by another profile, or another edition of it", () => {
    const { memory } = setUp();
    memory.publishVerdict(provenVerdict("far.example"));
    memory.publishVerdict({ ...provenVerdict("far.example"), profile: "bcp195/2015-05" });
    assert.deepEqual(memory.decide("bob@far.example"), { kind: "wait", reason: "no-verdict" });
    assert.equal(memory.securePolicy(far), undefined);
  });

  it("does not know what was judged while the clock was ahead", () => {
    const { clock, memory } = setUp();
    const checkedAt = clock.nowMs + 400 * 86_400_000;
    const times = { checkedAt, refreshAfter: checkedAt + 1, expiresAt: checkedAt + 86_400_000 };
    memory.publishVerdict({ ...provenVerdict("far.example"), ...times });
    assert.deepEqual(memory.decide("bob@far.example"), { kind: "wait", reason: "no-verdict" });
  });

  it("tells when a proof is lost, and only then", () => {
    let lost = 0;
    const { memory } = setUp({ onProofLost: () => void (lost += 1) });
    memory.publishVerdict(failedVerdict("far.example"));
    memory.publishVerdict(provenVerdict("far.example"));
    memory.publishVerdict(provenVerdict("far.example"));
    memory.forget(domainOf("unknown.example"));
    assert.equal(lost, 0);
    memory.publishVerdict(failedVerdict("far.example"));
    assert.equal(lost, 1);
    memory.publishVerdict(provenVerdict("far.example"));
    memory.forget(far);
    assert.equal(lost, 2);
  });

  it("answers anew as soon as rules or configuration change", () => {
    const { memory } = setUp();
    memory.publishVerdict(failedVerdict("far.example"));
    assert.equal(memory.decide("bob@far.example").kind, "seal");
    memory.replaceRules([rule(1, "far.example")]);
    assert.equal(memory.decide("bob@far.example").kind, "clear");
    memory.replaceRules([]);
    assert.equal(memory.decide("bob@far.example").kind, "seal");
    memory.reconfigure({ local: [far], routed: [], ownRemote: [] }, "mx-name");
    assert.equal(memory.decide("bob@far.example").kind, "elsewhere");
  });

  it("follows a stricter least assurance", () => {
    const { memory } = setUp();
    memory.publishVerdict(provenVerdict("far.example"));
    assert.equal(memory.decide("bob@far.example").kind, "secure");
    memory.reconfigure({ local: [], routed: [], ownRemote: [] }, "dane");
    assert.equal(memory.decide("bob@far.example").kind, "seal");
    assert.equal(memory.securePolicy(far), undefined);
  });

  it("lets no decision outlive its verdict or its rule", () => {
    const { clock, memory } = setUp();
    memory.publishVerdict(failedVerdict("far.example"));
    memory.replaceRules([rule(1, "far.example", { expiresAt: startMs + 10 })]);
    assert.equal(memory.decide("bob@far.example").kind, "clear");
    clock.nowMs = startMs + 10;
    assert.equal(memory.decide("bob@far.example").kind, "seal");
    clock.nowMs = failedVerdict("far.example").expiresAt;
    assert.equal(memory.decide("bob@far.example").kind, "wait");
  });

  it("gives the answer that the facts of the moment give, whatever happens", () => {
    const random = seededRandom(22);
    const { clock, memory } = setUp();
    const names = ["far.example", "cloud.example", "a.far.example"];
    const recipients = names.flatMap((name) => [`bob@${name}`, `Bob+x@${name}`]);
    const verdicts = new Map<string, Verdict>();
    let rules: readonly Rule[] = [];
    const kinds = new Set<string>();
    for (let round = 0; round < 20_000; round += 1) {
      const change = random.below(12);
      const name = random.pick(names);
      if (change < 2) {
        const create = change === 0 ? provenVerdict : failedVerdict;
        const verdict = create(name, { hosts: [], expiresAt: clock.nowMs + random.below(40) });
        verdicts.set(name, verdict);
        memory.publishVerdict(verdict);
      } else if (change === 2) {
        verdicts.delete(name);
        memory.forget(domainOf(name));
      } else if (change === 3) {
        rules = [random.pick(names), "default", `.${name}`, `bob@${name}`].map((scope, index) =>
          rule(index + 1, scope, {
            action: random.pick(["allow", "reject", "seal"]),
            expiresAt: random.pick([null, clock.nowMs + random.below(30)]),
          }),
        );
        memory.replaceRules(rules);
      }
      clock.nowMs += random.below(4);
      const recipient = parseMailAddress(random.pick(recipients));
      assert.ok(recipient);
      const decision = memory.decide(recipient.text);
      kinds.add(decision.kind);
      const expected = decide({
        recipient,
        domainClass: memory.domainClassOf(recipient.domain),
        verdict: verdicts.get(recipient.domain),
        rules: new RuleBook(rules),
        leastAssurance: "mx-name",
        nowMs: clock.nowMs,
      });
      assert.deepEqual(decision, expected);
    }
    assert.equal(kinds.size, 5);
  });

  it("stays bounded and keeps the verdicts used last", () => {
    const { memory } = setUp({ verdictCapacity: 10, recipientCapacity: 10 });
    for (let index = 0; index < 1000; index += 1) {
      memory.publishVerdict(failedVerdict(`d${index}.example`));
      memory.decide(`bob@d${index}.example`);
    }
    const kept = Array.from({ length: 1000 }, (_, index) => domainOf(`d${index}.example`)).filter(
      (domain) => memory.verdictOf(domain) !== undefined,
    );
    assert.ok(kept.length >= 10 && kept.length <= 20, `${kept.length} verdicts`);
    assert.equal(memory.decide("bob@d999.example").kind, "seal");
    assert.equal(memory.decide("bob@d0.example").kind, "wait");
  });

  it("keeps of a verdict what decisions need, and no servers or certificates", () => {
    const { memory } = setUp();
    const failed = failedVerdict("far.example");
    memory.publishVerdict(failed);
    const kept = memory.verdictOf(far);
    assert.equal(kept?.status, "failed");
    assert.deepEqual(kept?.findings, failed.findings);
    assert.deepEqual(kept?.hosts, []);
  });

  it("never throws on arbitrary text", () => {
    const random = seededRandom(23);
    const { memory } = setUp();
    for (let round = 0; round < 5000; round += 1) {
      memory.decide(random.bytes(random.below(400)).toString("latin1"));
    }
  });
});

describe("DecisionMemory.securePolicy", () => {
  it("is the policy of a proof in force", () => {
    const { clock, memory } = setUp();
    assert.equal(memory.securePolicy(far), undefined);
    memory.publishVerdict(provenVerdict("far.example"));
    assert.equal(memory.securePolicy(far), "secure match=mx.far.example");
    clock.nowMs = provenVerdict("far.example").expiresAt;
    assert.equal(memory.securePolicy(far), undefined);
    memory.publishVerdict(failedVerdict("far.example", { expiresAt: clock.nowMs + 1 }));
    assert.equal(memory.securePolicy(far), undefined);
  });

  it("is given for an own domain hosted elsewhere, not for local and routed ones", () => {
    const { memory } = setUp();
    for (const name of ["cloud.example", "own.example", "partner.example"]) {
      memory.publishVerdict(provenVerdict(name));
    }
    const policies = ["cloud", "own", "partner"].map((name) =>
      memory.securePolicy(domainOf(`${name}.example`)),
    );
    assert.deepEqual(policies, ["secure match=mx.cloud.example", undefined, undefined]);
  });
});

describe("DecisionMemory.clearGate", () => {
  it("opens while an allow rule holds for the domain or an address in it", () => {
    const { clock, memory } = setUp();
    memory.publishVerdict(failedVerdict("far.example"));
    assert.equal(memory.clearGate(far), undefined);
    memory.replaceRules([rule(1, "bob@far.example", { expiresAt: startMs + 10 })]);
    assert.equal(memory.clearGate(far), "may");
    clock.nowMs = startMs + 10;
    assert.equal(memory.clearGate(far), undefined);
  });

  it("takes the stricter level of several rules", () => {
    const { memory } = setUp();
    memory.publishVerdict(failedVerdict("far.example"));
    memory.replaceRules([
      rule(1, "far.example"),
      rule(2, "bob@far.example", { leastTls: "encrypt" }),
    ]);
    assert.equal(memory.clearGate(far), "encrypt");
  });

  it("stays shut unless the domain is known to have failed", () => {
    const { clock, memory } = setUp();
    memory.replaceRules([rule(1, "default")]);
    assert.equal(memory.clearGate(far), undefined);
    memory.publishVerdict(failedVerdict("far.example", { status: "unknown" }));
    assert.equal(memory.clearGate(far), undefined);
    memory.publishVerdict(provenVerdict("far.example"));
    assert.equal(memory.clearGate(far), undefined);
    memory.publishVerdict(failedVerdict("far.example"));
    assert.equal(memory.clearGate(far), "may");
    clock.nowMs = failedVerdict("far.example").expiresAt;
    assert.equal(memory.clearGate(far), undefined);
  });

  it("stays shut for every own domain", () => {
    const { memory } = setUp();
    memory.replaceRules([rule(1, "default")]);
    for (const name of ["own.example", "partner.example", "cloud.example"]) {
      memory.publishVerdict(failedVerdict(name));
      assert.equal(memory.clearGate(domainOf(name)), undefined);
    }
  });

  it("shuts for a minute when an address in the domain loses its rule, for whatever reason", () => {
    const bob = rule(1, "bob@far.example");
    const amy = rule(2, "amy@far.example");
    const later: readonly (readonly Rule[])[] = [
      [bob],
      [bob, rule(3, "amy@far.example", { action: "reject" })],
      [bob, amy, rule(3, "amy@far.example", { action: "seal" })],
    ];
    for (const rules of later) {
      const { clock, memory } = setUp();
      memory.publishVerdict(failedVerdict("far.example"));
      memory.publishVerdict(failedVerdict("near.example"));
      const near = rule(9, "near.example");
      memory.replaceRules([bob, amy, near]);
      assert.equal(memory.clearGate(far), "may");
      memory.replaceRules([...rules, near]);
      assert.equal(memory.clearGate(far), undefined);
      assert.equal(memory.clearGate(domainOf("near.example")), "may");
      clock.nowMs += settlingMs - 1;
      assert.equal(memory.clearGate(far), undefined);
      clock.nowMs += 1;
      assert.equal(memory.clearGate(far), "may");
    }
  });

  it("shuts for a minute when the rule of an address in the domain expires", () => {
    const { clock, memory } = setUp();
    memory.publishVerdict(failedVerdict("far.example"));
    const amy = rule(2, "amy@far.example", { expiresAt: startMs + 10 });
    memory.replaceRules([rule(1, "bob@far.example"), amy]);
    assert.equal(memory.clearGate(far), "may");
    clock.nowMs = startMs + 10;
    assert.equal(memory.clearGate(far), undefined);
    clock.nowMs += settlingMs;
    assert.equal(memory.clearGate(far), "may");
  });

  it("shuts below a parent whose rule goes, and everywhere when the default does", () => {
    for (const scope of [".example", "default"]) {
      const { memory } = setUp();
      memory.publishVerdict(failedVerdict("far.example"));
      memory.replaceRules([rule(1, "bob@far.example"), rule(2, scope)]);
      memory.replaceRules([rule(1, "bob@far.example")]);
      assert.equal(memory.clearGate(far), undefined, scope);
    }
  });

  it("is open for every recipient whose decision is clear", () => {
    const random = seededRandom(24);
    let clear = 0;
    for (let round = 0; round < 3000; round += 1) {
      const { memory } = setUp();
      memory.publishVerdict(random.pick([provenVerdict, failedVerdict])("far.example"));
      const scopes = ["default", "far.example", ".example", "bob@far.example", "bob+x@far.example"];
      memory.replaceRules(
        Array.from({ length: random.below(4) }, (_, index) =>
          rule(index, random.pick(scopes), { action: random.pick(["allow", "reject"]) }),
        ),
      );
      const decision = memory.decide(random.pick(["bob+x@far.example", "amy@far.example"]));
      if (decision.kind !== "clear") continue;
      clear += 1;
      assert.equal(memory.clearGate(far), "may");
    }
    assert.ok(clear > 100);
  });
});
