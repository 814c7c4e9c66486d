/**
 * The certificates a trusted connection rests on: from the server's own up to a trust anchor
 * (RFC 5280 §6). Servers send superfluous and expired certificates beside the needed ones; only
 * what lies on the path is judged. Whether to trust at all is decided by OpenSSL, not here.
 *
 * Of several certificates for one authority the one that is valid longest is taken, as OpenSSL
 * does: renewed roots and cross-signed authorities come in pairs of which one has expired.
 *
 * Limits: at most 100 signature checks per path, whatever a server presents.
 */
import type { X509Certificate } from "node:crypto";

export interface CertificationPath {
  /** Leaf first. */
  readonly certificates: readonly X509Certificate[];
  /** Whether the last one is a trust anchor. */
  readonly isAnchored: boolean;
}

const maxChecks = 100;

type Certificates = readonly X509Certificate[];
/** By what was presented, then by the anchors. */
const known = new WeakMap<Certificates, WeakMap<Certificates, CertificationPath>>();

/**
 * The same two lists give the same path without looking again: what one server has presented is
 * judged for each of the domains on it, and signatures are the dear part of that.
 */
export function findPath(presented: Certificates, anchors: Certificates): CertificationPath {
  const byAnchors = known.get(presented) ?? new WeakMap<Certificates, CertificationPath>();
  const path = byAnchors.get(anchors) ?? searchPath(presented, anchors);
  known.set(presented, byAnchors.set(anchors, path));
  return path;
}

function searchPath(presented: Certificates, anchors: Certificates): CertificationPath {
  const [leaf, ...others] = presented;
  if (leaf === undefined) return { certificates: [], isAnchored: false };
  const search = { others: byEnd(others), anchors: byEnd(anchors), checks: 0 };
  const anchored = extend(search, [leaf]);
  if (anchored !== undefined) return { certificates: anchored, isAnchored: true };
  return { certificates: longestPath(search, leaf), isAnchored: false };
}

function byEnd(certificates: readonly X509Certificate[]): readonly X509Certificate[] {
  return certificates.toSorted((a, b) => b.validToDate.getTime() - a.validToDate.getTime());
}

interface Search {
  readonly others: readonly X509Certificate[];
  readonly anchors: readonly X509Certificate[];
  checks: number;
}

type Path = readonly X509Certificate[];

/** Anchors before presented certificates, as OpenSSL does: the shortest trusted path wins. */
function extend(search: Search, path: Path): Path | undefined {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  if (search.anchors.some((anchor) => anchor.fingerprint256 === last.fingerprint256)) return path;
  const anchor = search.anchors.find((candidate) => isIssuedBy(search, last, candidate));
  if (anchor !== undefined) return [...path, anchor];
  for (const candidate of search.others) {
    if (path.includes(candidate) || !isIssuedBy(search, last, candidate)) continue;
    const found = extend(search, [...path, candidate]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function longestPath(search: Search, leaf: X509Certificate): Path {
  const path = [leaf];
  for (let last = leaf; ; ) {
    const issuer = search.others.find(
      (candidate) => !path.includes(candidate) && isIssuedBy(search, last, candidate),
    );
    if (issuer === undefined) return path;
    path.push(issuer);
    last = issuer;
  }
}

function isIssuedBy(
  search: Search,
  certificate: X509Certificate,
  issuer: X509Certificate,
): boolean {
  if (certificate.issuer !== issuer.subject || !certificate.checkIssued(issuer)) return false;
  search.checks += 1;
  if (search.checks > maxChecks) return false;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    // A key or signature of a kind that OpenSSL does not know proves nothing.
    return false;
  }
}

/** What Postfix takes between server and authority: smtp_tls_scert_verifydepth, as pinned. */
const maxIntermediates = 10;
export const chainTooLong = "too many certificates between it and the server";

/** `certificates`: from the server's own to the authority. */
export function isTooLong(certificates: readonly X509Certificate[]): boolean {
  return certificates.length - 2 > maxIntermediates;
}
