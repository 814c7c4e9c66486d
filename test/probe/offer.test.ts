/**
 * Probe and Postfix offer the same, down to the order: what a server chooses for one it chooses
 * for the other. Read from the first message of each.
 */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { createDeliveryTls } from "../../src/probe/delivery-tls.ts";
import { securePolicy } from "../../src/probe/postfix-policy.ts";
import { profileOf } from "../../src/tls-profile/profile-of.ts";
import { profileNames, type TlsProfile } from "../../src/tls-profile/tls-profile.ts";
import { namedGroup } from "../../src/wire/tls-named-group.ts";
import { signatureSchemeName } from "../../src/wire/tls-signature-scheme.ts";
import { issueCertificate } from "../support/certificates.ts";
import {
  type ClientHello,
  captureClientHello,
  comparable,
  probeHello,
} from "../support/client-hello.ts";
import { askPinnedFinger, fingerMissing } from "../support/posttls-finger.ts";

const authority = issueCertificate({ commonName: "Test Root CA", isAuthority: true });
const anchor = new X509Certificate(authority.pem);
const trust = { path: "ca.pem", pem: authority.pem, anchors: [anchor] };
const host = "mx.test";

function helloOfPostfix(profile: TlsProfile): Promise<ClientHello> {
  const policy = securePolicy([host], profile);
  const caPem = authority.pem;
  return captureClientHello((port) => askPinnedFinger(policy, profile, { port, host, caPem }));
}

const encryptThenMac = 22;
const extendedMasterSecret = 23;
/** OpenSSL's names for what the wire calls otherwise. */
const groupNames: Readonly<Record<string, string>> = {
  prime256v1: "secp256r1",
  X25519: "x25519",
  X448: "x448",
};

for (const name of profileNames) {
  const profile = profileOf(name);
  const tls = createDeliveryTls(profile, trust);

  describe(`what ${name} offers`, () => {
    it("is what the profile says", async () => {
      const hello = await probeHello(tls.delivery);
      const { groups, signatureSchemes } = profile.offer;
      assert.deepEqual(
        hello.groups.map((code) => namedGroup(code).name),
        groups.map((group) => groupNames[group] ?? group),
      );
      assert.deepEqual(hello.signatureSchemes.map(signatureSchemeName), signatureSchemes);
      assert.deepEqual(hello.versions, [0x0304, 0x0303]);
      assert.ok(hello.extensions.includes(encryptThenMac));
      assert.ok(hello.extensions.includes(extendedMasterSecret));
    });

    it("is the same where one certificate alone is trusted", async () => {
      assert.deepEqual(await probeHello(tls.forAnchor(anchor)), await probeHello(tls.delivery));
    });

    it("is what Postfix offers under the emitted policy", { skip: fingerMissing }, async () => {
      const [ours, postfix] = [await probeHello(tls.delivery), await helloOfPostfix(profile)];
      assert.deepEqual(comparable(postfix), comparable(ours));
    });
  });
}

describe("what the profiles of TR-02102-2 offer in TLS 1.2", () => {
  it("is ECDHE with AES-GCM or AES-CCM and nothing else", async () => {
    const { suites } = await probeHello(createDeliveryTls(profileOf("bsi"), trust).delivery);
    const [gcm, ccm] = [
      [0xc02c, 0xc030, 0xc02b, 0xc02f],
      [0xc0ad, 0xc0ac],
    ];
    assert.deepEqual(new Set(suites), new Set([0x1301, 0x1302, 0x1304, ...gcm, ...ccm]));
  });
});

describe("the open offer", () => {
  it("has everything that the offers of the profiles have, and more", async () => {
    const [first] = profileNames;
    const open = await probeHello(createDeliveryTls(profileOf(first), trust).open);
    for (const name of profileNames) {
      const hello = await probeHello(createDeliveryTls(profileOf(name), trust).delivery);
      for (const key of ["suites", "groups", "signatureSchemes", "versions"] as const) {
        const missing = hello[key].filter((code) => !open[key].includes(code));
        assert.deepEqual(missing, [], `${name} ${key}`);
      }
    }
    assert.deepEqual(open.versions, [0x0304, 0x0303, 0x0302, 0x0301]);
    const names = open.groups.map((code) => namedGroup(code).name);
    assert.ok(names.includes("X25519MLKEM768") && names.includes("brainpoolP512r1tls13"));
    // A large first message does not pass everywhere.
    assert.deepEqual(open.keyShares, [29]);
  });
});
