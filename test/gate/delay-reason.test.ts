import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wayOf } from "../../src/gate/decision-way.ts";
import { delayKind } from "../../src/gate/delay-reason.ts";
import { transportAnswer } from "../../src/listen/reply.ts";
import type { Decision, WaitReason } from "../../src/rules/decision.ts";

const waitReasons: Readonly<Record<WaitReason, true>> = {
  "no-verdict": true,
  unknown: true,
  forbidden: true,
  "own-unproven": true,
  "no-mail-unconfirmed": true,
  "bad-address": true,
};

describe("the reason beside a deferred recipient", () => {
  for (const reason of Object.keys(waitReasons) as WaitReason[]) {
    for (const recipient of ["a@x.example", "a@[192.0.2.1]", "a@-.-"]) {
      it(`is ours when we answered the wait "${reason}" for ${recipient}`, () => {
        const { route } = transportAnswer({ kind: "wait", reason }, recipient);
        // Postfix cuts the transport's name and the enhanced code off (error(8)).
        assert.equal(delayKind(route.replace("retry:4.7.5 ", "")), "ours");
      });
    }
  }

  for (const [reason, kind] of [
    ["host 127.0.0.1[127.0.0.1] said: 451 4.7.5 wait (in reply to end of DATA command)", "ours"],
    ["connect to 127.0.0.1[127.0.0.1]:10043: Connection refused", "ours"],
    ["4.3.0 address resolver failure", "ours"],
    ["client TLS configuration problem", "ours"],
    ["not released by mxseal", "ours"],
    ["Server certificate not verified", "refused"],
    ["TLS is required, but was not offered by host 127.0.0.1[127.0.0.1]", "refused"],
    ["Cannot start TLS: handshake failure", "refused"],
    ["TLSA lookup error for mx.x.example:25", "refused"],
    ["non DNSSEC destination", "refused"],
    ["no TLSA records found", "refused"],
    ["TLSA records unusable", "refused"],
    ["host mx.x.example[192.0.2.1] said: 451 4.7.1 greylisted, try again later", "foreign"],
    ["connect to mx.x.example[192.0.2.1]:25: Connection timed out", "foreign"],
    ["Host or domain name not found. Name service error for name=x.example", "foreign"],
  ] as const) {
    it(`is ${kind}: ${reason}`, () => assert.equal(delayKind(reason), kind));
  }
});

describe("the way of a decision", () => {
  it("is the transport that the lookup answers", () => {
    const decisions: readonly Decision[] = [
      { kind: "elsewhere", domainClass: "local" },
      { kind: "wait", reason: "unknown" },
    ];
    for (const decision of decisions) {
      assert.equal(wayOf(decision), transportAnswer(decision, "a@x.example").way);
    }
  });
});
