/** Protocols, suites, key exchange and handshake signatures (RFC 9325, TR-02102-2). */
import { constants, getDiffieHellman } from "node:crypto";
import { der, integer } from "../../support/der.ts";
import type { ServerTls } from "../mail-server.ts";
import { certificate } from "./shown-certificate.ts";
import type { Expectation, Show, ZooDomain } from "./zoo-domain.ts";

/** `ciphers` for TLS 1.2 and older. */
function oldSuites(ciphers: string, more: ServerTls = {}): ServerTls {
  return { ciphers: `${ciphers}:@SECLEVEL=0`, maxVersion: "TLSv1.2", ...more };
}

function newSuites(ciphersuites: string): ServerTls {
  // Without one for TLS 1.2 the list counts as empty.
  return { ciphers: `${ciphersuites}:ECDHE-ECDSA-AES128-GCM-SHA256`, minVersion: "TLSv1.3" };
}

const rsa: Show = certificate((workshop) => ({ key: workshop.rsa(3072) }));
const proven: Expectation = { status: "proven" };
/** No handshake with anything Postfix offers: in clear it goes only after some minutes. */
const refused: Expectation = { status: "failed", mail: "sealed, notification waits" };

/** The 1024-bit group of RFC 2409 §6.2, as PEM. */
function smallGroup(): string {
  const group = getDiffieHellman("modp2");
  const body = der(0x30, integer(group.getPrime()), integer(group.getGenerator()));
  const lines = body.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN DH PARAMETERS-----", ...lines, "-----END DH PARAMETERS-----"].join("\n");
}

/** OpenSSL's SSL_OP_NO_EXTENDED_MASTER_SECRET, which Node does not name. */
const noExtendedMasterSecret = 1;
/** A fatal alert (RFC 8446 §6.2). */
const alert = (description: number): Buffer => Buffer.from([0x15, 3, 3, 0, 2, 2, description]);

export const protocols: readonly ZooDomain[] = [
  {
    name: "tls-1-0.plain.zoo",
    about: "TLS 1.0 only",
    hosts: [{ tls: { minVersion: "TLSv1", maxVersion: "TLSv1" } }],
    expect: { status: "failed", finding: "protocol-too-old" },
  },
  {
    name: "tls-1-1.plain.zoo",
    about: "TLS 1.1 only",
    hosts: [{ tls: { minVersion: "TLSv1.1", maxVersion: "TLSv1.1" } }],
    expect: { status: "failed", finding: "protocol-too-old" },
  },
  {
    name: "tls-1-2.plain.zoo",
    about: "TLS 1.2 only",
    hosts: [{ tls: { maxVersion: "TLSv1.2" } }],
    expect: { ...proven, finding: "tls13-missing" },
  },
  {
    name: "tls-1-3.plain.zoo",
    about: "TLS 1.3 only",
    hosts: [{ tls: { minVersion: "TLSv1.3" } }],
    expect: proven,
  },
];

export const suites: readonly ZooDomain[] = [
  {
    name: "static-rsa.plain.zoo",
    about: "no forward secrecy",
    hosts: [{ show: rsa, tls: oldSuites("AES128-GCM-SHA256") }],
    expect: { status: "failed", finding: "no-forward-secrecy" },
    bcp195: { status: "proven" },
  },
  {
    name: "dhe.plain.zoo",
    about: "finite-field Diffie-Hellman only, with 3072 bits",
    hosts: [{ show: rsa, tls: oldSuites("DHE-RSA-AES128-GCM-SHA256", { dhparam: "auto" }) }],
    expect: { status: "failed", finding: "cipher-not-enforceable" },
    bcp195: { status: "proven", finding: "finite-field-exchange" },
    strict: { finding: "group-not-listed" },
  },
  {
    name: "dhe-1024.plain.zoo",
    about: "finite-field Diffie-Hellman only, with 1024 bits",
    hosts: [{ show: rsa, tls: oldSuites("DHE-RSA-AES128-GCM-SHA256", { dhparam: smallGroup() }) }],
    expect: { status: "failed", finding: "group-too-small" },
  },
  {
    name: "cbc-sha2.plain.zoo",
    about: "CBC with SHA-256, encrypt-then-MAC",
    hosts: [{ tls: oldSuites("ECDHE-ECDSA-AES128-SHA256", { ecdhCurve: "prime256v1" }) }],
    expect: { status: "failed", finding: "cipher-not-enforceable" },
    bcp195: { status: "proven", finding: "cipher-not-recommended" },
  },
  {
    name: "cbc-sha2-bare.plain.zoo",
    about: "CBC with SHA-256, without encrypt-then-MAC",
    hosts: [
      {
        tls: oldSuites("ECDHE-ECDSA-AES128-SHA256", {
          secureOptions: constants.SSL_OP_NO_ENCRYPT_THEN_MAC,
        }),
      },
    ],
    expect: { status: "failed", finding: "cipher-cbc" },
  },
  {
    name: "cbc-sha1.plain.zoo",
    about: "CBC with SHA-1, encrypt-then-MAC",
    hosts: [{ tls: oldSuites("ECDHE-ECDSA-AES128-SHA") }],
    expect: { status: "failed", finding: "cipher-not-listed" },
    bcp195: { status: "proven", finding: "cipher-not-recommended" },
  },
  {
    name: "chacha20-tls-1-2.plain.zoo",
    about: "ChaCha20 only, TLS 1.2",
    hosts: [{ tls: oldSuites("ECDHE-ECDSA-CHACHA20-POLY1305") }],
    expect: { status: "failed", finding: "cipher-not-listed" },
    bcp195: { status: "proven", finding: "cipher-not-recommended" },
  },
  {
    name: "chacha20-tls-1-3.plain.zoo",
    about: "ChaCha20 only, TLS 1.3",
    hosts: [{ tls: newSuites("TLS_CHACHA20_POLY1305_SHA256") }],
    expect: { status: "failed", finding: "cipher-not-listed" },
    bcp195: { status: "proven", finding: undefined },
  },
  {
    name: "aes128-gcm.plain.zoo",
    about: "ECDHE with AES-128-GCM only",
    hosts: [{ tls: oldSuites("ECDHE-ECDSA-AES128-GCM-SHA256") }],
    expect: proven,
  },
  {
    name: "aes128-gcm-tls-1-3.plain.zoo",
    about: "TLS_AES_128_GCM_SHA256 only",
    hosts: [{ tls: newSuites("TLS_AES_128_GCM_SHA256") }],
    expect: proven,
  },
  {
    name: "ccm.plain.zoo",
    about: "AES-CCM only, TLS 1.2",
    hosts: [{ tls: oldSuites("ECDHE-ECDSA-AES128-CCM") }],
    expect: proven,
  },
  {
    name: "ccm-tls-1-3.plain.zoo",
    about: "TLS_AES_128_CCM_SHA256 only",
    hosts: [{ tls: newSuites("TLS_AES_128_CCM_SHA256") }],
    expect: proven,
    bcp195: { status: "failed", finding: "tls-handshake-failed" },
  },
  {
    name: "ccm8.plain.zoo",
    about: "AES-CCM with a short tag only",
    hosts: [{ tls: oldSuites("ECDHE-ECDSA-AES128-CCM8") }],
    expect: { status: "failed", finding: "cipher-not-listed" },
    bcp195: { status: "failed", finding: "tls-handshake-failed" },
  },
  {
    name: "anonymous.plain.zoo",
    about: "suites without a certificate only",
    hosts: [{ tls: oldSuites("AECDH-AES256-SHA") }],
    expect: { status: "failed", finding: "certificate-missing" },
  },
  {
    name: "triple-des.plain.zoo",
    about: "3DES only, which none of today's libraries offers: the server finds no common suite",
    hosts: [{ script: { rawTls: alert(40) } }],
    expect: { ...refused, finding: "tls-handshake-failed" },
  },
];

export const groups: readonly ZooDomain[] = [
  {
    name: "group-p-256.plain.zoo",
    about: "key exchange on P-256 only",
    hosts: [{ tls: { ecdhCurve: "prime256v1" } }],
    expect: proven,
  },
  {
    name: "group-p-384.plain.zoo",
    about: "key exchange on P-384 only",
    hosts: [{ tls: { ecdhCurve: "secp384r1" } }],
    expect: proven,
  },
  {
    name: "group-p-521.plain.zoo",
    about: "key exchange on P-521 only",
    hosts: [{ tls: { ecdhCurve: "secp521r1" } }],
    expect: proven,
  },
  {
    name: "group-x25519.plain.zoo",
    about: "X25519 only",
    hosts: [{ tls: { ecdhCurve: "X25519" } }],
    expect: { ...proven, finding: "group-not-listed" },
    bcp195: { finding: undefined },
    strict: { status: "failed", finding: "group-not-listed" },
  },
  {
    name: "group-x448.plain.zoo",
    about: "X448 only",
    hosts: [{ tls: { ecdhCurve: "X448" } }],
    expect: { ...proven, finding: "group-not-listed" },
    bcp195: { finding: undefined },
    strict: { status: "failed", finding: "group-not-listed" },
  },
  {
    name: "group-brainpool.plain.zoo",
    about: "Brainpool only, TLS 1.2",
    hosts: [{ tls: { ecdhCurve: "brainpoolP256r1", maxVersion: "TLSv1.2" } }],
    expect: proven,
    bcp195: { status: "failed", finding: "tls-handshake-failed" },
  },
  {
    name: "group-brainpool-tls-1-3.plain.zoo",
    about: "Brainpool only, TLS 1.3",
    hosts: [{ tls: { ecdhCurve: "brainpoolP256r1tls13", minVersion: "TLSv1.3" } }],
    expect: { ...refused, finding: "tls-handshake-failed" },
  },
  {
    name: "group-ffdhe2048.plain.zoo",
    about: "ffdhe2048 only, TLS 1.3",
    hosts: [{ tls: { ecdhCurve: "ffdhe2048", minVersion: "TLSv1.3" } }],
    expect: { ...refused, finding: "group-too-small" },
    bcp195: { finding: "tls-handshake-failed" },
  },
  {
    name: "group-hybrid.plain.zoo",
    about: "a hybrid with ML-KEM only",
    hosts: [{ tls: { ecdhCurve: "X25519MLKEM768", minVersion: "TLSv1.3" } }],
    expect: { ...refused, finding: "tls-handshake-failed" },
    strict: { finding: "group-not-listed" },
  },
];

export const handshakes: readonly ZooDomain[] = [
  {
    name: "sign-pkcs1.plain.zoo",
    about: "signs the handshake with PKCS#1 v1.5 only",
    hosts: [{ show: rsa, tls: { maxVersion: "TLSv1.2", sigalgs: "RSA+SHA256" } }],
    expect: { ...proven, finding: "handshake-signature-not-listed" },
    bcp195: { finding: undefined },
    strict: { status: "failed", finding: "handshake-signature-not-listed" },
  },
  {
    name: "sign-sha1.plain.zoo",
    about: "signs the handshake with SHA-1 only",
    hosts: [{ show: rsa, tls: { maxVersion: "TLSv1.2", sigalgs: "RSA+SHA1" } }],
    expect: { status: "failed", finding: "handshake-signature-weak" },
  },
  {
    name: "no-extended-master-secret.plain.zoo",
    about: "without extended master secret",
    hosts: [{ tls: { maxVersion: "TLSv1.2", secureOptions: noExtendedMasterSecret } }],
    expect: { ...proven, finding: "no-extended-master-secret" },
  },
  {
    name: "sni-needed.plain.zoo",
    about: "the right certificate only for those who name the server",
    hosts: [
      {
        show: certificate(() => ({ names: ["default.somebody-else.zoo"] })),
        showFor: (name) => (name === "mx.sni-needed.plain.zoo" ? certificate() : undefined),
      },
    ],
    expect: proven,
  },
  {
    name: "sni-domain.plain.zoo",
    about: "the right certificate only for those who name the recipient domain",
    hosts: [
      {
        show: certificate(() => ({ names: ["default.somebody-else.zoo"] })),
        showFor: (name) => (name === "sni-domain.plain.zoo" ? certificate() : undefined),
      },
    ],
    expect: { status: "failed", finding: "certificate-name-mismatch" },
  },
  {
    name: "sni-refused.plain.zoo",
    about: "answers every name with an alert",
    hosts: [{ script: { rawTls: alert(112) } }],
    expect: { ...refused, finding: "tls-handshake-failed" },
  },
];
