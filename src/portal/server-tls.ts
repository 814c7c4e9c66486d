/**
 * How the portal speaks TLS where it has a certificate of its own: what BSI TR-02102-2 (2025-01)
 * lists and browsers have. Sessions are not resumed by tickets, whose key would outlive them, and
 * nothing is renegotiated (§3.3.4.1).
 */
import { constants, type KeyObject } from "node:crypto";
import type { TlsOptions } from "node:tls";

/** Tables 12 and 2: of TLS 1.2 those with forward secrecy and GCM. */
const suites = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
];
const groups = [
  "prime256v1",
  "secp384r1",
  "secp521r1",
  "brainpoolP256r1tls13",
  "brainpoolP384r1tls13",
  "brainpoolP512r1tls13",
];
/** Table 10. */
const signatureSchemes = [
  "ecdsa_secp256r1_sha256",
  "ecdsa_secp384r1_sha384",
  "ecdsa_secp521r1_sha512",
  "rsa_pss_rsae_sha256",
  "rsa_pss_rsae_sha384",
  "rsa_pss_rsae_sha512",
  "rsa_pss_pss_sha256",
  "rsa_pss_pss_sha384",
  "rsa_pss_pss_sha512",
];
/** Of those schemes. */
const signingCurves = ["prime256v1", "secp384r1", "secp521r1"];
const handshakeTimeoutMs = 10_000;

export function serverTlsOptions(pair: {
  readonly cert: string;
  readonly key: string;
}): TlsOptions {
  return {
    cert: pair.cert,
    key: pair.key,
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.3",
    ciphers: suites.join(":"),
    ecdhCurve: groups.join(":"),
    sigalgs: signatureSchemes.join(":"),
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET,
    handshakeTimeout: handshakeTimeoutMs,
    ALPNProtocols: ["http/1.1"],
  };
}

/** Whether a client can be served with the certificate of this key; with another one none is. */
export function canSign({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType === "rsa" || asymmetricKeyType === "rsa-pss") return true;
  return signingCurves.includes(asymmetricKeyDetails?.namedCurve ?? "");
}
