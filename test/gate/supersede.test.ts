import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NoMail, Verdict } from "../../src/base/verdict.ts";
import { recordVerdict } from "../../src/gate/record-verdict.ts";
import { supersede, wasInconclusive } from "../../src/gate/supersede.ts";
import type { VerdictStore } from "../../src/store/verdict-store.ts";
import { failedVerdict, provenVerdict } from "../support/full-verdict.ts";

const proven = provenVerdict("far.example");
const failed = failedVerdict("far.example");
const minuteMs = 60_000;

function unknownAt(checkedAt: number): Verdict {
  return failedVerdict("far.example", {
    status: "unknown",
    findings: [{ code: "timeout", severity: "unknown", detail: "No banner within 30 s." }],
    checkedAt,
    refreshAfter: checkedAt + minuteMs,
    expiresAt: checkedAt + 5 * minuteMs,
  });
}

function goneAt(checkedAt: number, noMail: Partial<NoMail> = {}): Verdict {
  return failedVerdict("far.example", {
    status: "no-mail",
    noMail: { reason: "no-such-domain", certain: false, ...noMail },
    checkedAt,
    refreshAfter: checkedAt + minuteMs,
    expiresAt: checkedAt + 10 * minuteMs,
  });
}

describe("supersede", () => {
  it("takes the first verdict and every definite one as it is", () => {
    const unknown = unknownAt(1);
    assert.equal(supersede(undefined, unknown), unknown);
    assert.equal(supersede(proven, failed), failed);
    assert.equal(supersede(failed, proven), proven);
    assert.equal(supersede(unknownAt(1), failed), failed);
  });

  it("keeps a definite verdict when a check cannot tell, and only moves its refresh", () => {
    for (const old of [proven, failed]) {
      const fresh = unknownAt(old.expiresAt - 2 * minuteMs);
      const kept = supersede(old, fresh);
      assert.deepEqual(
        { ...kept, findings: old.findings, refreshAfter: old.refreshAfter },
        old,
        "nothing else changes",
      );
      assert.equal(kept.refreshAfter, fresh.refreshAfter);
      assert.equal(wasInconclusive(kept), true);
      assert.match(kept.findings.at(-1)?.detail ?? "", /could not tell\. No banner within 30 s\./);
    }
  });

  it("keeps no proof by names when DANE may forbid the servers now", () => {
    const findings = [{ code: "tlsa-lookup-failed", severity: "unknown", detail: "…" }] as const;
    const unknown = { ...unknownAt(proven.checkedAt + 1), findings };
    assert.equal(supersede(proven, unknown), unknown);
    const byDane = { ...proven, assurance: "dane", postfixPolicy: "dane-only" } as const;
    assert.equal(supersede(byDane, unknown).status, "proven");
    assert.equal(supersede(failed, unknown).status, "failed");
  });

  it("keeps nothing that was judged by another profile", () => {
    const unknown = { ...unknownAt(proven.checkedAt + 1), profile: "bsi/2025-01" };
    assert.equal(supersede(proven, unknown), unknown);
  });

  it("says once that checks cannot tell, however many there were", () => {
    const first = supersede(proven, unknownAt(1_000_001));
    const second = supersede(first, unknownAt(1_000_002));
    assert.equal(second.findings.length, 1);
    assert.equal(wasInconclusive(supersede(second, failed)), false);
  });

  it("never lets a check that cannot tell prolong a verdict", () => {
    const kept = supersede(proven, unknownAt(proven.expiresAt - 1));
    assert.equal(kept.expiresAt, proven.expiresAt);
    assert.equal(kept.refreshAfter, proven.expiresAt);
    const late = unknownAt(proven.expiresAt);
    assert.equal(supersede(proven, late), late);
  });

  it("takes a new unknown for an old one", () => {
    const fresh = unknownAt(2);
    assert.equal(supersede(unknownAt(1), fresh), fresh);
  });

  it("is certain that a domain does not exist when it is seen twice, five minutes apart", () => {
    const first = goneAt(0);
    const soon = supersede(first, goneAt(5 * minuteMs - 1));
    assert.deepEqual(soon.noMail, { reason: "no-such-domain", certain: false, firstSeenAt: 0 });
    const later = supersede(soon, goneAt(5 * minuteMs));
    assert.deepEqual(later.noMail, { reason: "no-such-domain", certain: true, firstSeenAt: 0 });
    const again = supersede(later, goneAt(6 * minuteMs));
    assert.equal(again.noMail?.certain, true);
  });

  it("does not count a sighting of last week, nor one before the domain was there", () => {
    const late = supersede(goneAt(0), goneAt(6 * 86_400_000));
    assert.equal(late.noMail?.certain, false);
    const back = supersede(goneAt(0), proven);
    assert.equal(supersede(back, goneAt(10 * minuteMs)).noMail?.certain, false);
  });

  it("remembers the first sighting across a check that cannot tell", () => {
    const kept = supersede(goneAt(0), unknownAt(minuteMs));
    assert.equal(kept.status, "no-mail");
    assert.equal(supersede(kept, goneAt(6 * minuteMs)).noMail?.certain, true);
  });

  it("leaves what is certain by itself alone", () => {
    const signed = goneAt(0, { certain: true });
    assert.equal(supersede(undefined, signed), signed);
    const nullMx = goneAt(minuteMs, { reason: "null-mx", certain: true });
    assert.equal(supersede(goneAt(0), nullMx), nullMx);
  });
});

describe("recordVerdict", () => {
  it("stores what is in force, and nothing when that is what is stored", async () => {
    const saved: Verdict[] = [];
    const verdicts: Pick<VerdictStore, "revise"> = {
      revise: async (_domain, revise) => {
        const old = saved.at(-1);
        const revision = revise(old);
        if (revision.verdict !== old) saved.push(revision.verdict);
        return revision;
      },
    };
    await recordVerdict(verdicts, proven);
    const { verdict: inForce } = await recordVerdict(verdicts, unknownAt(1_000_001));
    assert.equal(inForce.status, "proven");
    assert.deepEqual(saved, [proven, inForce]);
    const again = await recordVerdict(verdicts, structuredClone(inForce));
    assert.deepEqual(again, { verdict: inForce, turn: undefined });
    assert.equal(saved.length, 2);
  });
});
