/**
 * Which TLSA records can be used for mail (RFC 7672 §3.1, RFC 7671 §9, RFC 6698 §4.1). A record
 * that cannot is left out as if it did not exist; when none is left, the server must still be
 * reached over TLS, but nobody vouches for its certificate (RFC 7672 §2.2).
 */
import { createPublicKey, X509Certificate } from "node:crypto";
import { isDerSequence } from "./der-item.ts";
import {
  matchingFull,
  matchingSha256,
  matchingSha512,
  selectorCertificate,
  selectorPublicKey,
  type Tlsa,
  usageEndEntity,
  usageTrustAnchor,
} from "./tlsa.ts";

const digestBytes: ReadonlyMap<number, number> = new Map([
  [matchingSha256, 32],
  [matchingSha512, 64],
]);

/** What is wrong with a record, in words that continue "it cannot be used:". */
export const tlsaFaults = {
  usage: "its usage is not defined for mail, only 2 and 3 are",
  selector: "its selector is not known, only 0 and 1 are",
  matchingType: "its matching type is not known, only 0, 1 and 2 are",
  empty: "it holds no data",
  digestLength: "its digest does not have the length of its matching type",
  certificate: "its data is not a certificate",
  publicKey: "its data is not a public key",
} as const;

export type TlsaFault = keyof typeof tlsaFaults;

/** Undefined: the record can be used. */
export function findTlsaFault({
  usage,
  selector,
  matchingType,
  data,
}: Tlsa): TlsaFault | undefined {
  if (usage !== usageTrustAnchor && usage !== usageEndEntity) return "usage";
  if (selector !== selectorCertificate && selector !== selectorPublicKey) return "selector";
  if (data.length === 0) return "empty";
  if (matchingType === matchingFull) return findFullFault(selector, data);
  const length = digestBytes.get(matchingType);
  if (length === undefined) return "matchingType";
  return data.length === length ? undefined : "digestLength";
}

function findFullFault(selector: number, data: Buffer): TlsaFault | undefined {
  if (selector === selectorCertificate) return readCertificate(data) ? undefined : "certificate";
  return readPublicKey(data) ? undefined : "publicKey";
}

/** `data`: one whole certificate in DER with a key that OpenSSL knows. */
export function readCertificate(data: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(data);
    // Node also reads PEM, even from within DER; only these very bytes are meant.
    return certificate.raw.equals(data) && certificate.publicKey ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/** `data`: one whole SubjectPublicKeyInfo in DER of a kind that OpenSSL knows. */
export function readPublicKey(data: Buffer): ReturnType<typeof createPublicKey> | undefined {
  if (!isDerSequence(data)) return undefined;
  try {
    return createPublicKey({ key: data, format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}
