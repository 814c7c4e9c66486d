/**
 * The tables of BSI TR-02102-2, edition 2025-01 (21 January 2025), as far as a mail server can meet
 * them, with one sentence of edition 2026-01: TLS 1.2 is recommended until the end of 2031.
 * `bsi.ts` and `bsi-strict.ts` weigh them.
 *
 * Left out: suites without forward secrecy (Table 3, static Diffie-Hellman, unknown to OpenSSL) and
 * with pre-shared keys (Table 4). The text itself (§1) says that what is not listed is not
 * therefore insecure.
 */
import { type Listed, listedAtLeastUntil, listedUntil } from "./listed.ts";

/** §3.2 of edition 2026-01. */
export const tr02102Protocols: readonly Listed[] = [
  ...listedUntil(2031, "TLSv1.2"),
  ...listedAtLeastUntil(2031, "TLSv1.3"),
];

/** Tables 2 and 12. CBC suites count with encrypt-then-MAC only, which `evaluate.ts` sees to. */
export const tr02102Suites: readonly Listed[] = [
  ...listedAtLeastUntil(
    2031,
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_AES_128_CCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  ),
  ...listedUntil(
    2029,
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_DHE_RSA_WITH_AES_128_CCM",
    "TLS_DHE_RSA_WITH_AES_256_CCM",
    "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256",
    "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256",
    "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384",
  ),
];

const nistCurves = ["secp256r1", "secp384r1", "secp521r1"] as const;
const brainpoolCurves = ["brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"] as const;

/** Tables 5 and 9; in TLS 1.3 Brainpool's curves have names of their own (RFC 8734). */
export const tr02102Groups: Readonly<Record<"TLSv1.2" | "TLSv1.3", readonly Listed[]>> = {
  "TLSv1.2": [
    ...listedAtLeastUntil(2031, ...nistCurves, ...brainpoolCurves),
    ...listedUntil(2029, "ffdhe3072", "ffdhe4096"),
  ],
  "TLSv1.3": listedAtLeastUntil(
    2031,
    ...nistCurves,
    ...brainpoolCurves.map((name) => `${name}tls13`),
    "ffdhe3072",
    "ffdhe4096",
  ),
};

/** Curves of certificate keys: those of Tables 10 and 11. */
export const tr02102KeyCurves: readonly Listed[] = listedAtLeastUntil(
  2031,
  ...nistCurves,
  ...brainpoolCurves,
);

/** Keys by node:crypto's names; §3.3.2, §3.4.3 and Table 13. */
export const tr02102KeyTypes: readonly Listed[] = [
  ...listedAtLeastUntil(2031, "rsa", "rsa-pss", "ec"),
  ...listedUntil(2029, "dsa"),
];

/** Tables 10 and 11: PSS and ECDSA go on, PKCS#1 v1.5 ended with 2025. */
export const tr02102CertificateSignatures: readonly Listed[] = [
  ...listedAtLeastUntil(
    2031,
    "rsa_pss_rsae_sha256",
    "ecdsa_secp256r1_sha256",
    "rsa_pss_rsae_sha384",
    "rsa_pss_rsae_sha512",
    "rsa_pss_pss_sha256",
    "rsa_pss_pss_sha384",
    "rsa_pss_pss_sha512",
    "ecdsa_secp384r1_sha384",
    "ecdsa_secp521r1_sha512",
    "ecdsa_brainpoolP256r1tls13_sha256",
    "ecdsa_brainpoolP384r1tls13_sha384",
    "ecdsa_brainpoolP512r1tls13_sha512",
  ),
  ...listedUntil(2025, "rsa_pkcs1_sha256", "rsa_pkcs1_sha384", "rsa_pkcs1_sha512"),
];

/** Tables 6, 7 and 10. TLS 1.3 itself knows neither PKCS#1 nor DSA here (RFC 8446 §4.2.3). */
export const tr02102HandshakeSignatures: readonly Listed[] = [
  ...tr02102CertificateSignatures,
  ...listedUntil(2029, "dsa_sha256", "dsa_sha384", "dsa_sha512"),
];

/** Table 13. */
export const tr02102RsaBits = 3000;
export const tr02102DhBits = 3000;
export const tr02102EcBits = 250;
