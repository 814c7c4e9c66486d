/**
 * Where Postfix and mxseal differ about a domain of the zoo, and why that may stay. What is not
 * listed must not differ, and what is listed must.
 */

export interface KnownDifference {
  readonly domain: string;
  /** With what our verdict does not agree. */
  readonly with: "posttls-finger" | "delivery";
  readonly reason: string;
}

const shortKey =
  "Postfix has no setting for the least length of a key: it takes RSA with 1024 bits, no profile does";
const noSts =
  "posttls-finger knows no MTA-STS: it finds a valid certificate and not that the policy forbids it";

export const knownDifferences: readonly KnownDifference[] = [
  { domain: "rsa-1024.plain.zoo", with: "posttls-finger", reason: shortKey },
  { domain: "weak-authority.plain.zoo", with: "posttls-finger", reason: shortKey },
  { domain: "weak-rival.plain.zoo", with: "posttls-finger", reason: shortKey },
  { domain: "dane-short-key.signed.zoo", with: "posttls-finger", reason: shortKey },
  {
    domain: "common-name.plain.zoo",
    with: "posttls-finger",
    reason: "Postfix still takes a common name for a name, RFC 9525 §2 does not",
  },
  {
    domain: "injection.plain.zoo",
    with: "posttls-finger",
    reason: "Postfix throws away what was injected before TLS; mxseal takes it for an attack",
  },
  { domain: "sts-enforce-unlisted.plain.zoo", with: "posttls-finger", reason: noSts },
  { domain: "sts-wildcard-deep.plain.zoo", with: "posttls-finger", reason: noSts },
  { domain: "sts-domain-name.plain.zoo", with: "posttls-finger", reason: noSts },
];
