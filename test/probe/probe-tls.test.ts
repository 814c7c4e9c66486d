/** What servers of every kind come out as; each is also shown to Postfix's own test program. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Verdict } from "../../src/base/verdict.ts";
import { securePolicy } from "../../src/probe/postfix-policy.ts";
import { bcp195 } from "../../src/tls-profile/bcp195.ts";
import {
  clientAuth,
  ed25519Key,
  type Identity,
  issueCertificate,
  rsaKey,
} from "../support/certificates.ts";
import { askPinnedFinger, fingerMissing } from "../support/posttls-finger.ts";
import { ProbeLab } from "../support/probe-lab.ts";
import type { SmtpScript } from "../support/smtp-server.ts";

const authority = issueCertificate({ commonName: "Test Root CA", isAuthority: true });
const middle = issueCertificate({
  commonName: "Test Issuing CA",
  isAuthority: true,
  issuer: authority,
});
const stranger = issueCertificate({ commonName: "Unknown Root CA", isAuthority: true });
const host = "mx.corp.test";
const day = 24 * 3600 * 1000;
const past = (days: number): Date => new Date(Date.now() - days * day);
const issued = (wish: Parameters<typeof issueCertificate>[0] = {}): Identity =>
  issueCertificate({ names: [host], issuer: middle, ...wish });

interface Case {
  readonly title: string;
  readonly server: SmtpScript;
  readonly status: Verdict["status"];
  /** Codes of all findings, sorted. */
  readonly codes: readonly string[];
  /** Whether Postfix would deliver under the policy; default: when proven. */
  readonly postfixVerifies?: boolean;
  readonly policyName?: string;
}

type TlsScript = NonNullable<SmtpScript["tls"]>;
const tls12 = (ciphers: string): TlsScript => ({
  maxVersion: "TLSv1.2",
  ciphers: `${ciphers}:@SECLEVEL=0`,
});
const onlyOld = (version: "TLSv1" | "TLSv1.1"): TlsScript => ({
  minVersion: "TLSv1",
  maxVersion: version,
  ciphers: "ALL:@SECLEVEL=0",
});
const weakKeys: TlsScript = { ciphers: "DEFAULT:@SECLEVEL=0" };

const cases: readonly Case[] = [
  {
    title: "proves a server with a trusted certificate for its name",
    server: { identity: issued() },
    status: "proven",
    codes: [],
  },
  {
    title: "proves a server with an RSA certificate over TLS 1.2",
    server: { identity: issued({ key: rsaKey(2048) }), tls: tls12("ECDHE+AESGCM") },
    status: "proven",
    codes: ["tls13-missing"],
  },
  {
    title: "proves a server with a wildcard for its first label",
    server: { identity: issued({ names: ["*.corp.test"] }) },
    status: "proven",
    codes: [],
  },
  {
    title: "proves a server with an Ed25519 key",
    server: { identity: issued({ key: ed25519Key() }) },
    status: "proven",
    codes: [],
    // Postfix's OpenSSL offers Ed25519 as well.
    postfixVerifies: true,
  },
  {
    title: "pins the recipient domain when the certificate names that",
    server: { identity: issued({ names: ["corp.test", "other.test"] }) },
    status: "proven",
    codes: [],
    policyName: "corp.test",
  },
  {
    title: "proves a server without forward secrecy, but says so",
    server: { identity: issued({ key: rsaKey(2048) }), tls: tls12("AES128-GCM-SHA256") },
    status: "proven",
    codes: ["no-forward-secrecy", "tls13-missing"],
  },
  {
    title: "proves a server that has only CBC, with encrypt-then-MAC, but says so",
    server: { identity: issued(), tls: tls12("ECDHE-ECDSA-AES128-SHA256") },
    status: "proven",
    codes: ["cipher-not-recommended", "tls13-missing"],
  },
  {
    title: "does not mind a superfluous expired certificate beside the chain",
    server: {
      identity: withExtra(
        issued(),
        issueCertificate({ commonName: "Old Cross", issuer: stranger, notAfter: past(9) }),
      ),
    },
    status: "proven",
    codes: [],
  },
  {
    title: "fails a self-signed certificate",
    server: { identity: issueCertificate({ names: [host] }) },
    status: "failed",
    codes: ["certificate-self-signed"],
  },
  {
    title: "fails an expired certificate",
    server: { identity: issued({ notBefore: past(90), notAfter: past(1) }) },
    status: "failed",
    codes: ["certificate-expired"],
  },
  {
    title: "tells both faults of a certificate that is self-signed and expired",
    server: {
      identity: issueCertificate({ names: [host], notBefore: past(90), notAfter: past(1) }),
    },
    status: "failed",
    codes: ["certificate-expired", "certificate-self-signed"],
  },
  {
    title: "fails a certificate whose validity has not begun",
    server: { identity: issued({ notBefore: past(-1) }) },
    status: "failed",
    codes: ["certificate-not-yet-valid"],
  },
  {
    title: "fails a certificate for another name",
    server: { identity: issued({ names: ["www.corp.test"] }) },
    status: "failed",
    codes: ["certificate-name-mismatch"],
  },
  {
    title: "fails a wildcard that would have to cover two labels",
    server: { identity: issued({ names: ["*.test"] }) },
    status: "failed",
    codes: ["certificate-name-mismatch"],
  },
  {
    title: "fails a name that stands only in the common name",
    server: { identity: issued({ commonName: host, names: [] }) },
    status: "failed",
    codes: ["certificate-common-name-only"],
    // Postfix still takes it; we follow RFC 9525.
    postfixVerifies: true,
  },
  {
    title: "fails a chain from an unknown authority",
    server: { identity: withExtra(issued({ issuer: stranger }), stranger) },
    status: "failed",
    codes: ["certificate-untrusted"],
  },
  {
    title: "fails a chain without its intermediate certificate",
    server: { identity: leafOnly(issued()) },
    status: "failed",
    codes: ["certificate-chain-incomplete"],
  },
  {
    title: "fails a certificate that was not issued for servers",
    server: { identity: issued({ purpose: clientAuth }) },
    status: "failed",
    codes: ["certificate-untrusted"],
  },
  {
    title: "fails a certificate issued by one that is no authority",
    server: {
      identity: issued({ issuer: issued({ commonName: "no authority", withoutKeyUsage: true }) }),
    },
    status: "failed",
    codes: ["certificate-untrusted"],
  },
  {
    title: "fails an RSA key of 1024 bits, which Postfix would take",
    server: { identity: issued({ key: rsaKey(1024) }), tls: weakKeys },
    status: "failed",
    codes: ["key-too-small"],
    postfixVerifies: true,
  },
  {
    title: "fails a weak key of the issuing authority, which Postfix would take",
    server: {
      identity: issued({
        issuer: issueCertificate({
          commonName: "Weak Issuing CA",
          isAuthority: true,
          issuer: authority,
          key: rsaKey(1024),
        }),
      }),
      tls: weakKeys,
    },
    status: "failed",
    codes: ["key-too-small"],
    postfixVerifies: true,
  },
  {
    title: "fails a certificate signed with SHA-1",
    server: { identity: issued({ hash: "sha1" }), tls: weakKeys },
    status: "failed",
    codes: ["signature-weak"],
  },
  {
    title: "says that a server speaks only TLS 1.0",
    server: { identity: issued({ key: rsaKey(2048) }), tls: onlyOld("TLSv1") },
    status: "failed",
    codes: ["cipher-not-recommended", "protocol-too-old"],
  },
  {
    title: "says that a server speaks only TLS 1.1",
    server: { identity: issued({ key: rsaKey(2048) }), tls: onlyOld("TLSv1.1") },
    status: "failed",
    codes: ["cipher-not-recommended", "protocol-too-old"],
  },
  {
    title: "says that a server's Diffie-Hellman group is too small",
    server: {
      identity: issued({ key: rsaKey(2048) }),
      tls: { ...tls12("DHE-RSA-AES128-GCM-SHA256"), dhparam: dhGroup1024() },
    },
    status: "failed",
    codes: ["finite-field-exchange", "group-too-small", "tls13-missing"],
    postfixVerifies: true,
  },
  {
    title: "proves a server with static RSA and encrypt-then-MAC, but says so",
    server: { identity: issued({ key: rsaKey(2048) }), tls: tls12("AES128-SHA") },
    status: "proven",
    codes: ["no-forward-secrecy", "tls13-missing"],
  },
  {
    title: "fails a server that takes none of the ciphers Postfix offers",
    server: { identity: issued({ key: rsaKey(2048) }), tls: tls12("NULL-SHA256") },
    status: "failed",
    codes: ["tls-handshake-failed"],
  },
  {
    title: "fails a server that signs the handshake with SHA-1",
    server: {
      identity: issued({ key: rsaKey(2048) }),
      tls: { ...tls12("ECDHE+AESGCM"), sigalgs: "RSA+SHA1" },
    },
    status: "failed",
    codes: ["handshake-signature-weak", "tls13-missing"],
  },
  {
    title: "fails a server that has no curve in common with Postfix",
    server: { identity: issued({ key: rsaKey(2048) }), tls: { ecdhCurve: "brainpoolP256r1tls13" } },
    status: "failed",
    codes: ["tls-handshake-failed"],
  },
];

function withExtra(identity: Identity, extra: Identity): Identity {
  return {
    ...identity,
    chainPem: identity.pem + extra.pem + identity.chainPem.slice(identity.pem.length),
  };
}

function leafOnly(identity: Identity): Identity {
  return { ...identity, chainPem: identity.pem };
}

/** RFC 2409 §6.2 (group 2) as DH parameters: SEQUENCE of prime and generator. */
function dhGroup1024(): string {
  const prime =
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";
  const body = Buffer.from(`308187028181 00${prime}020102`.replaceAll(" ", ""), "hex");
  const base64 = body.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN DH PARAMETERS-----\n${base64.join("\n")}\n-----END DH PARAMETERS-----\n`;
}

const zone = {
  MX: { "corp.test": [{ preference: 10, exchange: host }] },
  A: { [host]: ["192.0.2.1"] },
};

describe("a probe of one mail server", () => {
  for (const { title, server, status, codes } of cases) {
    it(title, async () => {
      await using lab = new ProbeLab(authority);
      await lab.serve("192.0.2.1", server);
      const verdict = await lab.probe("corp.test", zone);
      assert.deepEqual(
        verdict.findings.map(({ code }) => code).sort(),
        codes,
        JSON.stringify(verdict.findings),
      );
      assert.equal(verdict.status, status);
      assert.equal(verdict.postfixPolicy !== null, status === "proven");
    });
  }

  it("sends the MX host's name as SNI, takes its leave, and comes once when all is well", async () => {
    await using lab = new ProbeLab(authority);
    const server = await lab.serve("192.0.2.1", { identity: issued() });
    await lab.probe("corp.test", zone);
    assert.deepEqual(server.serverNames, [host]);
    assert.deepEqual(server.heard, ["EHLO client.test", "STARTTLS", "QUIT"]);
    assert.equal(server.connections, 1);
  });

  it("reports the chain as presented, leaf first", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: issued({ key: rsaKey(2048) }) });
    const [report] = (await lab.probe("corp.test", zone)).hosts;
    const [address] = report?.addresses ?? [];
    assert.deepEqual(
      address?.chain.map(({ subject, keyType, keyBits }) => [subject, keyType, keyBits]),
      [
        ["CN=mx.corp.test", "rsa", 2048],
        ["CN=Test Issuing CA", "ec", 256],
      ],
    );
    assert.equal(address?.protocol, "TLSv1.3");
    assert.equal(address?.group, "x25519");
  });
});

describe("Postfix under the emitted policy", { skip: fingerMissing }, () => {
  for (const { title, server, status, postfixVerifies, policyName } of cases) {
    const expected = postfixVerifies ?? status === "proven";
    it(`${expected ? "delivers" : "does not deliver"} where the probe ${title}`, async () => {
      await using lab = new ProbeLab(authority);
      const { port } = await lab.serve("192.0.2.1", server);
      const verdict = await lab.probe("corp.test", zone);
      const policy = verdict.postfixPolicy ?? securePolicy([policyName ?? host], bcp195);
      if (policyName) assert.match(policy, new RegExp(`match=${policyName} `));
      const opinion = await askPinnedFinger(policy, bcp195, {
        port,
        host,
        caPem: authority.pem,
      });
      assert.equal(opinion.isVerified, expected, opinion.output);
    });
  }
});
