/** Whatever strangers show, a verdict stays small. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CertificateReport, Verdict } from "../../src/base/verdict.ts";
import { keepSmall } from "../../src/probe/verdict-size.ts";
import { failedVerdict, provenVerdict } from "../support/full-verdict.ts";

const certificate: CertificateReport = {
  subject: "s".repeat(100),
  issuer: "i".repeat(100),
  names: Array.from({ length: 20 }, () => "n".repeat(100)),
  notBefore: "2026-01-01T00:00:00.000Z",
  notAfter: "2027-01-01T00:00:00.000Z",
  sha256: "AA",
  keyType: "ec",
  keyBits: 256,
};

function huge(servers: number, findings: number): Verdict {
  const address = { address: "192.0.2.1", status: "failed" } as const;
  const chain = Array.from({ length: 8 }, () => certificate);
  return {
    ...failedVerdict("far.example"),
    hosts: Array.from({ length: servers }, (_, index) => ({
      host: `mx${index}.far.example`,
      preference: index,
      status: "failed",
      assurance: "none",
      addresses: [{ ...address, chain }],
      tlsa: { baseDomain: "x", status: "usable", records: Array(100).fill("3 1 1 00") },
    })),
    findings: [
      ...Array.from({ length: findings }, () => ({
        code: "key-below-recommendation",
        severity: "warn" as const,
        detail: "d".repeat(300),
      })),
      { code: "starttls-not-offered", severity: "fail", detail: "The one that decides." },
    ],
  };
}

describe("keepSmall", () => {
  it("leaves an ordinary verdict as it is", () => {
    const verdict = provenVerdict("far.example");
    assert.deepEqual(keepSmall(verdict), verdict);
  });

  for (const [servers, findings] of [
    [1, 10],
    [20, 10],
    [20, 5000],
    [5000, 5000],
  ] as const) {
    it(`holds ${servers} servers and ${findings} findings in 64 KiB, and what decides`, () => {
      const small = keepSmall(huge(servers, findings));
      assert.ok(JSON.stringify(small).length <= 64 * 1024);
      assert.ok(small.findings.some(({ severity }) => severity === "fail"));
      assert.equal(small.status, "failed");
    });
  }
});
