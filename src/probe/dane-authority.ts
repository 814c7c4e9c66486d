/**
 * TLSA records of usage 2: a valid path must lead from the server's certificate to the authority
 * that the record names, and the certificate must bear one of the reference names
 * (RFC 7672 §3.1.2, §3.2.3). The authority must be presented unless the record holds it in full;
 * of a bare key (`2 1 0`) it suffices that it signed the last certificate presented.
 *
 * Whether the path is valid is OpenSSL's word, given in a handshake that trusts nobody else. Our
 * own search finds the authorities worth a handshake, the nearest to the server first, as OpenSSL
 * climbs. Names and dates are looked at before, for they need none.
 *
 * Limits: two handshakes, and 100 signature checks in each search.
 */
import type { X509Certificate } from "node:crypto";
import type { Finding } from "../base/verdict.ts";
import type { Tlsa } from "../dane/tlsa.ts";
import { findSigningKey, findTrustAnchors, type TrustAnchorMatch } from "../dane/tlsa-match.ts";
import { formatTlsa } from "../dane/tlsa-text.ts";
import { certificateLabel, dnsNames, spokenDate } from "./certificate.ts";
import { chainTooLong, findPath, isTooLong } from "./certification-path.ts";
import { finding, type Where } from "./finding.ts";
import type { Handshake } from "./handshake.ts";

export interface TrustAnchor {
  readonly certificate: X509Certificate;
}

/**
 * Repeats the handshake with `anchor` as the only authority, at the same address and with the same
 * SNI; a path may end at it although it is not self-signed (`allowPartialTrustChain`).
 * `unavailable`: there was no handshake this time. Never rejects because of the server.
 */
export type VerifyByAnchor = (anchor: TrustAnchor) => Promise<ShownCertificates | "unavailable">;

/** What this needs of a handshake. */
export type ShownCertificates = Pick<Handshake, "presented" | "trustError">;

export interface AuthorityQuestion {
  readonly presented: readonly X509Certificate[];
  readonly records: readonly Tlsa[];
  /** Reference identifiers; one of them must be in the server's certificate. */
  readonly names: readonly string[];
  readonly nowMs: number;
  readonly where: Where;
}

export type AuthorityCheck =
  | { readonly kind: "trusted"; readonly record: Tlsa; readonly anchor: X509Certificate }
  /** No record speaks of an authority of this server. */
  | { readonly kind: "none" }
  | { readonly kind: "mismatch" | "unknown"; readonly findings: readonly Finding[] };

const maxHandshakes = 2;

export async function checkAuthority(
  question: AuthorityQuestion,
  verify: VerifyByAnchor,
): Promise<AuthorityCheck> {
  let firstFault: readonly Finding[] | undefined;
  let handshakes = 0;
  for (const candidate of candidates(question)) {
    const fault =
      nameFault(question, candidate.path[0]) ??
      dateFault(question, candidate.path) ??
      lengthFault(question, candidate);
    if (fault !== undefined) {
      firstFault ??= [fault];
      continue;
    }
    if (handshakes === maxHandshakes) break;
    handshakes += 1;
    const seen = await verify({ certificate: candidate.certificate });
    if (seen === "unavailable") {
      return { kind: "unknown", findings: [finding("tls-interrupted", [], question.where)] };
    }
    const doubt = judgeRepeated(question, candidate, seen);
    if (doubt === undefined) {
      return { kind: "trusted", record: candidate.record, anchor: candidate.certificate };
    }
    firstFault ??= [doubt];
  }
  return firstFault === undefined ? { kind: "none" } : { kind: "mismatch", findings: firstFault };
}

interface Candidate extends TrustAnchorMatch {
  /** From the server's certificate to the authority. */
  readonly path: readonly X509Certificate[];
  /** Whether the record brings the authority with it, so that it need not be presented. */
  readonly isInRecord: boolean;
}

/** Each authority to which a path leads, nearest first; then the one known by its key alone. */
function* candidates({ presented, records }: AuthorityQuestion): Generator<Candidate> {
  let anchors = findTrustAnchors(records, presented);
  for (let found = 0; found < maxHandshakes && anchors.length > 0; found += 1) {
    const path = findPath(
      presented,
      anchors.map(({ certificate }) => certificate),
    );
    const last = path.isAnchored ? path.certificates.at(-1) : undefined;
    const match = anchors.find(({ certificate }) => isSame(certificate, last));
    if (match === undefined) break;
    const isInRecord = !presented.some((certificate) => isSame(certificate, match.certificate));
    yield { ...match, path: path.certificates, isInRecord };
    anchors = anchors.filter((anchor) => anchor !== match);
  }
  const path = findPath(presented, []).certificates;
  const top = path.at(-1);
  const record = top && findSigningKey(records, top);
  if (top && record) yield { record, certificate: top, path, isInRecord: false };
}

function isSame(a: X509Certificate, b: X509Certificate | undefined): boolean {
  return a.fingerprint256 === b?.fingerprint256;
}

/** Several machines may stand behind one address, and the second may show other certificates. */
function judgeRepeated(
  question: AuthorityQuestion,
  { record, certificate, isInRecord }: Candidate,
  { trustError, presented }: ShownCertificates,
): Finding | undefined {
  const { where } = question;
  if (trustError !== undefined) return untrusted(record, describeTrustError(trustError), where);
  if (!isInRecord && !presented.some((one) => isSame(one, certificate))) {
    return untrusted(record, "another connection showed other certificates", where);
  }
  return nameFault(question, presented[0]);
}

/** Postfix counts the certificates between here as with any authority. */
function lengthFault(
  { where }: AuthorityQuestion,
  { record, path }: Candidate,
): Finding | undefined {
  return isTooLong(path) ? untrusted(record, chainTooLong, where) : undefined;
}

function untrusted(record: Tlsa, reason: string, where: Where): Finding {
  return finding("dane-ta-untrusted", [formatTlsa(record), reason], where);
}

function describeTrustError(code: string): string {
  return code.toLowerCase().replaceAll("_", " ");
}

const maxShownNames = 4;

function nameFault(
  { names, where }: AuthorityQuestion,
  leaf: X509Certificate | undefined,
): Finding | undefined {
  if (leaf === undefined) return finding("certificate-missing", [], where);
  if (names.some((name) => bearsName(leaf, name))) return undefined;
  const own = dnsNames(leaf);
  const more = own.length - maxShownNames;
  const listed = own.slice(0, maxShownNames).join(", ") + (more > 0 ? ` (+${more})` : "");
  const found = own.length > 0 ? listed : `"${certificateLabel(leaf)}"`;
  return finding("dane-name-mismatch", [found, names.join(", ")], where);
}

/** RFC 7672 §3.2.3: the common name counts where there is no DNS name; `*` is one whole label. */
function bearsName(leaf: X509Certificate, name: string): boolean {
  const options = {
    subject: "default",
    wildcards: true,
    partialWildcards: false,
    multiLabelWildcards: false,
  } as const;
  return leaf.checkHost(name, options) !== undefined;
}

function dateFault(
  { nowMs, where }: AuthorityQuestion,
  path: readonly X509Certificate[],
): Finding | undefined {
  for (const certificate of path) {
    const { validFromDate, validToDate } = certificate;
    const label = certificateLabel(certificate);
    // Written so that a date that cannot be read is a fault.
    if (!(nowMs <= validToDate.getTime())) {
      return finding("certificate-expired", [label, spokenDate(validToDate)], where);
    }
    if (!(nowMs >= validFromDate.getTime())) {
      return finding("certificate-not-yet-valid", [label, spokenDate(validFromDate)], where);
    }
  }
  return undefined;
}
