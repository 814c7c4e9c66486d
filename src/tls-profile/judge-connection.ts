/**
 * The connection by a profile: protocol, suite, key exchange, the server's signature, and what
 * TLS 1.2 has only where both sides said so.
 */
import type { HandshakeFacts } from "./handshake-facts.ts";
import { isListed, namesOf } from "./listed.ts";
import { judgeBy, type Shortfall } from "./shortfall.ts";
import { type TlsProfile, tlsProtocols } from "./tls-profile.ts";
import { hasWeakHash } from "./weak-hash.ts";

export function judgeConnection(
  profile: TlsProfile,
  handshake: HandshakeFacts,
  nowMs: number,
): readonly Shortfall[] {
  return [
    ...judgeProtocol(profile, handshake, nowMs),
    ...judgeCipher(profile, handshake, nowMs),
    ...judgeBits(profile, handshake),
    ...judgeGroup(profile, handshake, nowMs),
    ...judgeSignature(profile, handshake, nowMs),
    ...judgeLegacy(profile, handshake),
  ];
}

function judgeProtocol(
  profile: TlsProfile,
  { protocol }: HandshakeFacts,
  nowMs: number,
): readonly Shortfall[] {
  const judge = judgeBy(profile);
  if (!isListed(profile.protocols, protocol, nowMs)) {
    const least = tlsProtocols.find((name) => isListed(profile.protocols, name, nowMs));
    return [judge("protocol-too-old", protocol, `${least ?? "TLSv1.3"} or later`)];
  }
  return protocol === "TLSv1.3" ? [] : [judge("tls13-missing", protocol, "TLSv1.3")];
}

/** Broken whatever a text says of it; IANA's words. */
const brokenCipher = /_(?:NULL|anon|EXPORT|RC4|RC2|DES|3DES|IDEA|SEED)(?:_|$)/;
const goodSuite = "an ECDHE suite with AES-GCM";

function judgeCipher(
  profile: TlsProfile,
  { cipher: { iana }, legacy }: HandshakeFacts,
  nowMs: number,
): readonly Shortfall[] {
  const judge = judgeBy(profile);
  if (brokenCipher.test(iana)) return [judge("cipher-weak", iana, "an AES-GCM suite")];
  const faults: Shortfall[] = [];
  // RFC 7366; RFC 9325 §4.2 and TR-02102-2 §3.3.1 want CBC in no other way.
  const isBareCbc = iana.includes("_CBC_") && legacy?.encryptThenMac !== true;
  if (isBareCbc) faults.push(judge("cipher-cbc", iana, goodSuite));
  if (isListed(profile.suites, iana, nowMs)) return faults;
  if (iana.startsWith("TLS_RSA_")) faults.push(judge("no-forward-secrecy", iana, goodSuite));
  if (iana.startsWith("TLS_DHE_")) faults.push(judge("finite-field-exchange", iana, goodSuite));
  return faults.length > 0 ? faults : [judge(profile.unlistedSuite, iana, goodSuite)];
}

function isFiniteField(name: string): boolean {
  return name === "DH" || name.startsWith("ffdhe");
}

function judgeBits(profile: TlsProfile, facts: HandshakeFacts): readonly Shortfall[] {
  const { name, bits } = facts.keyExchange;
  if (bits === undefined) return [];
  const least = isFiniteField(name) ? profile.leastDhBits : profile.leastEcdhBits;
  if (bits >= least) return [];
  return [judgeBy(profile)("group-too-small", `${name} with ${bits} bits`, `${least} bits`)];
}

/** Static RSA has no group; that it lacks forward secrecy is said of the suite. */
function judgeGroup(
  profile: TlsProfile,
  { protocol, keyExchange: { name } }: HandshakeFacts,
  nowMs: number,
): readonly Shortfall[] {
  const list = profile.groups?.[protocol === "TLSv1.3" ? protocol : "TLSv1.2"];
  if (list === undefined || name === "RSA" || isListed(list, name, nowMs)) return [];
  return [judgeBy(profile)("group-not-listed", name, namesOf(list, nowMs))];
}

/** What is not told here cannot be weak: a server can only sign with what was offered. */
function judgeSignature(
  profile: TlsProfile,
  { signatureScheme }: HandshakeFacts,
  nowMs: number,
): readonly Shortfall[] {
  if (signatureScheme === undefined) return [];
  const judge = judgeBy(profile);
  if (hasWeakHash(profile, signatureScheme)) {
    return [judge("handshake-signature-weak", signatureScheme, "SHA-256 or better")];
  }
  const list = profile.handshakeSignatures;
  if (list === undefined || isListed(list, signatureScheme, nowMs)) return [];
  return [judge("handshake-signature-not-listed", signatureScheme, namesOf(list, nowMs))];
}

const newerLibrary = "an up-to-date TLS library";

function judgeLegacy(profile: TlsProfile, { legacy }: HandshakeFacts): readonly Shortfall[] {
  if (legacy === undefined) return [];
  const judge = judgeBy(profile);
  const faults: Shortfall[] = [];
  if (!legacy.extendedMasterSecret) {
    const found = "the extended master secret (RFC 7627)";
    faults.push(judge("no-extended-master-secret", found, newerLibrary));
  }
  if (!legacy.secureRenegotiation) {
    const found = "secure renegotiation (RFC 5746)";
    faults.push(judge("no-secure-renegotiation", found, newerLibrary));
  }
  if (legacy.compression) {
    faults.push(judge("tls-compression", "TLS compression", "TLS without compression"));
  }
  return faults;
}
