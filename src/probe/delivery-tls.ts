/**
 * The TLS offers of a probe. `delivery` is what Postfix will offer under the policy we emit and
 * with the parameters that `mxseal-secure` pins: same CA file, least protocol, suites, groups and
 * signature schemes, and OpenSSL security level 1, which Postfix sets where it authenticates a
 * server. `open` takes nearly anything; it serves only to say what else a server would do, and no
 * verdict becomes better by it.
 */
import { constants, type X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { TlsOffer, TlsProfile } from "../tls-profile/tls-profile.ts";
import type { TrustStore } from "./ca-file.ts";

export interface DeliveryTls {
  readonly profile: TlsProfile;
  readonly trust: TrustStore;
  readonly delivery: SecureContext;
  readonly open: SecureContext;
  /**
   * As `delivery`, trusting this certificate alone, whatever issued it: DANE-TA (RFC 7672 §3.1.2).
   * A new context with each call.
   */
  forAnchor(certificate: X509Certificate): SecureContext;
}

/** Made once and used for every probe: the CA bundle is parsed here. */
export function createDeliveryTls(profile: TlsProfile, trust: TrustStore): DeliveryTls {
  const offered = deliveryOptions(profile.offer);
  return {
    profile,
    trust,
    delivery: createSecureContext({ ...offered, ca: trust.pem }),
    open: createSecureContext({ ...openOptions, ca: trust.pem }),
    forAnchor: (certificate) =>
      createSecureContext({
        ...offered,
        ca: certificate.toString(),
        allowPartialTrustChain: true,
      }),
  };
}

function deliveryOptions(offer: TlsOffer): SecureContextOptions {
  return {
    minVersion: offer.leastProtocol,
    ciphers: [cipherList(offer), "@SECLEVEL=1", ...offer.cipherSuites].join(":"),
    ecdhCurve: offer.groups.join(":"),
    sigalgs: offer.signatureSchemes.join(":"),
  };
}

/** Postfix's own way from grade and exclusions to a list: tls_high_cipherlist, then each `!`. */
function cipherList({ exclusions }: TlsOffer): string {
  return ["aNULL:-aNULL:HIGH:@STRENGTH", ...exclusions.map((word) => `!${word}`)].join(":");
}

/** `?`: where this OpenSSL knows them. Last, so that the first message stays small. */
const openGroups = [
  "X25519",
  "prime256v1",
  "secp384r1",
  "secp521r1",
  "X448",
  "brainpoolP256r1",
  "brainpoolP384r1",
  "brainpoolP512r1",
  "?brainpoolP256r1tls13",
  "?brainpoolP384r1tls13",
  "?brainpoolP512r1tls13",
  "ffdhe3072",
  "ffdhe2048",
  "ffdhe4096",
  "?X25519MLKEM768",
  "?SecP256r1MLKEM768",
  "?SecP384r1MLKEM1024",
];
const openSuites = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_128_CCM_SHA256",
  "TLS_AES_128_CCM_8_SHA256",
];

const openOptions: SecureContextOptions = {
  minVersion: "TLSv1",
  ciphers: `ALL:COMPLEMENTOFALL:!eNULL:@SECLEVEL=0:${openSuites.join(":")}`,
  ecdhCurve: openGroups.join(":"),
  // Servers without RFC 5746 are otherwise refused without a word on what else they do.
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
};
