/**
 * BSI TR-02102-2 as it can be kept towards today's mail servers. Protocol, suites, forward secrecy
 * and CBC only with encrypt-then-MAC are as the text says. Reported and not refused is what
 * nearly every server with a certificate of a public authority still has: RSA keys of 2048 bits,
 * PKCS#1 v1.5 signatures (recommended until 2025), X25519 and X448, Ed25519 and Ed448. These are
 * not broken, only not listed (§1 of the text). Where a server can do what is listed, the order of
 * the offer makes it do so.
 *
 * `bsi-strict.ts` says why the offer has neither CBC nor DHE suites.
 */
import { bsiStrict } from "./bsi-strict.ts";
import { listed } from "./listed.ts";
import type { TlsProfile } from "./tls-profile.ts";
import { tr02102DhBits, tr02102EcBits, tr02102Groups, tr02102RsaBits } from "./tr02102.ts";

export const bsi: TlsProfile = {
  ...bsiStrict,
  name: "bsi",
  offer: {
    ...bsiStrict.offer,
    groups: [...bsiStrict.offer.groups, "X25519", "X448"],
    signatureSchemes: [
      ...bsiStrict.offer.signatureSchemes,
      "ed25519",
      "ed448",
      "rsa_pkcs1_sha256",
      "rsa_pkcs1_sha384",
      "rsa_pkcs1_sha512",
    ],
  },
  groups: {
    ...tr02102Groups,
    // TR-02102-1 §2.4.3 deems ML-KEM suitable beside a recommended group: no less than that group.
    "TLSv1.3": [...tr02102Groups["TLSv1.3"], ...listed("SecP256r1MLKEM768", "SecP384r1MLKEM1024")],
  },
  suitableKeyTypes: ["rsa", "rsa-pss", "ec", "ed25519", "ed448"],
  rsaBits: { least: 2048, recommended: tr02102RsaBits },
  ecBits: { least: tr02102EcBits, recommended: tr02102EcBits },
  leastDhBits: tr02102DhBits,
  severity: {
    ...bsiStrict.severity,
    "tls13-missing": "info",
    "group-not-listed": "warn",
    "handshake-signature-not-listed": "warn",
    "key-type-not-listed": "warn",
    "key-below-recommendation": "warn",
    "signature-not-listed": "warn",
    "tls-compression": "warn",
  },
};
