import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatScope, parseRule, parseScope, type RuleDraft } from "../../src/rules/rule-text.ts";
import { mutate, seededRandom } from "../support/random.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const dayMs = 86_400_000;

describe("parseScope", () => {
  const scopes: readonly (readonly [string, string, string])[] = [
    ["default", "default", "default"],
    ["Far.Example", "domain", "far.example"],
    ["bücher.example", "domain", "xn--bcher-kva.example"],
    [".Far.Example", "parent", ".far.example"],
    ["Bob+X@Far.Example", "address", "bob+x@far.example"],
    ['"Bob"@far.example', "address", "bob@far.example"],
  ];
  for (const [text, kind, written] of scopes) {
    it(`reads ${text} as ${kind}`, () => {
      const scope = parseScope(text);
      assert.ok(scope.ok);
      assert.equal(scope.value.kind, kind);
      assert.equal(formatScope(scope.value), written);
    });
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    ["", /neither an address/],
    [".", /neither an address/],
    ["..example", /neither an address/],
    ["far example", /neither an address/],
    ["192.0.2.1", /neither an address/],
    ["@far.example", /write far\.example\./],
    ["*.far.example", /write \.far\.example\./],
    ["bob@", /not a mail address/],
    ["bob@[192.0.2.1]", /not a mail address/],
  ];
  for (const [text, sentence] of refused) {
    it(`refuses ${JSON.stringify(text)} with a hint`, () => {
      const scope = parseScope(text);
      assert.ok(!scope.ok);
      assert.match(scope.error, sentence);
    });
  }

  it("never throws, and reads what it writes as the same scope", () => {
    const random = seededRandom(13);
    const corpus = scopes.map(([text]) => Buffer.from(text));
    let accepted = 0;
    for (let round = 0; round < 5000; round += 1) {
      const scope = parseScope(mutate(random.pick(corpus), random).toString("utf8"));
      if (!scope.ok) continue;
      accepted += 1;
      assert.deepEqual(parseScope(formatScope(scope.value)), scope);
    }
    assert.ok(accepted > 100);
  });
});

describe("parseRule", () => {
  const parse = (change: Partial<RuleDraft>) =>
    parseRule({ scope: "far.example", action: "seal", author: "root", ...change }, nowMs);
  const faultsOf = (change: Partial<RuleDraft>): readonly string[] => {
    const rule = parse(change);
    return rule.ok ? [] : rule.error;
  };

  it("fills in who, when and the usual", () => {
    const rule = parse({ action: "allow", reason: "  contract 7 " });
    assert.ok(rule.ok);
    assert.deepEqual(
      { ...rule.value, scope: formatScope(rule.value.scope) },
      {
        scope: "far.example",
        action: "allow",
        leastTls: "may",
        reason: "contract 7",
        author: "root",
        createdAt: nowMs,
        expiresAt: null,
      },
    );
  });

  it("refuses to allow without a reason", () => {
    for (const reason of [undefined, "", " \t "]) {
      assert.match(faultsOf({ action: "allow", reason }).join(), /needs a reason/);
    }
    assert.deepEqual(faultsOf({ action: "seal" }), []);
  });

  it("refuses a least TLS level that is unknown or that nothing would ask for", () => {
    const allow = { action: "allow", reason: "because" };
    assert.deepEqual(faultsOf({ ...allow, leastTls: "encrypt" }), []);
    assert.match(faultsOf({ ...allow, leastTls: "none" }).join(), /TLS level "none" is unknown/);
    assert.match(faultsOf({ leastTls: "encrypt" }).join(), /Only an allow rule/);
  });

  it("reports every fault at once", () => {
    const faults = faultsOf({ scope: "@x", action: "drop", until: "soon", reason: "a\nb" });
    assert.equal(faults.length, 4);
  });

  const ends: readonly (readonly [string, number])[] = [
    ["12h", nowMs + dayMs / 2],
    ["30d", nowMs + 30 * dayMs],
    ["2w", nowMs + 14 * dayMs],
    ["2026-11-23", Date.UTC(2026, 10, 24)],
    ["2028-02-29", Date.UTC(2028, 2, 1)],
    ["2027-01-31T18:00Z", Date.UTC(2027, 0, 31, 18)],
    ["2027-01-31T18:00:30+01:00", Date.UTC(2027, 0, 31, 17, 0, 30)],
  ];
  for (const [until, expiresAt] of ends) {
    it(`reads ${until} as ${new Date(expiresAt).toISOString()}`, () => {
      const rule = parse({ until });
      assert.ok(rule.ok);
      assert.equal(rule.value.expiresAt, expiresAt);
    });
  }

  const noEnds = ["", "soon", "30", "30m", "-3d", "2027-02-29", "2027-13-01", "2027-01-31T18:00"];
  for (const until of [
    ...noEnds,
    "2027-01-31T25:00Z",
    "31.01.2027",
    "0d",
    "2026-11-22",
    "99999w",
  ]) {
    it(`refuses the end ${JSON.stringify(until)}`, () => {
      assert.equal(faultsOf({ until }).length, 1);
    });
  }

  it("never throws on arbitrary ends", () => {
    const random = seededRandom(14);
    for (let round = 0; round < 5000; round += 1) {
      const [text] = random.pick(ends);
      const rule = parse({ until: mutate(Buffer.from(text), random).toString("latin1") });
      assert.ok(!rule.ok || (rule.value.expiresAt ?? 0) > nowMs);
    }
  });
});
