import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assurances, type Finding, type Verdict, verdictStatuses } from "../../src/base/verdict.ts";
import { turnOf } from "../../src/gate/verdict-turn.ts";
import { failedVerdict, provenVerdict } from "../support/full-verdict.ts";

const standings: readonly Verdict[] = [
  ...assurances.slice(0, -1).map((assurance) => provenVerdict("far.example", { assurance })),
  ...verdictStatuses
    .filter((status) => status !== "proven")
    .map((status) => failedVerdict("far.example", { status })),
];

describe("turnOf", () => {
  it("sees a turn in every change of status or assurance, and in nothing else", () => {
    for (const [row, old] of standings.entries()) {
      for (const [column, inForce] of standings.entries()) {
        const turn = turnOf(old, { ...inForce, checkedAt: 7 });
        assert.equal(turn === undefined, row === column);
        if (turn === undefined) continue;
        assert.deepEqual(turn.from, { status: old.status, assurance: old.assurance });
        assert.deepEqual(turn.to, { status: inForce.status, assurance: inForce.assurance });
        assert.equal(turn.turnedAt, 7);
      }
    }
  });

  it("calls it a downgrade when a proof is gone or a weaker assurance carries it", () => {
    const proofs = assurances.length - 1;
    for (const [row, old] of standings.entries()) {
      for (const [column, inForce] of standings.entries()) {
        const isDowngrade = row < proofs && column > row;
        assert.equal(
          turnOf(old, inForce)?.isDowngrade ?? false,
          isDowngrade,
          `${old.status}/${old.assurance} -> ${inForce.status}/${inForce.assurance}`,
        );
      }
    }
  });

  it("counts what had expired as the one before", () => {
    const expired = provenVerdict("far.example", { expiresAt: 1 });
    const later = failedVerdict("far.example", { checkedAt: 1_000_000_000 });
    assert.equal(turnOf(expired, later)?.isDowngrade, true);
  });

  it("comes from nowhere, and is no downgrade, where nothing was known", () => {
    for (const verdict of standings) {
      const turn = turnOf(undefined, verdict);
      assert.equal(turn?.from, undefined);
      assert.equal(turn?.isDowngrade, false);
    }
  });

  it("takes the detail of the weightiest finding for its reason", () => {
    const severities = ["info", "warn", "unknown", "fail"] as const;
    const findings: readonly Finding[] = severities.map((severity) => {
      return { code: "no-starttls", severity, detail: `what is ${severity}` };
    });
    const reasonFor = (some: readonly Finding[]) =>
      turnOf(undefined, failedVerdict("far.example", { findings: some }))?.reason;
    assert.equal(reasonFor(findings), "what is fail");
    assert.equal(reasonFor(findings.slice(0, 3)), "what is unknown");
    assert.equal(reasonFor(findings.slice(0, 2)), "what is warn");
    assert.equal(reasonFor(findings.slice(0, 1)), "");
  });
});
