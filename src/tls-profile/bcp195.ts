/**
 * BCP 195: RFC 9325 of November 2022 with RFC 8996. The baseline that well-kept mail servers reach.
 * A MUST of the text fails a server; a SHOULD (forward secrecy, §4.1; no CBC without
 * encrypt-then-MAC, §4.2; no finite-field suites in TLS 1.2, §4.1) is reported. Whether
 * encrypt-then-MAC was negotiated cannot be told here, hence every CBC suite is reported.
 *
 * SHA-1 and MD5 handshake signatures (§4.5) are not among what the offer accepts: OpenSSL leaves
 * them out at security level 1, which Postfix sets wherever it authenticates a server.
 */
import type { TlsProfile } from "./tls-profile.ts";

export const bcp195: TlsProfile = {
  name: "bcp195",
  edition: "2022-11",
  source: "RFC 9325 and RFC 8996 (BCP 195)",
  offer: {
    leastProtocol: "TLSv1.2",
    cipherList: "HIGH:!aNULL:@STRENGTH",
    cipherSuites: [
      "TLS_AES_256_GCM_SHA384",
      "TLS_CHACHA20_POLY1305_SHA256",
      "TLS_AES_128_GCM_SHA256",
    ],
    groups: ["X25519", "X448", "prime256v1", "secp521r1", "secp384r1"],
    postfixCiphers: "high",
  },
  // RFC 9325 §4.2 for TLS 1.2, RFC 8446 §9.1 for TLS 1.3.
  recommendedSuites: [
    suite("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"),
    suite("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"),
    suite("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"),
    suite("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"),
    suite("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
    suite("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
    suite("TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256"),
  ],
  keyTypes: ["rsa", "rsa-pss", "ec", "ed25519", "ed448"],
  leastRsaBits: 2048,
  leastEcBits: 224,
  leastDhBits: 2048,
  weakHashes: ["md2", "md4", "md5", "sha1"],
  severity: {
    "protocol-too-old": "fail",
    "tls13-missing": "info",
    "cipher-weak": "fail",
    "cipher-not-recommended": "info",
    "cipher-not-listed": "info",
    "cipher-cbc": "warn",
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

function suite(iana: string, openssl: string): { iana: string; openssl: string } {
  return { iana, openssl };
}
