/**
 * One certificate of the path by a profile. The key of a trust anchor counts like any other, since
 * it signs the certificate below it (TR-02102-2 §3.6 speaks of certificate-signing keys); its own
 * signature does not, since nobody relies on it (RFC 5280 §6).
 */
import type { CertificateFacts } from "./certificate-facts.ts";
import { isListed, namesOf } from "./listed.ts";
import { judgeBy, type Shortfall } from "./shortfall.ts";
import type { TlsProfile } from "./tls-profile.ts";
import { hasWeakHash } from "./weak-hash.ts";

export function judgeCertificate(
  profile: TlsProfile,
  certificate: CertificateFacts,
  nowMs: number,
): readonly Shortfall[] {
  if (!profile.suitableKeyTypes.includes(certificate.keyType)) {
    const unsuitable = judgeUnsuitable(profile, certificate);
    return [unsuitable, ...judgeSignature(profile, certificate, nowMs)];
  }
  return [
    ...judgeKeyType(profile, certificate, nowMs),
    ...judgeKeyBits(profile, certificate),
    ...judgeSignature(profile, certificate, nowMs),
  ];
}

const expectedTypes = "RSA or elliptic curve";

function judgeUnsuitable(profile: TlsProfile, { label, keyType }: CertificateFacts): Shortfall {
  const found = `the key of "${label}" is of type ${keyType || "unknown"}`;
  return judgeBy(profile)("key-type-unsuitable", found, expectedTypes);
}

function judgeKeyType(
  profile: TlsProfile,
  { label, keyType, keyCurve }: CertificateFacts,
  nowMs: number,
): readonly Shortfall[] {
  const judge = judgeBy(profile);
  if (!isListed(profile.listedKeyTypes, keyType, nowMs)) {
    const found = `the key of "${label}" is of type ${keyType}`;
    return [judge("key-type-not-listed", found, expectedTypes)];
  }
  const { keyCurves } = profile;
  if (keyCurves === undefined || keyCurve === undefined) return [];
  if (isListed(keyCurves, keyCurve, nowMs)) return [];
  const found = `the key of "${label}" is of type ${keyCurve}`;
  return [judge("key-type-not-listed", found, namesOf(keyCurves, nowMs))];
}

function judgeKeyBits(
  profile: TlsProfile,
  { label, keyType, keyBits }: CertificateFacts,
): readonly Shortfall[] {
  const judge = judgeBy(profile);
  const { least, recommended } = keyType.startsWith("rsa") ? profile.rsaBits : profile.ecBits;
  const found = `the ${keyType.toUpperCase()} key of "${label}" has ${keyBits} bits`;
  if (keyBits < least) return [judge("key-too-small", found, `${least} bits`)];
  if (keyBits >= recommended) return [];
  return [judge("key-below-recommendation", found, `${recommended} bits`)];
}

function judgeSignature(
  profile: TlsProfile,
  { label, signatureScheme, isTrustAnchor }: CertificateFacts,
  nowMs: number,
): readonly Shortfall[] {
  if (isTrustAnchor) return [];
  const judge = judgeBy(profile);
  const found = `the certificate of "${label}" is signed with ${signatureScheme}`;
  if (hasWeakHash(profile, signatureScheme)) {
    return [judge("signature-weak", found, "SHA-256 or better")];
  }
  const list = profile.certificateSignatures;
  if (list === undefined || isListed(list, signatureScheme, nowMs)) return [];
  return [judge("signature-not-listed", found, namesOf(list, nowMs))];
}
