/**
 * The letter of BSI TR-02102-2: whatever the edition does not list, or lists no more, fails. That
 * refuses RSA keys of 2048 bits anywhere on the path, trust anchors included, PKCS#1 v1.5
 * signatures since 2026, X25519, Ed25519 and ChaCha20. Most mail servers with certificates of the
 * public authorities fall under one of these.
 *
 * The offer leaves out what Postfix could not hold a server to: CBC suites (no way to insist on
 * encrypt-then-MAC) and DHE suites (no way to insist on the size of the group).
 */
import type { TlsProfile } from "./tls-profile.ts";
import {
  tr02102CertificateSignatures,
  tr02102DhBits,
  tr02102EcBits,
  tr02102Groups,
  tr02102HandshakeSignatures,
  tr02102KeyCurves,
  tr02102KeyTypes,
  tr02102Protocols,
  tr02102RsaBits,
  tr02102Suites,
} from "./tr02102.ts";

export const bsiStrict: TlsProfile = {
  name: "bsi-strict",
  edition: "2025-01",
  source: "BSI TR-02102-2, edition 2025-01; TLS 1.2 until 2031 as in edition 2026-01",
  offer: {
    leastProtocol: "TLSv1.2",
    postfixCiphers: "high",
    // SHA1, SHA256 and SHA384 stand for CBC with such a MAC.
    exclusions: [
      "aNULL",
      "kRSA",
      "PSK",
      "SRP",
      "CAMELLIA",
      "ARIA",
      "CHACHA20",
      "SHA1",
      "SHA256",
      "SHA384",
      "AESCCM8",
      "aDSS",
      "kDHE",
    ],
    cipherSuites: ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_AES_128_CCM_SHA256"],
    // NIST's curves first: only the first group gets a key share, and Brainpool has none in
    // TLS 1.3 with OpenSSL 3.0.
    groups: [
      "prime256v1",
      "secp384r1",
      "secp521r1",
      "brainpoolP256r1",
      "brainpoolP384r1",
      "brainpoolP512r1",
    ],
    signatureSchemes: [
      "ecdsa_secp256r1_sha256",
      "ecdsa_secp384r1_sha384",
      "ecdsa_secp521r1_sha512",
      "rsa_pss_rsae_sha256",
      "rsa_pss_rsae_sha384",
      "rsa_pss_rsae_sha512",
      "rsa_pss_pss_sha256",
      "rsa_pss_pss_sha384",
      "rsa_pss_pss_sha512",
    ],
  },
  protocols: tr02102Protocols,
  suites: tr02102Suites,
  unlistedSuite: "cipher-not-listed",
  groups: tr02102Groups,
  handshakeSignatures: tr02102HandshakeSignatures,
  certificateSignatures: tr02102CertificateSignatures,
  suitableKeyTypes: ["rsa", "rsa-pss", "ec", "ed25519", "ed448"],
  listedKeyTypes: tr02102KeyTypes,
  keyCurves: tr02102KeyCurves,
  rsaBits: { least: tr02102RsaBits, recommended: tr02102RsaBits },
  ecBits: { least: tr02102EcBits, recommended: tr02102EcBits },
  leastEcdhBits: tr02102EcBits,
  leastDhBits: tr02102DhBits,
  weakHashes: ["md2", "md4", "md5", "sha1", "sha224"],
  severity: {
    "protocol-too-old": "fail",
    "tls13-missing": "warn",
    "cipher-weak": "fail",
    "cipher-not-recommended": "fail",
    "cipher-not-listed": "fail",
    "cipher-cbc": "fail",
    "no-forward-secrecy": "fail",
    "finite-field-exchange": "fail",
    "group-too-small": "fail",
    "group-not-listed": "fail",
    "handshake-signature-weak": "fail",
    "handshake-signature-not-listed": "fail",
    "key-type-unsuitable": "fail",
    "key-type-not-listed": "fail",
    "key-too-small": "fail",
    "key-below-recommendation": "fail",
    "signature-weak": "fail",
    "signature-not-listed": "fail",
    // Recommended (§3.3.4), and Postfix cannot insist on them.
    "no-extended-master-secret": "warn",
    "no-secure-renegotiation": "warn",
    "tls-compression": "fail",
  },
};
