/**
 * What smtp_tls_policy_maps answers for a proven domain, so that Postfix enforces at delivery what
 * the probe found (postconf(5) smtp_tls_policy_maps). Written for Postfix 3.7 and later: names are
 * A-labels, values are joined by colons, and no attribute is used that 3.7 does not know. TLS 1.3
 * suites, groups and signature schemes cannot be said here; `mxseal-secure` pins them.
 *
 * Needs smtp_tls_CAfile to name our CA file (`secure`), or DNSSEC (`dane-only`); without them mail
 * waits.
 */
import type { TlsProfile } from "../tls-profile/tls-profile.ts";

/** `names`: what the proven certificates were accepted for; at least one. */
export function securePolicy(names: readonly string[], profile: TlsProfile): string {
  const match = `match=${[...new Set(names)].join(":")}`;
  return ["secure", match, "servername=hostname", ...strength(profile)].join(" ");
}

/** Postfix finds records, names and SNI by itself (RFC 7672). */
export function danePolicy(profile: TlsProfile): string {
  return ["dane-only", ...strength(profile)].join(" ");
}

function strength({ offer }: TlsProfile): readonly string[] {
  return [
    `protocols=>=${offer.leastProtocol}`,
    `ciphers=${offer.postfixCiphers}`,
    `exclude=${offer.exclusions.join(":")}`,
  ];
}
