/**
 * What one certificate says, as facts for the profile and as a report for people. Names match by
 * RFC 9525: only dNSName entries, a wildcard only as the whole first label and for one label.
 */
import type { KeyObject, X509Certificate } from "node:crypto";
import { printable } from "../base/printable.ts";
import type { CertificateReport } from "../base/verdict.ts";
import type { CertificateFacts } from "../tls-profile/certificate-facts.ts";
import { certificateSignatureScheme } from "../wire/certificate-signature.ts";

const maxReportedNames = 20;
const maxLabel = 80;
const maxQuoted = 100;

export function certificateFacts(
  certificate: X509Certificate,
  isTrustAnchor: boolean,
): CertificateFacts {
  return {
    label: certificateLabel(certificate),
    ...keyFacts(certificate),
    signatureScheme: certificateSignatureScheme(certificate.raw),
    isTrustAnchor,
  };
}

export function certificateReport(certificate: X509Certificate): CertificateReport {
  const { keyType, keyBits } = keyFacts(certificate);
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: dnsNames(certificate)
      .slice(0, maxReportedNames)
      .map((name) => printable(name, maxQuoted)),
    notBefore: isoDate(certificate.validFromDate),
    notAfter: isoDate(certificate.validToDate),
    sha256: certificate.fingerprint256,
    keyType,
    keyBits,
    signatureAlgorithm: certificateSignatureScheme(certificate.raw),
  };
}

/** How people call a certificate: its common name, else its first DNS name, else its subject. */
export function certificateLabel(certificate: X509Certificate): string {
  const { subject } = certificate;
  return shorten(commonName(subject) ?? dnsNames(certificate)[0] ?? oneLine(subject));
}

export function issuerLabel(certificate: X509Certificate): string {
  return shorten(commonName(certificate.issuer) ?? oneLine(certificate.issuer));
}

/** RFC 9525 §6.3; what this accepts Postfix accepts as well. */
export function matchesName(certificate: X509Certificate, name: string): boolean {
  const options = {
    subject: "never",
    wildcards: true,
    partialWildcards: false,
    multiLabelWildcards: false,
  } as const;
  return certificate.checkHost(name, options) !== undefined;
}

/**
 * Everything Postfix's match might accept: wildcards over several labels
 * (tls_wildcard_matches_multiple_labels) and the common name where there is no dNSName.
 */
export function mightMatchInPostfix(certificate: X509Certificate, name: string): boolean {
  const options = { subject: "default", wildcards: true, multiLabelWildcards: true } as const;
  return certificate.checkHost(name, options) !== undefined;
}

/** dNSName entries of the subject alternative name, as written. */
export function dnsNames(certificate: X509Certificate): readonly string[] {
  const entries = certificate.subjectAltName ?? "";
  // Node quotes an entry as JSON when it holds characters that could be taken for a separator.
  const matches = entries.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...matches].flatMap(([, kind, value]) => (kind === "DNS" && value ? [value] : []));
}

/** `subject` or `issuer` as Node prints it, one attribute per line. */
export function commonName(distinguishedName: string): string | undefined {
  return /^CN=(.+)$/m.exec(distinguishedName ?? "")?.[1];
}

/** `checkIssued` would not do: it wants a key that may sign certificates, which no server's may. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  if (certificate.subject !== certificate.issuer) return false;
  try {
    return certificate.verify(certificate.publicKey);
  } catch {
    // A key or signature of a kind that OpenSSL does not know.
    return false;
  }
}

/** For people, to the minute: `2026-11-22 19:53 UTC`. */
export function spokenDate(date: Date): string {
  return isoDate(date).replace(/^(.{10})T(.{5}).*/, "$1 $2 UTC");
}

export function isoDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? "unknown" : date.toISOString();
}

/** A label stands within a sentence and must leave room for the rest of it. */
function shorten(label: string): string {
  return label.length <= maxLabel ? label : `${label.slice(0, maxLabel - 1)}…`;
}

function oneLine(distinguishedName: string | undefined): string {
  return printable((distinguishedName ?? "").split("\n").join(", "), maxQuoted);
}

/** OpenSSL's names of curves whose IANA name is another one. */
const curveNames: Readonly<Record<string, string>> = {
  prime192v1: "secp192r1",
  prime256v1: "secp256r1",
};
const curveBits: Readonly<Record<string, number>> = {
  secp192r1: 192,
  secp224r1: 224,
  secp256r1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  brainpoolP256r1: 256,
  brainpoolP384r1: 384,
  brainpoolP512r1: 512,
};
const fixedBits: Readonly<Record<string, number>> = { ed25519: 256, ed448: 448 };

type KeyFacts = Pick<CertificateFacts, "keyType" | "keyBits" | "keyCurve">;

function keyFacts(certificate: X509Certificate): KeyFacts {
  const key = readKey(certificate);
  if (key === undefined) return { keyType: "", keyBits: 0 };
  const keyType = key.asymmetricKeyType ?? "";
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const keyCurve = namedCurve === undefined ? undefined : (curveNames[namedCurve] ?? namedCurve);
  const bits = modulusLength ?? curveBits[keyCurve ?? ""] ?? fixedBits[keyType] ?? 0;
  return { keyType, keyBits: bits, keyCurve };
}

function readKey(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    // A key of a kind that OpenSSL does not know; the profile calls it unsuitable.
    return undefined;
  }
}
