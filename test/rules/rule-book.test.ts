import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type MailAddress, parseMailAddress } from "../../src/base/mail-address.ts";
import type { NewRule, Rule } from "../../src/rules/rule.ts";
import { RuleBook } from "../../src/rules/rule-book.ts";
import { parseScope } from "../../src/rules/rule-text.ts";
import { domainOf } from "../support/full-verdict.ts";
import { type Random, seededRandom } from "../support/random.ts";

const nowMs = 1000;

function rule(id: number, scope: string, change: Partial<NewRule> = {}): Rule {
  const parsed = parseScope(scope);
  assert.ok(parsed.ok, scope);
  return {
    id,
    scope: parsed.value,
    action: "reject",
    leastTls: "may",
    reason: "",
    author: "root",
    createdAt: 0,
    expiresAt: null,
    ...change,
  };
}

function address(text: string): MailAddress {
  const parsed = parseMailAddress(text);
  assert.ok(parsed, text);
  return parsed;
}

describe("RuleBook.find", () => {
  const book = new RuleBook([
    rule(1, "default"),
    rule(2, ".example"),
    rule(3, ".far.example"),
    rule(4, "far.example"),
    rule(5, "bob@far.example"),
    rule(6, "bob+list@far.example"),
  ]);
  const expected: readonly (readonly [string, number])[] = [
    ["bob+list@far.example", 6],
    ["bob+other@far.example", 5],
    ["BOB@Far.Example", 5],
    ['"bob"@far.example', 5],
    ['"b\\ob"@far.example', 5],
    ["+bob@far.example", 4],
    ["alice@far.example", 4],
    ["bob@mail.far.example", 3],
    ["bob@a.b.far.example", 3],
    ["bob@near.example", 2],
    ["bob@example", 1],
    ["bob@elsewhere.test", 1],
    ["bob@notfar.example", 2],
  ];
  for (const [recipient, id] of expected) {
    it(`finds rule ${id} for ${recipient}`, () => {
      assert.equal(book.find(address(recipient), nowMs)?.id, id);
    });
  }

  it("finds none where there is none", () => {
    assert.equal(new RuleBook([]).find(address("bob@far.example"), nowMs), undefined);
  });

  it("prefers the newest rule of a scope and uncovers the older one when that expires", () => {
    const temporary = rule(8, "far.example", { expiresAt: nowMs + 1 });
    const both = new RuleBook([temporary, rule(7, "far.example")]);
    assert.equal(both.find(address("a@far.example"), nowMs)?.id, 8);
    assert.equal(both.find(address("a@far.example"), nowMs + 1)?.id, 7);
    assert.equal(both.nextExpiryAt(nowMs), nowMs + 1);
    assert.equal(both.nextExpiryAt(nowMs + 1), Number.POSITIVE_INFINITY);
  });

  it("agrees with a plain search through all rules", () => {
    const random = seededRandom(11);
    for (let round = 0; round < 300; round += 1) {
      const rules = Array.from({ length: random.below(12) }, (_, index) =>
        rule(index + 1, randomScope(random), {
          expiresAt: random.pick([null, null, nowMs - 1, nowMs, nowMs + 1]),
        }),
      );
      const recipient = address(`${random.pick(["a", "b", "a+x"])}@${randomDomain(random)}`);
      const found = new RuleBook(rules).find(recipient, nowMs);
      assert.deepEqual(
        found,
        searchPlainly(rules, recipient),
        JSON.stringify({ rules, recipient }),
      );
    }
  });
});

describe("RuleBook.allowing", () => {
  const allow = { action: "allow" } as const;
  const ids = (rules: readonly Rule[]) =>
    new RuleBook(rules).allowing(domainOf("far.example"), nowMs).map(({ id }) => id);

  it("names the rules for the domain and for addresses in it", () => {
    assert.deepEqual(ids([rule(1, "far.example", allow)]), [1]);
    assert.deepEqual(ids([rule(1, "bob@far.example", allow)]), [1]);
    assert.deepEqual(ids([rule(1, ".example", allow), rule(2, "bob@far.example", allow)]), [1, 2]);
    assert.deepEqual(ids([rule(1, "default", allow)]), [1]);
  });

  it("names none that another rule hides, that has expired or that is about others", () => {
    assert.deepEqual(ids([rule(1, "default", allow), rule(2, "far.example")]), []);
    assert.deepEqual(ids([rule(1, "far.example", allow), rule(2, "far.example")]), []);
    assert.deepEqual(ids([rule(1, "bob@far.example", { ...allow, expiresAt: nowMs })]), []);
    assert.deepEqual(ids([rule(1, ".far.example", allow), rule(2, "b@a.far.example", allow)]), []);
  });
});

function randomDomain(random: Random): string {
  return random.pick(["x.test", "m.x.test", "n.m.x.test", "y.test", "test"]);
}

function randomScope(random: Random): string {
  const domain = randomDomain(random);
  return random.pick(["default", domain, `.${domain}`, `a@${domain}`, `a+x@${domain}`]);
}

/** How specific a scope is for an address; undefined when it does not speak of it. */
function weight(scope: NewRule["scope"], { text, domain }: MailAddress): number | undefined {
  switch (scope.kind) {
    case "address": {
      if (scope.address === text) return 1000;
      return scope.address === text.replace(/\+.*@/, "@") ? 999 : undefined;
    }
    case "domain":
      return scope.domain === domain ? 500 : undefined;
    case "parent":
      return domain.endsWith(`.${scope.domain}`) ? scope.domain.length : undefined;
    case "default":
      return 0;
  }
}

function searchPlainly(rules: readonly Rule[], recipient: MailAddress): Rule | undefined {
  let best: Rule | undefined;
  for (const one of rules) {
    if (one.expiresAt !== null && one.expiresAt <= nowMs) continue;
    const weightOfOne = weight(one.scope, recipient);
    if (weightOfOne === undefined) continue;
    const least = best === undefined ? -1 : (weight(best.scope, recipient) ?? -1);
    if (weightOfOne >= least) best = one;
  }
  return best;
}
