import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  clearGateReply,
  parseNexthopKey,
  policyAction,
  tlsPolicyReply,
  transportAnswer,
} from "../../src/listen/reply.ts";
import { encodePolicyAction } from "../../src/wire/policy-delegation.ts";
import { type SampleDecision, sampleDecisions } from "../support/sample-decisions.ts";
import { sampleVerdict } from "../support/sample-verdict.ts";

const hold = "mxseal-hold:[127.0.0.1]:10043";

/** Decision, start of the policy answer at RCPT, way and route of the transport map. */
const table: readonly (readonly [SampleDecision, string, string, string | RegExp])[] = [
  ["local", "DUNNO", "elsewhere", ":"],
  ["routed", "DUNNO", "elsewhere", ":"],
  ["secure", "DUNNO", "mxseal-secure", "mxseal-secure:"],
  ["clear", "DUNNO", "mxseal-clear", "mxseal-clear:"],
  ["clearEncrypted", "DUNNO", "mxseal-clear", "mxseal-clear:"],
  ["seal", "DUNNO", "mxseal-hold", hold],
  ["sealByDefault", "DUNNO", "mxseal-hold", hold],
  ["reject", "550 5.7.10 Not sent: partner.example ", "mxseal-hold", hold],
  ["nullMx", "550 5.1.10 partner.example accepts no mail", "mxseal-hold", hold],
  ["noSuchDomain", "550 5.1.2 The domain partner.example ", "mxseal-hold", hold],
  ["noVerdict", "DUNNO", "retry", /^retry:4\.7\.5 TLS check of partner\.example in progress$/],
  ["unknown", "DUNNO", "retry", /^retry:4\.7\.5 TLS of partner\.example cannot be checked now/],
  ["ownUnproven", "DUNNO", "retry", /^retry:4\.7\.5 partner\.example is one of ours/],
  ["unconfirmed", "DUNNO", "retry", /^retry:4\.7\.5 partner\.example seems not to exist/],
  ["badAddress", "DUNNO", "retry", /^retry:4\.7\.5 the recipient address has no valid domain/],
];

describe("a decision in Postfix's words", () => {
  it("has a row here for every kind and reason", () => {
    assert.deepEqual(
      table.map(([name]) => name),
      Object.keys(sampleDecisions),
    );
  });

  for (const [name, action, way, route] of table) {
    it(`${name}: ${action.trim()} at RCPT, then ${way}`, () => {
      const decision = sampleDecisions[name];
      const reply = encodePolicyAction(policyAction(decision));
      assert.ok(reply.startsWith(`action=${action}`), reply);
      assert.equal(action === "DUNNO", reply === "action=DUNNO\n\n");
      const answer = transportAnswer(decision, "Bob@Partner.example");
      assert.equal(answer.way, way);
      if (typeof route === "string") assert.equal(answer.route, route);
      else assert.match(answer.route, route);
    });
  }

  // RFC 5321 §4.5.3.1.5; what smtpd writes before the text was not counted.
  it("is in both languages where they fit into a line with the longest local part", () => {
    const label = "x".repeat(60);
    for (const [domain, languages] of [
      ["partner.example", 2],
      [[label, label, label, label].join("."), 1],
    ] as const) {
      for (const kind of ["reject", "null-mx", "no-such-domain"] as const) {
        const verdict = sampleVerdict(domain, { status: "failed", postfixPolicy: null });
        const action = policyAction(
          kind === "reject"
            ? { kind, ruleId: 9, verdict }
            : { kind: "no-mail", reason: kind, verdict },
        );
        assert.ok(action.kind === "refuse");
        assert.equal(action.text.split(" / ").length, languages);
        const address = `${"u".repeat(64)}@${domain}`;
        const line = `${action.reply} <${address}>: Recipient address rejected: ${action.text}\r\n`;
        assert.ok(languages === 1 || line.length <= 512, `${line.length} octets`);
      }
    }
  });

  it("tells who writes to an address literal that only domains are served", () => {
    for (const recipient of ["user@[192.0.2.1]", "user@[IPv6:2001:db8::1]"]) {
      const { route } = transportAnswer(sampleDecisions.badAddress, recipient);
      assert.match(route, /^retry:4\.7\.5 mail to an IP address in brackets is not delivered/);
    }
  });

  it("names no part of an address that is none", () => {
    const { route } = transportAnswer(sampleDecisions.badAddress, "x\n@evil\0.example,smtp:y");
    assert.doesNotMatch(route, /evil|\n|\0/);
  });
});

describe("a key of smtp_tls_policy_maps", () => {
  for (const [key, meaning] of [
    ["example.com", { kind: "domain", domain: "example.com" }],
    ["Example.COM", { kind: "domain", domain: "example.com" }],
    ["example.com.", { kind: "domain", domain: "example.com" }],
    ["bücher.example", { kind: "domain", domain: "xn--bcher-kva.example" }],
    ["xn--bcher-kva.example", { kind: "domain", domain: "xn--bcher-kva.example" }],
    [".example.com", { kind: "parent" }],
    [".COM", { kind: "parent" }],
    [".", { kind: "parent" }],
    ["[mx.example.com]", { kind: "other" }],
    ["[127.0.0.1]:10043", { kind: "other" }],
    ["[ipv6:2001:db8::1]", { kind: "other" }],
    ["192.0.2.1", { kind: "other" }],
    ["example.com:25", { kind: "other" }],
    ["example.com:submission", { kind: "other" }],
    ["*", { kind: "other" }],
    ["", { kind: "other" }],
    ["\ufffd", { kind: "other" }],
  ] as const) {
    it(`${JSON.stringify(key)} is ${meaning.kind}`, () => {
      assert.deepEqual(parseNexthopKey(key), meaning);
    });
  }
});

describe("the maps asked at delivery", () => {
  it("answer the policy that was proven, else make the mail wait", () => {
    assert.deepEqual(tlsPolicyReply("secure match=mx"), { word: "OK", data: "secure match=mx" });
    assert.equal(tlsPolicyReply(undefined).word, "TEMP");
    assert.equal(tlsPolicyReply("").word, "TEMP");
  });

  it("let mail leave by rule with the TLS that the rule asks, else make it wait", () => {
    assert.deepEqual(clearGateReply("may"), { word: "OK", data: "may" });
    assert.deepEqual(clearGateReply("encrypt"), { word: "OK", data: "encrypt" });
    assert.equal(clearGateReply(undefined).word, "TEMP");
  });
});
