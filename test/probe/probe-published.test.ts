/** DANE and MTA-STS at the level of a domain: which way is taken, and what is forbidden. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import type { MtaStsReport, Verdict } from "../../src/base/verdict.ts";
import { suggestTlsa } from "../../src/dane/tlsa-text.ts";
import type { TlsaRecord } from "../../src/dns/resolver.ts";
import { finding } from "../../src/probe/finding.ts";
import type { ProbeOptions } from "../../src/probe/probe-options.ts";
import type { StsSource } from "../../src/probe/sts-source.ts";
import { type Identity, issueCertificate, rsaKey } from "../support/certificates.ts";
import type { FakeZone } from "../support/fake-resolver.ts";
import { ProbeLab } from "../support/probe-lab.ts";

const authority = issueCertificate({ commonName: "Test Root CA", isAuthority: true });
const trusted = (...names: readonly string[]): Identity =>
  issueCertificate({ names, issuer: authority });
const own = issueCertificate({ names: ["nobody.test"] });
const one = trusted("mx1.corp.test");
const two = trusted("mx2.corp.test");
const weak = issueCertificate({ names: ["mx2.corp.test"], key: rsaKey(1024) });
const weakTls = { ciphers: "DEFAULT:@SECLEVEL=0" };

/** `3 1 1` of the certificate. */
function tlsaOf({ pem }: Identity): TlsaRecord {
  const text = suggestTlsa(new X509Certificate(pem)) ?? "";
  const data = Buffer.from(text.split(" ")[3] ?? "", "hex");
  return { usage: 3, selector: 1, matchingType: 1, data };
}

const names = ["corp.test", "mx1.corp.test", "mx2.corp.test"];
const ports = names.map((name) => `_25._tcp.${name}`);

function zone(tlsa: Readonly<Record<string, Identity>>, more: FakeZone = {}): FakeZone {
  const records = Object.entries(tlsa).map(([host, identity]) => [
    `_25._tcp.${host}`,
    [tlsaOf(identity)],
  ]);
  return {
    MX: {
      "corp.test": [
        { preference: 10, exchange: "mx1.corp.test" },
        { preference: 20, exchange: "mx2.corp.test" },
      ],
    },
    A: { "mx1.corp.test": ["192.0.2.1"], "mx2.corp.test": ["192.0.2.2"] },
    TLSA: Object.fromEntries(records) as NonNullable<FakeZone["TLSA"]>,
    authentic: [...names, ...ports],
    ...more,
  };
}

const codes = (verdict: Verdict, host?: string): readonly string[] =>
  verdict.findings
    .filter((found) => host === undefined || found.host === host)
    .map(({ code }) => code);

async function probeTwo(
  identities: readonly [Identity, Identity],
  asked: FakeZone,
  options: Partial<ProbeOptions> = {},
): Promise<Verdict> {
  await using lab = new ProbeLab(authority);
  await lab.serve("192.0.2.1", { identity: identities[0], tls: weakTls });
  await lab.serve("192.0.2.2", { identity: identities[1], tls: weakTls });
  return await lab.probe("corp.test", asked, options);
}

describe("a domain with TLSA records", () => {
  it("is proven by DANE although nobody vouches for the certificate, and only so delivered", async () => {
    const verdict = await probeTwo(
      [own, own],
      zone({ "mx1.corp.test": own, "mx2.corp.test": own }),
    );
    assert.equal(verdict.status, "proven");
    assert.equal(verdict.assurance, "dane");
    assert.match(verdict.postfixPolicy ?? "", /^dane-only protocols=/);
    assert.equal(verdict.hosts[0]?.tlsa?.status, "usable");
  });

  it("is not read by records of a domain whose MX is not signed", async () => {
    const asked = zone({ "mx1.corp.test": own }, { authentic: names.slice(1).concat(ports) });
    const verdict = await probeTwo([own, own], asked);
    assert.equal(verdict.status, "failed");
    assert.ok(codes(verdict, "mx1.corp.test").includes("dane-mx-insecure"));
    assert.equal(verdict.forbiddenBy, undefined);
  });

  it("passes over a server without records when a preferred one has them", async () => {
    const verdict = await probeTwo([own, two], zone({ "mx1.corp.test": own }));
    assert.match(verdict.postfixPolicy ?? "", /^dane-only /);
    assert.equal(verdict.assurance, "dane");
    assert.ok(codes(verdict, "mx2.corp.test").includes("passed-over-under-dane"));
  });

  it("leaves the order of the servers alone when the preferred one has no records", async () => {
    const verdict = await probeTwo([one, own], zone({ "mx2.corp.test": own }));
    assert.match(verdict.postfixPolicy ?? "", /^secure match=mx1\.corp\.test /);
    assert.equal(verdict.assurance, "dnssec-mx");
    assert.ok(codes(verdict, "mx2.corp.test").includes("passed-over-by-preference"));
  });

  it("takes the backup by DANE when the preferred server has failed", async () => {
    const verdict = await probeTwo([own, two], zone({ "mx2.corp.test": two }));
    assert.match(verdict.postfixPolicy ?? "", /^dane-only /);
    assert.deepEqual(
      verdict.hosts.map(({ status }) => status),
      ["failed", "proven"],
    );
  });

  it("never falls back to names that a server with other records could bear", async () => {
    const both = trusted("mx1.corp.test", "mx2.corp.test");
    const verdict = await probeTwo([both, both], zone({ "mx2.corp.test": own }));
    assert.equal(verdict.status, "failed");
    assert.equal(verdict.postfixPolicy, null);
    assert.ok(codes(verdict, "mx1.corp.test").includes("weak-server-not-excludable"));
    assert.ok(codes(verdict, "mx2.corp.test").includes("dane-mismatch"));
  });

  it("is not known by names while a server with records cannot be seen", async () => {
    const both = trusted("mx1.corp.test", "mx2.corp.test");
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { greeting: "421 later\r\n" });
    await lab.serve("192.0.2.2", { identity: both });
    for (const daneEnforceable of [true, false]) {
      const records = zone({ "mx1.corp.test": own });
      const verdict = await lab.probe("corp.test", records, { daneEnforceable });
      assert.equal(verdict.status, "unknown");
      assert.equal(verdict.postfixPolicy, null);
      if (daneEnforceable) assert.ok(codes(verdict, "mx2.corp.test").includes("rival-not-seen"));
    }
  });

  it("takes no account of who signed a certificate that the records name", async () => {
    const sha1 = issueCertificate({ names: ["x.test"], hash: "sha1", key: rsaKey(3072) });
    const records = zone({ "mx1.corp.test": sha1, "mx2.corp.test": sha1 });
    const verdict = await probeTwo([sha1, sha1], records);
    assert.equal(verdict.assurance, "dane");
    assert.ok(!codes(verdict).includes("signature-weak"));
  });

  it("forbids its servers when none matches, genuine certificates or not", async () => {
    const verdict = await probeTwo(
      [one, two],
      zone({ "mx1.corp.test": own, "mx2.corp.test": own }),
    );
    assert.equal(verdict.status, "failed");
    assert.equal(verdict.forbiddenBy, "dane");
  });

  it("forbids a server without STARTTLS", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { ehlo: "250 plain\r\n" });
    const alone = {
      MX: { "corp.test": [{ preference: 10, exchange: "mx1.corp.test" }] },
      A: { "mx1.corp.test": ["192.0.2.1"] },
    };
    const verdict = await lab.probe("corp.test", zone({ "mx1.corp.test": own }, alone));
    assert.equal(verdict.status, "failed");
    assert.equal(verdict.forbiddenBy, "dane");
  });

  it("is not forbidden by what only our profile rejects", async () => {
    const all = zone({ "mx1.corp.test": weak, "mx2.corp.test": weak });
    const verdict = await probeTwo([weak, weak], all);
    assert.equal(verdict.status, "failed");
    assert.ok(codes(verdict).includes("key-too-small"));
    assert.equal(verdict.forbiddenBy, undefined);
  });

  it("is not proven while Postfix would also take a matching server that is too weak", async () => {
    const verdict = await probeTwo(
      [own, weak],
      zone({ "mx1.corp.test": own, "mx2.corp.test": weak }),
    );
    assert.equal(verdict.status, "failed");
    assert.ok(codes(verdict, "mx1.corp.test").includes("weak-server-not-excludable"));
  });

  it("is not known while the records cannot be read", async () => {
    const failing = Object.fromEntries(ports.map((name) => [`TLSA ${name}`, "bogus" as const]));
    const verdict = await probeTwo([one, two], zone({}, { failing }));
    assert.equal(verdict.status, "unknown");
    assert.equal(verdict.postfixPolicy, null);
    assert.ok(codes(verdict).includes("tlsa-lookup-failed"));
  });

  it("needs a trusted name beside the match where Postfix cannot enforce DANE", async () => {
    const records = zone({ "mx1.corp.test": one, "mx2.corp.test": own });
    const verdict = await probeTwo([one, own], records, { daneEnforceable: false });
    assert.match(verdict.postfixPolicy ?? "", /^secure match=mx1\.corp\.test /);
    assert.equal(verdict.assurance, "dnssec-mx");
    assert.deepEqual(
      verdict.hosts.map(({ status }) => status),
      ["proven", "failed"],
    );
  });

  it("fails by a mismatch also where Postfix cannot enforce DANE", async () => {
    const records = zone({ "mx1.corp.test": own, "mx2.corp.test": own });
    const verdict = await probeTwo([one, two], records, { daneEnforceable: false });
    assert.equal(verdict.status, "failed");
  });
});

const unsigned: FakeZone = { ...zone({}), authentic: [] };

function sts(mode: MtaStsReport["mode"], ...mx: readonly string[]): StsSource {
  const policy = { id: "20260101", mode, mx, maxAgeSeconds: 86_400, fetchedAt: 1, kept: false };
  return { policyOf: async () => ({ policy, findings: [] }) };
}

describe("a domain with an MTA-STS policy", () => {
  it("is proven by the servers that an enforced policy lists, and by no others", async () => {
    const options = { sts: sts("enforce", "mx1.corp.test") };
    const verdict = await probeTwo([one, two], unsigned, options);
    assert.equal(verdict.assurance, "mta-sts");
    assert.match(verdict.postfixPolicy ?? "", /^secure match=mx1\.corp\.test servername=hostname /);
    assert.ok(codes(verdict, "mx2.corp.test").includes("sts-mx-not-listed"));
    assert.equal(verdict.mtaSts?.mode, "enforce");
  });

  it("is told by no name that an unlisted server bears as well, unless Postfix knows the list", async () => {
    const both = trusted("*.corp.test");
    const source = sts("enforce", "mx1.corp.test");
    const verdict = await probeTwo([both, both], unsigned, { sts: source });
    assert.equal(verdict.status, "failed");
    assert.ok(codes(verdict, "mx1.corp.test").includes("weak-server-not-excludable"));
    const told = await probeTwo([both, both], unsigned, { sts: source, stsAttributes: true });
    assert.equal(told.status, "proven");
  });

  it("wants the server's own name, the domain's does not do", async () => {
    const byDomain = trusted("corp.test");
    const options = { sts: sts("enforce", "*.corp.test") };
    const verdict = await probeTwo([byDomain, byDomain], unsigned, options);
    assert.equal(verdict.status, "failed");
    assert.equal(verdict.forbiddenBy, "mta-sts");
  });

  it("forbids nothing in testing mode", async () => {
    const verdict = await probeTwo([own, own], unsigned, { sts: sts("testing", "mx.else.test") });
    assert.equal(verdict.status, "failed");
    assert.equal(verdict.forbiddenBy, undefined);
  });

  it("tells Postfix of the servers that were proven when it is to know of the policy", async () => {
    const options = { sts: sts("enforce", "*.corp.test"), stsAttributes: true };
    const verdict = await probeTwo([one, own], unsigned, options);
    const policy = verdict.postfixPolicy ?? "";
    assert.match(
      policy,
      /policy_type=sts policy_domain=corp\.test mx_host_pattern=mx1\.corp\.test /,
    );
    assert.doesNotMatch(policy, /mx_host_pattern=\*/);
  });

  for (const [facts, status] of [
    [["sts-lookup-failed", "_mta-sts.corp.test", "no answer in time"], "unknown"],
    [["sts-fetch-failed", "https://mta-sts.corp.test/", "no answer in time"], "unknown"],
    [["sts-fetch-failed", "https://mta-sts.corp.test/", "HTTP status 404"], "failed"],
  ] as const) {
    it(`is ${status} where MTA-STS is the least, and ${facts[0]}: ${facts[2]}`, async () => {
      const [code, ...others] = facts;
      const found = finding(code, others as [string, string]);
      const source = { policyOf: async () => ({ policy: undefined, findings: [found] }) };
      const options = { sts: source, leastAssurance: "mta-sts" } as const;
      const verdict = await probeTwo([one, two], unsigned, options);
      assert.equal(verdict.status, status);
    });
  }

  it("overrules no failing DANE", async () => {
    const records = zone({ "mx1.corp.test": own, "mx2.corp.test": own });
    const verdict = await probeTwo([one, two], records, { sts: sts("enforce", "*.corp.test") });
    assert.equal(verdict.status, "failed");
    assert.equal(verdict.forbiddenBy, "dane");
  });
});
