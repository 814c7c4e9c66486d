/**
 * Judges what a handshake showed by a profile. Pure: facts in, shortfalls out. Identity (trust,
 * names, dates) is not judged here; a strong connection to a stranger passes.
 */
import type { Severity } from "../base/verdict.ts";
import { type TlsProfile, type TlsProtocol, type TlsRule, tlsProtocols } from "./tls-profile.ts";

export interface KeyExchange {
  /** For example `X25519`, `prime256v1`, `DH`; `RSA` for static RSA. */
  readonly name: string;
  /** undefined where the TLS library does not tell. */
  readonly bits: number | undefined;
}

export interface HandshakeFacts {
  /** As OpenSSL names it, for example `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: { readonly iana: string; readonly openssl: string };
  readonly keyExchange: KeyExchange;
  /** How the server signed the handshake, as IANA names it: `rsa_pss_rsae_sha256`; undefined:
   * not signed (static RSA) or not told. */
  readonly signatureScheme?: string | undefined;
  /** What a TLS 1.2 or older ServerHello acknowledged; undefined in TLS 1.3 or when not told. */
  readonly legacy?: LegacyFeatures | undefined;
}

/** RFC 7366, RFC 7627, RFC 5746 §3.4, RFC 3749. */
export interface LegacyFeatures {
  readonly encryptThenMac: boolean;
  readonly extendedMasterSecret: boolean;
  readonly secureRenegotiation: boolean;
  readonly compression: boolean;
}

export interface CertificateFacts {
  /** How people call it: common name or first name. */
  readonly label: string;
  /** As node:crypto names it: `rsa`, `rsa-pss`, `ec`, `ed25519`, …; empty when unreadable. */
  readonly keyType: string;
  readonly keyBits: number;
  /** As OpenSSL names it, for example `sha256WithRSAEncryption`. */
  readonly signatureAlgorithm: string;
  /** Trust anchors are trusted as they are: nobody relies on their signature (RFC 5280 §6). */
  readonly isTrustAnchor: boolean;
}

export interface Shortfall {
  readonly rule: TlsRule;
  readonly severity: Severity;
  readonly found: string;
  readonly expected: string;
}

const brokenCipher = /_(?:NULL|anon|EXPORT|RC4|RC2|DES|3DES|IDEA|SEED)(?:_|$)/;

/** `path`: the certificates that were relied on, leaf first; empty: judge the connection only. */
export function evaluate(
  profile: TlsProfile,
  handshake: HandshakeFacts,
  path: readonly CertificateFacts[],
): readonly Shortfall[] {
  return [
    ...judgeProtocol(profile, handshake),
    ...judgeCipher(profile, handshake),
    ...judgeKeyExchange(profile, handshake),
    ...path.flatMap((certificate) => judgeCertificate(profile, certificate)),
  ];
}

type Judge = (rule: TlsRule, found: string, expected: string) => Shortfall;

function judgeBy(profile: TlsProfile): Judge {
  return (rule, found, expected) => ({ rule, severity: profile.severity[rule], found, expected });
}

function judgeProtocol(profile: TlsProfile, { protocol }: HandshakeFacts): readonly Shortfall[] {
  const least = profile.offer.leastProtocol;
  const rank = (name: string): number => tlsProtocols.indexOf(name as TlsProtocol);
  if (rank(protocol) >= rank(least)) return [];
  return [judgeBy(profile)("protocol-too-old", protocol, `${least} or later`)];
}

function judgeCipher(profile: TlsProfile, { cipher }: HandshakeFacts): readonly Shortfall[] {
  const judge = judgeBy(profile);
  if (brokenCipher.test(cipher.iana)) {
    return [judge("cipher-weak", cipher.iana, "an AES-GCM suite")];
  }
  if (profile.recommendedSuites.some(({ iana }) => iana === cipher.iana)) return [];
  const expected = "an ECDHE suite with AES-GCM";
  const faults: Shortfall[] = [];
  if (cipher.iana.startsWith("TLS_RSA_")) {
    faults.push(judge("no-forward-secrecy", cipher.iana, expected));
  }
  if (cipher.iana.startsWith("TLS_DHE_")) {
    faults.push(judge("finite-field-exchange", cipher.iana, expected));
  }
  if (cipher.iana.includes("_CBC_")) faults.push(judge("cipher-cbc", cipher.iana, expected));
  return faults.length > 0 ? faults : [judge("cipher-not-recommended", cipher.iana, expected)];
}

function judgeKeyExchange(profile: TlsProfile, facts: HandshakeFacts): readonly Shortfall[] {
  const { name, bits } = facts.keyExchange;
  if (bits === undefined) return [];
  const least = name === "DH" ? profile.leastDhBits : profile.leastEcBits;
  if (bits >= least) return [];
  return [judgeBy(profile)("group-too-small", `${name} with ${bits} bits`, `${least} bits`)];
}

function judgeCertificate(
  profile: TlsProfile,
  certificate: CertificateFacts,
): readonly Shortfall[] {
  const judge = judgeBy(profile);
  const { keyType, keyBits, signatureAlgorithm } = certificate;
  const of = `of "${certificate.label}"`;
  const faults: Shortfall[] = [];
  const least = keyType.startsWith("rsa") ? profile.leastRsaBits : profile.leastEcBits;
  if (!profile.keyTypes.includes(keyType)) {
    const found = `the key ${of} is of type ${keyType || "unknown"}`;
    faults.push(judge("key-type-unsuitable", found, "RSA or elliptic curve"));
  } else if (keyBits < least) {
    const found = `the ${keyType.toUpperCase()} key ${of} has ${keyBits} bits`;
    faults.push(judge("key-too-small", found, `${least} bits`));
  }
  if (!certificate.isTrustAnchor && hasWeakHash(profile, signatureAlgorithm)) {
    const found = `the certificate ${of} is signed with ${signatureAlgorithm}`;
    faults.push(judge("signature-weak", found, "SHA-256 or better"));
  }
  return faults;
}

function hasWeakHash(profile: TlsProfile, algorithm: string): boolean {
  const name = algorithm.toLowerCase().replaceAll("-", "");
  return profile.weakHashes.some((hash) => new RegExp(`${hash}(?!\\d)`).test(name));
}
