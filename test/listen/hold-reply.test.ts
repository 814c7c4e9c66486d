import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HoldRefusal, HoldWait } from "../../src/gate/hold-message.ts";
import { holdRefusalReply, holdWaitReply } from "../../src/listen/hold-reply.ts";
import { inBothLanguages } from "../../src/listen/reply-languages.ts";
import type { Decision } from "../../src/rules/decision.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";

const waits: readonly HoldWait[] = [
  "many-recipients",
  "no-base-url",
  "misrouted",
  "own-code-mail",
  "silent-copy",
  "unproven-sender",
  "release",
  "undecided",
  "abandoned",
  "trouble",
];
const decided = (decision: Decision): HoldRefusal => {
  if (decision.kind !== "reject" && decision.kind !== "no-mail") throw new Error(decision.kind);
  return { kind: "decided", decision };
};
/** The replies that the hop's reply filter leaves permanent. */
const permanent = /^550 5\.(?:7\.10|1\.2|1\.10) [ -~]{20,}$/;

describe("the hold port's replies", () => {
  it("make every wait a 451 with a temporary code and a reason", () => {
    for (const why of waits) {
      const { code, enhanced, text } = holdWaitReply(why);
      assert.match(`${code} ${enhanced} ${String(text)}`, /^451 4\.\d\.\d [ -~]{10,}$/);
    }
  });

  it("make every refusal one that Postfix lets be permanent, in words for its sender", () => {
    for (const [why, status] of [
      [decided(sampleDecisions.reject), "5.7.10"],
      [decided(sampleDecisions.nullMx), "5.1.10"],
      [decided(sampleDecisions.noSuchDomain), "5.1.2"],
      [{ kind: "no-channel", reason: "list" }, "5.7.10"],
      [{ kind: "too-large", maxBytes: 100 * 2 ** 20 }, "5.7.10"],
      [{ kind: "too-many-fields", maxFields: 1000 }, "5.7.10"],
      [{ kind: "too-long-field", maxBytes: 57_900 }, "5.7.10"],
      [{ kind: "null-sender" }, "5.7.10"],
      [{ kind: "code-leak", id: "K7QF3MRT" }, "5.7.10"],
      [{ kind: "recalled" }, "5.7.10"],
      [{ kind: "expired" }, "5.7.10"],
    ] as const) {
      const { code, enhanced, text } = holdRefusalReply(why);
      assert.equal(enhanced, status);
      const line = `${code} ${enhanced} ${String(text)}`;
      assert.match(line, permanent);
      assert.match(line, / \/ (?:Nicht |Diese Domain )[^/]+$/);
      assert.ok(line.length <= 510, `${line.length} octets without line end`);
    }
  });

  it("are English alone where both languages are too long for a line (RFC 5321 §4.5.3.1.5)", () => {
    const english = "x".repeat(400);
    assert.equal(inBothLanguages(english, "y".repeat(96)).length, 499);
    assert.equal(inBothLanguages(english, "y".repeat(97)), english);
  });

  it("name the limit that a large message passed", () => {
    const { text } = holdRefusalReply({ kind: "too-large", maxBytes: 100 * 2 ** 20 });
    assert.match(String(text), /100 MiB/);
  });
});
