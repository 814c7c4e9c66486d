/**
 * The SubjectPublicKeyInfo of a certificate, byte for byte (RFC 5280 §4.1): what a TLSA record
 * with selector 1 speaks of. Exporting the parsed key would not do: a key can be written in
 * several ways, and the record's digest knows only the one in the certificate.
 */
import { derSequence, readDerItem } from "./der-item.ts";

const explicitVersion = 0xa0;
/** Serial number, signature algorithm, issuer, validity, subject. */
const fieldsBeforeKey = 5;

/** `certificate`: DER. Undefined when these bytes are no certificate. */
export function publicKeyInfo(certificate: Buffer): Buffer | undefined {
  const whole = readDerItem(certificate, 0);
  if (whole?.tag !== derSequence) return undefined;
  const body = readDerItem(certificate, whole.contentStart, whole.end);
  if (body?.tag !== derSequence) return undefined;
  let next = readDerItem(certificate, body.contentStart, body.end);
  const version = next?.tag === explicitVersion ? 1 : 0;
  for (let skipped = 0; next !== undefined && skipped < version + fieldsBeforeKey; skipped += 1) {
    next = readDerItem(certificate, next.end, body.end);
  }
  return next?.tag === derSequence ? certificate.subarray(next.start, next.end) : undefined;
}
