/**
 * Whether what an open client was given lies within a profile's offer. Where it does not, a server
 * that hangs up on that offer without a word has answered all the same.
 */
import type { HandshakeFacts } from "./handshake-facts.ts";
import type { TlsOffer } from "./tls-profile.ts";

/** OpenSSL's words for exclusions, and the IANA names of the TLS 1.2 suites they stand for. */
const excludedSuites: Readonly<Record<string, RegExp>> = {
  aNULL: /_anon_/,
  kRSA: /^TLS_RSA_/,
  PSK: /_PSK_/,
  SRP: /^TLS_SRP_/,
  CAMELLIA: /_CAMELLIA_/,
  ARIA: /_ARIA_/,
  CHACHA20: /_CHACHA20_/,
  SHA1: /_SHA$/,
  // As a MAC, that is, beside CBC.
  SHA256: /_CBC_SHA256$/,
  SHA384: /_CBC_SHA384$/,
  AESCCM8: /_CCM_8$/,
  aDSS: /_DSS_/,
  kDHE: /^TLS_DHE_/,
};
/** Not among OpenSSL's HIGH. */
const weakSuites = /_(?:NULL|EXPORT|RC4|RC2|DES|3DES|IDEA|SEED)_/;
const openSslGroups: Readonly<Record<string, string>> = {
  secp256r1: "prime256v1",
  x25519: "X25519",
  x448: "X448",
};

export function isWithinOffer(offer: TlsOffer, facts: HandshakeFacts): boolean {
  const { protocol, cipher, keyExchange, signatureScheme } = facts;
  if (protocol < offer.leastProtocol) return false;
  const group = openSslGroups[keyExchange.name] ?? keyExchange.name;
  const isGroupKnown = keyExchange.bits !== undefined && !["DH", "RSA"].includes(group);
  if (isGroupKnown && !offer.groups.includes(group)) return false;
  if (signatureScheme !== undefined && !offer.signatureSchemes.includes(signatureScheme)) {
    return false;
  }
  if (protocol === "TLSv1.3") return offer.cipherSuites.includes(cipher.iana);
  return (
    !weakSuites.test(cipher.iana) &&
    !offer.exclusions.some((word) => excludedSuites[word]?.test(cipher.iana) === true)
  );
}
