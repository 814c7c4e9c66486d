/**
 * A verdict in which everything that can be told occurs at least once; `quoted` stands wherever a
 * stranger's words may stand.
 */
import type { AddressReport, CertificateReport, Verdict } from "../../src/base/verdict.ts";
import { finding, shortfallFinding } from "../../src/probe/finding.ts";
import { domainOf } from "./full-verdict.ts";

const at = Date.UTC(2026, 10, 23, 12, 30);

function certificate(name: string, issuer: string): CertificateReport {
  return {
    subject: `CN=${name}`,
    issuer: `O=Trust Inc, CN=${issuer}`,
    names: [name],
    notBefore: "2025-01-01T00:00:00.000Z",
    notAfter: "2026-11-01T00:00:00.000Z",
    sha256: "AB:CD",
    keyType: "rsa",
    keyBits: 2048,
    signatureAlgorithm: "sha256WithRSAEncryption",
  };
}

function address(text: string, quoted: string): AddressReport {
  return {
    address: text,
    status: "failed",
    protocol: "TLSv1.2",
    cipher: "ECDHE-RSA-AES256-SHA384",
    group: "X25519",
    signatureScheme: "rsa_pss_rsae_sha256",
    openOffer: {
      protocol: "TLSv1",
      cipher: "AES128-SHA",
      group: "RSA",
      signatureScheme: "rsa_pkcs1_sha1",
    },
    chain: [certificate(`mx.corp.test${quoted}`, `Trust CA${quoted}`)],
  };
}

export function variedVerdict(quoted = "", change: Partial<Verdict> = {}): Verdict {
  const host = `mx1.corp.test${quoted}`;
  const where = { host, address: "192.0.2.1" };
  const digest = "3b0c6d1f".repeat(8);
  return {
    domain: domainOf("corp.test"),
    status: "failed",
    assurance: "none",
    profile: `bsi/2026-01${quoted}`,
    findings: [
      finding("too-many-hosts", ["30", "20"]),
      finding("sts-policy-kept", [`20260101${quoted}`, "2026-12-01 00:00 UTC"]),
      finding("certificate-expired", [`mx.corp.test${quoted}`, "2026-11-01 00:00 UTC"], where),
      finding("dane-mismatch", [`_25._tcp.mx1.corp.test${quoted}`, `3 1 1 ${digest}`], where),
      finding("sts-mx-not-listed", [host, `*.mail.test${quoted}`], { host }),
      shortfallFinding(
        {
          rule: "cipher-cbc",
          severity: "warn",
          found: `TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384${quoted}`,
          expected: "an ECDHE suite with AES-GCM",
        },
        where,
      ),
      finding("no-answer-in-time", ["the greeting", "30"], { host, address: "2001:db8::1" }),
      finding("greeting-refused", [`554 go away${quoted}`], {
        host: `gone.corp.test${quoted}`,
        address: "192.0.2.9",
      }),
    ],
    hosts: [
      {
        host,
        preference: 10,
        status: "failed",
        assurance: "none",
        authentic: true,
        tlsa: {
          baseDomain: host,
          status: "usable",
          records: [`3 1 1 ${"00ff".repeat(16)}${quoted}`],
        },
        addresses: [
          address("192.0.2.1", quoted),
          { address: "2001:db8::1", status: "unknown", chain: [] },
        ],
      },
    ],
    dnssec: { mx: true },
    mtaSts: {
      id: `20260101${quoted}`,
      mode: "enforce",
      mx: [`*.mail.test${quoted}`, "mx9.corp.test"],
      maxAgeSeconds: 604_800,
      fetchedAt: at - 86_400_000,
      kept: true,
    },
    forbiddenBy: "dane",
    postfixPolicy: null,
    checkedAt: at,
    refreshAfter: at + 1000,
    expiresAt: at + 3_600_000,
    ...change,
  };
}
