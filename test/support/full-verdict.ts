/** Verdicts with everything filled in; tests change the field they are about. */
import type { Domain } from "../../src/base/domain.ts";
import { parseDomain } from "../../src/base/domain.ts";
import type { Verdict } from "../../src/base/verdict.ts";

export function domainOf(text: string): Domain {
  const domain = parseDomain(text);
  if (domain === undefined) throw new Error(`not a domain: ${text}`);
  return domain;
}

export function failedVerdict(domain: string, change: Partial<Verdict> = {}): Verdict {
  return {
    domain: domainOf(domain),
    status: "failed",
    assurance: "none",
    profile: "bcp195/2022-11",
    findings: [
      {
        code: "self-signed",
        severity: "fail",
        host: `mx.${domain}`,
        detail: "The certificate is self-signed; one from a known authority was expected.",
      },
    ],
    hosts: [
      {
        host: `mx.${domain}`,
        preference: 10,
        status: "failed",
        assurance: "none",
        addresses: [
          {
            address: "127.0.1.1",
            status: "failed",
            protocol: "TLSv1.3",
            cipher: "TLS_AES_256_GCM_SHA384",
            group: "X25519",
            chain: [
              {
                subject: `CN=mx.${domain}`,
                issuer: `CN=mx.${domain}`,
                names: [`mx.${domain}`],
                notBefore: "2026-01-01T00:00:00.000Z",
                notAfter: "2027-01-01T00:00:00.000Z",
                sha256: "ab".repeat(32),
                keyType: "ec",
                keyBits: 256,
              },
            ],
          },
        ],
      },
    ],
    dnssec: { mx: false },
    postfixPolicy: null,
    checkedAt: 1_000_000,
    refreshAfter: 2_000_000,
    expiresAt: 3_000_000,
    ...change,
  };
}

export function provenVerdict(domain: string, change: Partial<Verdict> = {}): Verdict {
  return failedVerdict(domain, {
    status: "proven",
    assurance: "mx-name",
    findings: [],
    hosts: [],
    postfixPolicy: `secure match=mx.${domain}`,
    ...change,
  });
}
