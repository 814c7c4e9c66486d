import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bcp195 } from "../../src/tls-profile/bcp195.ts";
import type { CertificateFacts } from "../../src/tls-profile/certificate-facts.ts";
import { evaluate } from "../../src/tls-profile/evaluate.ts";
import type { HandshakeFacts } from "../../src/tls-profile/handshake-facts.ts";
import { profileName } from "../../src/tls-profile/tls-profile.ts";

const nowMs = Date.UTC(2026, 10, 23);
const fine: HandshakeFacts = {
  protocol: "TLSv1.3",
  cipher: { iana: "TLS_AES_256_GCM_SHA384", openssl: "TLS_AES_256_GCM_SHA384" },
  keyExchange: { name: "x25519", bits: 255 },
};
const leaf: CertificateFacts = {
  label: "mx.corp.test",
  keyType: "rsa",
  keyBits: 2048,
  signatureScheme: "rsa_pkcs1_sha256",
  isTrustAnchor: false,
};
const withCipher = (iana: string): HandshakeFacts => ({
  ...fine,
  protocol: "TLSv1.2",
  cipher: { iana, openssl: iana },
});
const encryptThenMac = {
  encryptThenMac: true,
  extendedMasterSecret: true,
  secureRenegotiation: true,
  compression: false,
};
/** That TLS 1.3 would be better goes without saying here. */
const tls12 = (handshake: HandshakeFacts): readonly string[] =>
  judge(handshake).filter((one) => one !== "info tls13-missing");
const judge = (
  handshake: HandshakeFacts,
  ...path: readonly CertificateFacts[]
): readonly string[] =>
  evaluate(bcp195, handshake, path, nowMs).map(({ rule, severity }) => `${severity} ${rule}`);

describe("BCP 195", () => {
  it("is named with its edition", () => {
    assert.equal(profileName(bcp195), "bcp195/2022-11");
  });

  it("is content with what it recommends", () => {
    assert.deepEqual(judge(fine, leaf), []);
    assert.deepEqual(judge(withCipher("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), leaf), [
      "info tls13-missing",
    ]);
  });

  for (const protocol of ["SSLv3", "TLSv1", "TLSv1.1", "unknown"]) {
    it(`fails ${protocol}`, () => {
      assert.deepEqual(judge({ ...fine, protocol }), ["fail protocol-too-old"]);
    });
  }

  const ciphers: readonly (readonly [string, readonly string[]])[] = [
    ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", ["info cipher-not-recommended"]],
    ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", ["fail cipher-cbc"]],
    ["TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", ["warn finite-field-exchange"]],
    ["TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", ["fail cipher-cbc", "warn finite-field-exchange"]],
    ["TLS_RSA_WITH_AES_128_GCM_SHA256", ["warn no-forward-secrecy"]],
    ["TLS_RSA_WITH_3DES_EDE_CBC_SHA", ["fail cipher-weak"]],
    ["TLS_ECDHE_RSA_WITH_RC4_128_SHA", ["fail cipher-weak"]],
    ["TLS_ECDH_anon_WITH_AES_128_CBC_SHA", ["fail cipher-weak"]],
    ["TLS_RSA_WITH_NULL_SHA256", ["fail cipher-weak"]],
    ["TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", ["fail cipher-weak"]],
  ];
  for (const [iana, expected] of ciphers) {
    it(`says ${expected.join(" and ")} to ${iana}`, () => {
      assert.deepEqual(tls12(withCipher(iana)), expected);
    });
  }

  it("takes CBC with encrypt-then-MAC", () => {
    const cbc = withCipher("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256");
    assert.deepEqual(tls12({ ...cbc, legacy: encryptThenMac }), ["info cipher-not-recommended"]);
    assert.deepEqual(tls12({ ...cbc, legacy: { ...encryptThenMac, encryptThenMac: false } }), [
      "fail cipher-cbc",
    ]);
  });

  it("reports what TLS 1.2 was not protected with", () => {
    const gcm = withCipher("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    const legacy = {
      encryptThenMac: false,
      extendedMasterSecret: false,
      secureRenegotiation: false,
      compression: true,
    };
    assert.deepEqual(tls12({ ...gcm, legacy }), [
      "warn no-extended-master-secret",
      "warn no-secure-renegotiation",
      "warn tls-compression",
    ]);
  });

  for (const [signatureScheme, isWeak] of [
    ["rsa_pkcs1_sha1", true],
    ["ecdsa_sha1", true],
    ["rsa_pkcs1_sha256", false],
    ["ed25519", false],
    [undefined, false],
  ] as const) {
    it(`${isWeak ? "fails" : "takes"} a handshake signed with ${signatureScheme}`, () => {
      const found = judge({ ...fine, signatureScheme });
      assert.deepEqual(found, isWeak ? ["fail handshake-signature-weak"] : []);
    });
  }

  for (const [name, bits, expected] of [
    ["DH", 2047, ["fail group-too-small"]],
    ["DH", 2048, []],
    ["secp192r1", 192, ["fail group-too-small"]],
    ["secp224r1", 224, []],
    ["unknown", undefined, []],
  ] as const) {
    it(`says ${expected.join() || "nothing"} to a key exchange by ${name} of ${bits} bits`, () => {
      assert.deepEqual(judge({ ...fine, keyExchange: { name, bits } }), expected);
    });
  }

  for (const [keyType, keyBits, expected] of [
    ["rsa", 2047, ["fail key-too-small"]],
    ["rsa-pss", 1024, ["fail key-too-small"]],
    ["ec", 192, ["fail key-too-small"]],
    ["ec", 0, ["fail key-too-small"]],
    ["ec", 256, []],
    ["ed25519", 256, []],
    ["dsa", 3072, ["fail key-type-unsuitable"]],
    ["", 0, ["fail key-type-unsuitable"]],
  ] as const) {
    it(`says ${expected.join() || "nothing"} to a ${keyType} key of ${keyBits} bits`, () => {
      assert.deepEqual(judge(fine, { ...leaf, keyType, keyBits }), expected);
    });
  }

  for (const [signatureScheme, isWeak] of [
    ["rsa_pkcs1_sha1", true],
    ["ecdsa_sha1", true],
    ["rsa_pkcs1_md5", true],
    ["rsa_pss_pss_sha1", true],
    ["ecdsa_secp256r1_sha256", false],
    ["rsa_pkcs1_sha512", false],
    ["rsa_pss_pss_sha256", false],
    ["ed25519", false],
  ] as const) {
    it(`${isWeak ? "fails" : "takes"} a certificate signed with ${signatureScheme}`, () => {
      const found = judge(fine, { ...leaf, signatureScheme });
      assert.deepEqual(found, isWeak ? ["fail signature-weak"] : []);
    });
  }

  it("does not mind how a trust anchor signed itself, but its key counts", () => {
    const root = { ...leaf, isTrustAnchor: true, signatureScheme: "rsa_pkcs1_sha1" };
    assert.deepEqual(judge(fine, leaf, root), []);
    assert.deepEqual(judge(fine, leaf, { ...root, keyBits: 1024 }), ["fail key-too-small"]);
  });

  it("tells every weak certificate of a chain by its name", () => {
    const weak = { ...leaf, keyBits: 1024 };
    const found = evaluate(bcp195, fine, [weak, { ...weak, label: "Issuing CA" }], nowMs);
    assert.equal(found.length, 2);
    assert.match(found[1]?.found ?? "", /"Issuing CA" has 1024 bits/);
  });
});
