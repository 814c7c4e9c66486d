/**
 * What smtp_tls_policy_maps answers for a proven domain, so that Postfix enforces at delivery what
 * the probe found (postconf(5) smtp_tls_policy_maps). Written for Postfix 3.7 and later: names are
 * A-labels, values are joined by colons, and no attribute is used that 3.7 does not know.
 *
 * Needs smtp_tls_CAfile to name our CA file, else Postfix trusts nobody and mail waits.
 */
import type { TlsProfile } from "../tls-profile/tls-profile.ts";

/** `names`: what the proven certificates were accepted for; at least one. */
export function formatPostfixPolicy(names: readonly string[], profile: TlsProfile): string {
  const { leastProtocol, postfixCiphers } = profile.offer;
  return [
    "secure",
    `match=${[...new Set(names)].join(":")}`,
    "servername=hostname",
    `protocols=>=${leastProtocol}`,
    `ciphers=${postfixCiphers}`,
  ].join(" ");
}
