import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Verdict } from "../../src/base/verdict.ts";
import { explainVerdict } from "../../src/probe/explain.ts";
import { finding } from "../../src/probe/finding.ts";
import { findingCodes } from "../../src/probe/finding-code.ts";
import { findRemedy } from "../../src/probe/remedy.ts";
import { verdictToJson } from "../../src/probe/verdict-json.ts";
import { domainOf } from "../support/probe-lab.ts";

const at = Date.UTC(2026, 10, 23, 12, 30);
const where = { host: "mx.corp.test", address: "192.0.2.1" };
const verdict: Verdict = {
  domain: domainOf("corp.test"),
  status: "failed",
  assurance: "none",
  profile: "bcp195/2022-11",
  findings: [
    finding("too-many-hosts", ["30", "20"]),
    finding("mx-host-alias", ["mx.corp.test", "other.test"], { host: "mx.corp.test" }),
    finding("certificate-expired", ["mx.corp.test", "2026-01-01T00:00:00.000Z"], where),
  ],
  hosts: [
    {
      host: "mx.corp.test",
      preference: 10,
      status: "failed",
      assurance: "none",
      addresses: [
        {
          address: "192.0.2.1",
          status: "failed",
          protocol: "TLSv1.3",
          cipher: "TLS_AES_256_GCM_SHA384",
          group: "X25519",
          chain: [
            {
              subject: "CN=mx.corp.test",
              issuer: "O=Trust Inc, CN=Trust CA",
              names: ["mx.corp.test"],
              notBefore: "2025-01-01T00:00:00.000Z",
              notAfter: "2026-01-01T00:00:00.000Z",
              sha256: "AA",
              keyType: "rsa",
              keyBits: 2048,
            },
          ],
        },
      ],
    },
  ],
  dnssec: { mx: false },
  postfixPolicy: null,
  checkedAt: at,
  refreshAfter: at + 1000,
  expiresAt: at + 3_600_000,
};

describe("an explained verdict", () => {
  it("begins with the answer, goes server by server, and ends with what to mend", () => {
    assert.deepEqual(explainVerdict(verdict), [
      "corp.test: failed. None of its mail servers can be reached over validated TLS.",
      "  · Of 30 mail servers the 20 most preferred were probed. [too-many-hosts]",
      "  mx.corp.test (preference 10): failed",
      "    ! mx.corp.test is an alias of other.test; RFC 5321 wants a host's own name. [mx-host-alias]",
      "    192.0.2.1: failed, TLSv1.3 TLS_AES_256_GCM_SHA384 X25519," +
        " certificate by Trust CA until 2026-01-01",
      '      ✗ The certificate of "mx.corp.test" expired on 2026-01-01T00:00:00.000Z.' +
        " [certificate-expired]",
      "  What the postmaster of corp.test should mend:",
      "    - Name the host itself in the MX record, not an alias.",
      "    - Renew the certificate, and let that happen automatically.",
      "  Judged by bcp195/2022-11 on 2026-11-23 12:30 UTC; holds until 2026-11-23 13:30 UTC.",
    ]);
  });

  it("of a proven domain tells who vouches for it and what Postfix enforces", () => {
    const proven: Verdict = {
      ...verdict,
      status: "proven",
      assurance: "dnssec-mx",
      findings: [],
      hosts: [],
      postfixPolicy: "secure match=mx.corp.test",
    };
    const lines = explainVerdict(proven).join("\n");
    assert.match(lines, /Assurance dnssec-mx: the certificate names the mail server/);
    assert.match(lines, /Postfix enforces: secure match=mx\.corp\.test/);
    assert.doesNotMatch(lines, /should mend/);
  });

  it("as JSON has every key, and times as text", () => {
    const json = verdictToJson(verdict);
    assert.deepEqual(Object.keys(json), [
      "domain",
      "status",
      "assurance",
      "profile",
      "findings",
      "hosts",
      "dnssec",
      "postfixPolicy",
      "noMail",
      "checkedAt",
      "refreshAfter",
      "expiresAt",
    ]);
    assert.equal(json.checkedAt, "2026-11-23T12:30:00.000Z");
    assert.equal(json.noMail, null);
  });
});

describe("findings", () => {
  it("have codes of words and hyphens, each once", () => {
    assert.equal(new Set(findingCodes).size, findingCodes.length);
    for (const code of findingCodes) assert.match(code, /^[a-z0-9]+(?:-[a-z0-9]+)+$/);
  });

  it("have remedies unless they are nobody's fault there", () => {
    const without = findingCodes.filter((code) => findRemedy(code) === undefined);
    assert.deepEqual(without.sort(), [
      "assurance-too-weak",
      "cipher-not-recommended",
      "connection-lost",
      "name-not-expressible",
      "no-answer-in-time",
      "no-ipv6-route",
      "no-mail-host",
      "no-such-domain",
      "null-mx",
      "probe-timeout",
      "tls-interrupted",
      "too-many-addresses",
      "too-many-hosts",
      "try-again-later",
      "weak-server-not-excludable",
    ]);
    assert.equal(findRemedy("constructor"), undefined);
  });
});
