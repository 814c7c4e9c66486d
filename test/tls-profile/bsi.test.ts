/** The two profiles of TR-02102-2: what they refuse, what they only report, and until when. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CertificateFacts } from "../../src/tls-profile/certificate-facts.ts";
import { evaluate } from "../../src/tls-profile/evaluate.ts";
import type { HandshakeFacts, LegacyFeatures } from "../../src/tls-profile/handshake-facts.ts";
import { profileOf } from "../../src/tls-profile/profile-of.ts";
import { profileName, profileNames, tlsRules } from "../../src/tls-profile/tls-profile.ts";

const modern: LegacyFeatures = {
  encryptThenMac: true,
  extendedMasterSecret: true,
  secureRenegotiation: true,
  compression: false,
};
const tls13: HandshakeFacts = {
  protocol: "TLSv1.3",
  cipher: { iana: "TLS_AES_256_GCM_SHA384", openssl: "TLS_AES_256_GCM_SHA384" },
  keyExchange: { name: "secp256r1", bits: 256 },
  signatureScheme: "rsa_pss_rsae_sha256",
};
const tls12: HandshakeFacts = {
  ...tls13,
  protocol: "TLSv1.2",
  cipher: {
    iana: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    openssl: "ECDHE-RSA-AES128-GCM-SHA256",
  },
  legacy: modern,
};
const leaf: CertificateFacts = {
  label: "mx.corp.test",
  keyType: "rsa",
  keyBits: 3072,
  signatureScheme: "rsa_pss_pss_sha256",
  isTrustAnchor: false,
};
const withSuite = (iana: string, legacy = modern): HandshakeFacts => ({
  ...tls12,
  cipher: { iana, openssl: iana },
  legacy,
});
const suite = (iana: string): HandshakeFacts => ({ ...tls13, cipher: { iana, openssl: iana } });
const group = (name: string, bits: number | undefined, base = tls13): HandshakeFacts => ({
  ...base,
  keyExchange: { name, bits },
});
const signed = (signatureScheme: string, base = tls13): HandshakeFacts => ({
  ...base,
  signatureScheme,
});

function judge(
  name: "bsi" | "bsi-strict",
  handshake: HandshakeFacts,
  path: readonly CertificateFacts[] = [],
  year = 2026,
): readonly string[] {
  const nowMs = Date.UTC(year, 11, 31, 23, 59, 59);
  return evaluate(profileOf(name), handshake, path, nowMs)
    .map(({ rule, severity }) => `${severity} ${rule}`)
    .filter((one) => !one.endsWith("tls13-missing"));
}

interface Row {
  readonly what: string;
  readonly handshake?: HandshakeFacts;
  readonly certificate?: Partial<CertificateFacts>;
  readonly year?: number;
  readonly bsi: readonly string[];
  readonly strict: readonly string[];
}

const same = (...expected: readonly string[]): Pick<Row, "bsi" | "strict"> => ({
  bsi: expected,
  strict: expected,
});
/** What `bsi` reports and `bsi-strict` refuses. */
const graded = (rule: string): Pick<Row, "bsi" | "strict"> => ({
  bsi: [`warn ${rule}`],
  strict: [`fail ${rule}`],
});

const rows: readonly Row[] = [
  { what: "TLS 1.3 with all that is listed", ...same() },
  { what: "TLS 1.2 with all that is listed", handshake: tls12, ...same() },
  { what: "TLS 1.2 in 2031", handshake: tls12, year: 2031, ...same() },
  { what: "TLS 1.2 in 2032", handshake: tls12, year: 2032, ...same("fail protocol-too-old") },
  { what: "TLS 1.3 in 2040: nobody said that it ended", year: 2040, ...same() },
  {
    what: "TLS 1.1",
    handshake: { ...tls12, protocol: "TLSv1.1" },
    ...same("fail protocol-too-old"),
  },
  { what: "AES-CCM", handshake: suite("TLS_AES_128_CCM_SHA256"), ...same() },
  {
    what: "ChaCha20 in TLS 1.3",
    handshake: suite("TLS_CHACHA20_POLY1305_SHA256"),
    ...same("fail cipher-not-listed"),
  },
  {
    what: "ChaCha20 in TLS 1.2",
    handshake: withSuite("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    ...same("fail cipher-not-listed"),
  },
  {
    what: "CCM with a short tag",
    handshake: suite("TLS_AES_128_CCM_8_SHA256"),
    ...same("fail cipher-not-listed"),
  },
  {
    what: "CBC with encrypt-then-MAC",
    handshake: withSuite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
    ...same(),
  },
  {
    what: "CBC without encrypt-then-MAC",
    handshake: withSuite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", {
      ...modern,
      encryptThenMac: false,
    }),
    ...same("fail cipher-cbc"),
  },
  {
    what: "CBC with HMAC-SHA1",
    handshake: withSuite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    ...same("fail cipher-not-listed"),
  },
  {
    what: "static RSA",
    handshake: withSuite("TLS_RSA_WITH_AES_128_GCM_SHA256"),
    ...same("fail no-forward-secrecy"),
  },
  {
    what: "DHE in 2029",
    handshake: group("ffdhe3072", 3072, withSuite("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")),
    year: 2029,
    ...same(),
  },
  {
    what: "DHE in 2030",
    handshake: group("ffdhe3072", 3072, withSuite("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")),
    year: 2030,
    bsi: ["fail finite-field-exchange", "warn group-not-listed"],
    strict: ["fail finite-field-exchange", "fail group-not-listed"],
  },
  { what: "a finite field in TLS 1.3", handshake: group("ffdhe3072", 3072), ...same() },
  {
    what: "a finite field of 2048 bits",
    handshake: group("ffdhe2048", 2048),
    bsi: ["fail group-too-small", "warn group-not-listed"],
    strict: ["fail group-too-small", "fail group-not-listed"],
  },
  { what: "X25519", handshake: group("x25519", 255), ...graded("group-not-listed") },
  { what: "X448", handshake: group("x448", 448, tls12), ...graded("group-not-listed") },
  { what: "Brainpool in TLS 1.2", handshake: group("brainpoolP256r1", 256, tls12), ...same() },
  { what: "Brainpool in TLS 1.3", handshake: group("brainpoolP256r1tls13", 256), ...same() },
  {
    what: "Brainpool by the wrong name",
    handshake: group("brainpoolP256r1", 256),
    ...graded("group-not-listed"),
  },
  {
    what: "ML-KEM beside P-256",
    handshake: group("SecP256r1MLKEM768", 256),
    bsi: [],
    strict: ["fail group-not-listed"],
  },
  {
    what: "ML-KEM beside X25519",
    handshake: group("X25519MLKEM768", 255),
    ...graded("group-not-listed"),
  },
  {
    what: "a handshake signed with PKCS#1",
    handshake: signed("rsa_pkcs1_sha256", tls12),
    ...graded("handshake-signature-not-listed"),
  },
  {
    what: "a handshake signed with PKCS#1 in 2025",
    handshake: signed("rsa_pkcs1_sha256", tls12),
    year: 2025,
    ...same(),
  },
  {
    what: "a handshake signed with Ed25519",
    handshake: signed("ed25519"),
    ...graded("handshake-signature-not-listed"),
  },
  {
    what: "a handshake signed with SHA-1",
    handshake: signed("ecdsa_sha1", tls12),
    ...same("fail handshake-signature-weak"),
  },
  {
    what: "no extended master secret",
    handshake: { ...tls12, legacy: { ...modern, extendedMasterSecret: false } },
    ...same("warn no-extended-master-secret"),
  },
  {
    what: "no secure renegotiation",
    handshake: { ...tls12, legacy: { ...modern, secureRenegotiation: false } },
    ...same("warn no-secure-renegotiation"),
  },
  {
    what: "compression",
    handshake: { ...tls12, legacy: { ...modern, compression: true } },
    ...graded("tls-compression"),
  },
  { what: "an RSA key of 3000 bits", certificate: { keyBits: 3000 }, ...same() },
  {
    what: "an RSA key of 2048 bits",
    certificate: { keyBits: 2048 },
    bsi: ["warn key-below-recommendation"],
    strict: ["fail key-too-small"],
  },
  {
    what: "a trust anchor with an RSA key of 2048 bits",
    certificate: { keyBits: 2048, isTrustAnchor: true },
    bsi: ["warn key-below-recommendation"],
    strict: ["fail key-too-small"],
  },
  {
    what: "an RSA key of 2047 bits",
    certificate: { keyBits: 2047 },
    ...same("fail key-too-small"),
  },
  {
    what: "a P-256 key",
    certificate: { keyType: "ec", keyBits: 256, keyCurve: "secp256r1" },
    ...same(),
  },
  {
    what: "a P-224 key",
    certificate: { keyType: "ec", keyBits: 224, keyCurve: "secp224r1" },
    bsi: ["warn key-type-not-listed", "fail key-too-small"],
    strict: ["fail key-type-not-listed", "fail key-too-small"],
  },
  {
    what: "a key on Bitcoin's curve",
    certificate: { keyType: "ec", keyBits: 256, keyCurve: "secp256k1" },
    ...graded("key-type-not-listed"),
  },
  {
    what: "an Ed25519 key",
    certificate: { keyType: "ed25519", keyBits: 256 },
    ...graded("key-type-not-listed"),
  },
  {
    what: "a certificate signed with PKCS#1",
    certificate: { signatureScheme: "rsa_pkcs1_sha256" },
    ...graded("signature-not-listed"),
  },
  {
    what: "a certificate signed with PKCS#1 in 2025",
    certificate: { signatureScheme: "rsa_pkcs1_sha256" },
    year: 2025,
    ...same(),
  },
  {
    what: "a trust anchor signed with PKCS#1 or worse",
    certificate: { signatureScheme: "rsa_pkcs1_sha1", isTrustAnchor: true },
    ...same(),
  },
  {
    what: "a certificate signed with SHA-1",
    certificate: { signatureScheme: "rsa_pkcs1_sha1" },
    ...same("fail signature-weak"),
  },
  {
    what: "a certificate signed in a way nobody knows",
    certificate: { signatureScheme: "1.2.3.4" },
    ...graded("signature-not-listed"),
  },
];

describe("the profiles of TR-02102-2", () => {
  for (const { what, handshake = tls13, certificate, year, bsi, strict } of rows) {
    const path = certificate === undefined ? [] : [{ ...leaf, ...certificate }];
    it(`bsi says ${bsi.join(" and ") || "nothing"} to ${what}`, () => {
      assert.deepEqual(judge("bsi", handshake, path, year), bsi);
    });
    it(`bsi-strict says ${strict.join(" and ") || "nothing"} to ${what}`, () => {
      assert.deepEqual(judge("bsi-strict", handshake, path, year), strict);
    });
  }

  it("refuse DSA keys, which no suite of the offer could use", () => {
    const dsa: CertificateFacts = { ...leaf, keyType: "dsa" };
    assert.deepEqual(judge("bsi", tls13, [dsa]), ["fail key-type-unsuitable"]);
    assert.deepEqual(judge("bsi-strict", tls13, [dsa], 2026), ["fail key-type-unsuitable"]);
  });

  it("say how much they miss TLS 1.3", () => {
    const severities = profileNames.map((name) => profileOf(name).severity["tls13-missing"]);
    assert.deepEqual(severities, ["info", "info", "warn"]);
  });
});

describe("every profile", () => {
  for (const name of profileNames) {
    const profile = profileOf(name);

    it(`${name} goes by its name and weighs every rule`, () => {
      assert.equal(profile.name, name);
      assert.match(profileName(profile), /^[a-z0-9-]+\/\d{4}-\d{2}$/);
      assert.deepEqual(Object.keys(profile.severity).sort(), [...tlsRules].sort());
    });

    it(`${name} is content with what it offers first`, () => {
      const { cipherSuites, signatureSchemes } = profile.offer;
      const [iana = ""] = cipherSuites;
      const handshake = { ...suite(iana), signatureScheme: signatureSchemes[0] };
      assert.deepEqual(evaluate(profile, handshake, [leaf], Date.UTC(2026, 10, 23)), []);
    });

    it(`${name} offers nothing that it would refuse in TLS 1.3`, () => {
      for (const iana of profile.offer.cipherSuites) {
        for (const signatureScheme of profile.offer.signatureSchemes) {
          const handshake = { ...suite(iana), signatureScheme };
          const found = evaluate(profile, handshake, [], Date.UTC(2026, 10, 23));
          assert.ok(!found.some(({ severity }) => severity === "fail"), JSON.stringify(found));
        }
      }
    });
  }
});
