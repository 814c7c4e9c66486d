/**
 * Which TLSA record a server's certificates match (RFC 6698 §2.1, RFC 7671 §5). Matching only:
 * that a path leads from the server's certificate to a matching authority is for the caller to
 * prove. As in OpenSSL and Postfix, usage 3 speaks of the server's own certificate and of no
 * other, usage 2 of those above it and never of the server's own.
 *
 * Records must be usable and chosen by `keepStrongest` before.
 */
import { createHash, type X509Certificate } from "node:crypto";
import { publicKeyInfo } from "./public-key-info.ts";
import {
  matchingFull,
  matchingSha256,
  selectorCertificate,
  selectorPublicKey,
  type Tlsa,
  usageEndEntity,
  usageTrustAnchor,
} from "./tlsa.ts";
import { readCertificate, readPublicKey } from "./tlsa-usability.ts";

export interface TrustAnchorMatch {
  readonly record: Tlsa;
  readonly certificate: X509Certificate;
}

/** The first record that names `leaf` itself or its key (RFC 7672 §3.1.1). */
export function matchEndEntity(records: readonly Tlsa[], leaf: X509Certificate): Tlsa | undefined {
  return findMatch(
    records.filter(({ usage }) => usage === usageEndEntity),
    leaf,
  );
}

/**
 * Authorities that usage 2 names: those the server presented above its own certificate
 * (`presented[0]`), then those that records hold in full, which need not be presented
 * (RFC 7672 §3.1.2). Each once.
 */
export function findTrustAnchors(
  records: readonly Tlsa[],
  presented: readonly X509Certificate[],
): readonly TrustAnchorMatch[] {
  const [leaf, ...others] = presented;
  const ofAuthority = records.filter(({ usage }) => usage === usageTrustAnchor);
  const matches = others.flatMap((certificate) => {
    const record = findMatch(ofAuthority, certificate);
    return record === undefined ? [] : [{ record, certificate }];
  });
  const all = [...matches, ...ofAuthority.flatMap(anchorInRecord)];
  const seen = new Set(leaf === undefined ? [] : [leaf.fingerprint256]);
  return all.filter(({ certificate: { fingerprint256 } }) => {
    const isNew = !seen.has(fingerprint256);
    seen.add(fingerprint256);
    return isNew;
  });
}

function anchorInRecord(record: Tlsa): readonly TrustAnchorMatch[] {
  const isWhole = record.selector === selectorCertificate && record.matchingType === matchingFull;
  const certificate = isWhole ? readCertificate(record.data) : undefined;
  return certificate === undefined ? [] : [{ record, certificate }];
}

/**
 * The `2 1 0` record whose bare key signed `top`, the last certificate of the presented path: an
 * authority that is known by its key alone and was not presented (RFC 7671 §5.2.3).
 */
export function findSigningKey(records: readonly Tlsa[], top: X509Certificate): Tlsa | undefined {
  return records.find((record) => {
    const { usage, selector, matchingType, data } = record;
    if (usage !== usageTrustAnchor || selector !== selectorPublicKey) return false;
    const key = matchingType === matchingFull ? readPublicKey(data) : undefined;
    return key !== undefined && isSignedBy(top, key);
  });
}

function isSignedBy(
  certificate: X509Certificate,
  key: Parameters<X509Certificate["verify"]>[0],
): boolean {
  try {
    return certificate.verify(key);
  } catch {
    // A key and a signature of different kinds.
    return false;
  }
}

function findMatch(records: readonly Tlsa[], certificate: X509Certificate): Tlsa | undefined {
  // Computed once for each form, whatever the number of records.
  const forms = new Map<string, Buffer | undefined>();
  return records.find(({ selector, matchingType, data }) => {
    const form = `${selector} ${matchingType}`;
    if (!forms.has(form)) forms.set(form, associationData(certificate, selector, matchingType));
    return forms.get(form)?.equals(data) ?? false;
  });
}

/** What a record with these numbers would hold for `certificate`. */
export function associationData(
  certificate: X509Certificate,
  selector: number,
  matchingType: number,
): Buffer | undefined {
  const { raw } = certificate;
  const selected = selector === selectorCertificate ? raw : publicKeyInfo(raw);
  if (selected === undefined || matchingType === matchingFull) return selected;
  const algorithm = matchingType === matchingSha256 ? "sha256" : "sha512";
  return createHash(algorithm).update(selected).digest();
}
