/**
 * BCP 195: RFC 9325 of November 2022 with RFC 8996. The baseline that well-kept mail servers reach.
 * A MUST of the text fails a server, and so does CBC without encrypt-then-MAC (§4.2), which has
 * been attacked too often for a mere word; other SHOULDs (forward secrecy, §4.1; no finite-field
 * suites in TLS 1.2, §4.1) are reported. The text closes no list of groups or signatures.
 */
import { listed } from "./listed.ts";
import type { TlsProfile } from "./tls-profile.ts";

const keyTypes = ["rsa", "rsa-pss", "ec", "ed25519", "ed448"] as const;

export const bcp195: TlsProfile = {
  name: "bcp195",
  edition: "2022-11",
  source: "RFC 9325 and RFC 8996 (BCP 195)",
  offer: {
    leastProtocol: "TLSv1.2",
    postfixCiphers: "high",
    exclusions: ["aNULL", "PSK", "SRP", "aDSS", "AESCCM8"],
    cipherSuites: [
      "TLS_AES_256_GCM_SHA384",
      "TLS_CHACHA20_POLY1305_SHA256",
      "TLS_AES_128_GCM_SHA256",
    ],
    groups: ["X25519", "X448", "prime256v1", "secp521r1", "secp384r1"],
    signatureSchemes: [
      "ecdsa_secp256r1_sha256",
      "ecdsa_secp384r1_sha384",
      "ecdsa_secp521r1_sha512",
      "ed25519",
      "ed448",
      "rsa_pss_pss_sha256",
      "rsa_pss_pss_sha384",
      "rsa_pss_pss_sha512",
      "rsa_pss_rsae_sha256",
      "rsa_pss_rsae_sha384",
      "rsa_pss_rsae_sha512",
      "rsa_pkcs1_sha256",
      "rsa_pkcs1_sha384",
      "rsa_pkcs1_sha512",
    ],
  },
  protocols: listed("TLSv1.2", "TLSv1.3"),
  // RFC 9325 §4.2 for TLS 1.2, RFC 8446 §9.1 for TLS 1.3.
  suites: listed(
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
  ),
  unlistedSuite: "cipher-not-recommended",
  groups: undefined,
  handshakeSignatures: undefined,
  certificateSignatures: undefined,
  suitableKeyTypes: keyTypes,
  listedKeyTypes: listed(...keyTypes),
  keyCurves: undefined,
  rsaBits: { least: 2048, recommended: 2048 },
  ecBits: { least: 224, recommended: 224 },
  leastEcdhBits: 224,
  leastDhBits: 2048,
  weakHashes: ["md2", "md4", "md5", "sha1"],
  severity: {
    "protocol-too-old": "fail",
    "tls13-missing": "info",
    "cipher-weak": "fail",
    "cipher-not-recommended": "info",
    "cipher-not-listed": "info",
    "cipher-cbc": "fail",
    "no-forward-secrecy": "warn",
    "finite-field-exchange": "warn",
    "group-too-small": "fail",
    "group-not-listed": "info",
    "handshake-signature-weak": "fail",
    "handshake-signature-not-listed": "info",
    "key-type-unsuitable": "fail",
    "key-type-not-listed": "info",
    "key-too-small": "fail",
    "key-below-recommendation": "info",
    "signature-weak": "fail",
    "signature-not-listed": "info",
    "no-extended-master-secret": "warn",
    "no-secure-renegotiation": "warn",
    "tls-compression": "warn",
  },
};
