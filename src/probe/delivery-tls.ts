/**
 * The two TLS offers of a probe. `delivery` is what Postfix will offer under the policy we emit:
 * same CA file, same least protocol, ciphers and groups, and OpenSSL security level 1, which
 * Postfix sets where it authenticates a server. `open` takes nearly anything; it serves only to
 * say why the first one failed, and no verdict becomes better by it.
 */
import { createSecureContext, type SecureContext } from "node:tls";
import type { TlsProfile } from "../tls-profile/tls-profile.ts";
import type { TrustStore } from "./ca-file.ts";

export interface DeliveryTls {
  readonly profile: TlsProfile;
  readonly trust: TrustStore;
  readonly delivery: SecureContext;
  readonly open: SecureContext;
}

/** Made once and used for every probe: the CA bundle is parsed here. */
export function createDeliveryTls(profile: TlsProfile, trust: TrustStore): DeliveryTls {
  const { offer } = profile;
  const suites = offer.cipherSuites.join(":");
  return {
    profile,
    trust,
    delivery: createSecureContext({
      ca: trust.pem,
      minVersion: offer.leastProtocol,
      ciphers: `${offer.cipherList}:@SECLEVEL=1:${suites}`,
      ecdhCurve: offer.groups.join(":"),
    }),
    open: createSecureContext({
      ca: trust.pem,
      minVersion: "TLSv1",
      ciphers: `ALL:COMPLEMENTOFALL:!eNULL:@SECLEVEL=0:${suites}`,
    }),
  };
}
