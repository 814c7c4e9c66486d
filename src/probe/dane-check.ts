/**
 * What a server's TLSA records say of the certificates it showed (RFC 7672 §3). Usage 3 is tried
 * first and needs nothing but the match: no name, no date, no path. Usage 2 names an authority, and
 * everything else is as with public authorities (`dane-authority.ts`).
 *
 * What this accepts Postfix accepts as well: it follows the order and the reading of OpenSSL.
 */
import type { X509Certificate } from "node:crypto";
import type { Finding } from "../base/verdict.ts";
import { matchEndEntity } from "../dane/tlsa-match.ts";
import { formatTlsa, suggestTlsa } from "../dane/tlsa-text.ts";
import type { TlsaRecord } from "../dns/resolver.ts";
import { checkAuthority, type ShownCertificates, type VerifyByAnchor } from "./dane-authority.ts";
import { finding, type Where } from "./finding.ts";

export type DaneCheck =
  | {
      readonly kind: "matched";
      /** The record as zone text. */
      readonly record: string;
      readonly usage: "ee" | "ta";
      /** Where the path ends; undefined with `ee`, where there is none. */
      readonly anchor: X509Certificate | undefined;
      readonly findings: readonly Finding[];
    }
  | { readonly kind: "mismatch" | "unknown"; readonly findings: readonly Finding[] };

export interface DaneExpectation {
  /** `TlsaOutcome.usable`. */
  readonly records: readonly TlsaRecord[];
  /** `TlsaReport.baseDomain`. */
  readonly baseDomain: string;
  /** Further names a usage 2 certificate may bear: `MailHosts.nextHopNames` (RFC 7672 §3.2.2). */
  readonly otherNames: readonly string[];
  readonly port: number;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * `verify` repeats the handshake with one trusted authority; it is called at most twice, and only
 * when no record names the server's own certificate. `unknown`: it could not be repeated.
 */
export async function checkDane(
  { presented }: Pick<ShownCertificates, "presented">,
  expectation: DaneExpectation,
  where: Where,
  verify: VerifyByAnchor,
): Promise<DaneCheck> {
  const [leaf] = presented;
  if (leaf === undefined) return mismatch([finding("certificate-missing", [], where)]);
  const own = matchEndEntity(expectation.records, leaf);
  if (own !== undefined) return matched(own, undefined, where);
  const names = [expectation.baseDomain, ...expectation.otherNames];
  const { records, nowMs } = expectation;
  const checked = await checkAuthority({ presented, records, names, nowMs, where }, verify);
  if (checked.kind === "trusted") return matched(checked.record, checked.anchor, where);
  if (checked.kind !== "none") return checked;
  return mismatch([mismatchFinding(leaf, expectation, where)]);
}

function matched(record: TlsaRecord, anchor: X509Certificate | undefined, where: Where): DaneCheck {
  const text = formatTlsa(record);
  const findings = [finding("dane-matched", [text], where)];
  const usage = anchor === undefined ? "ee" : "ta";
  return { kind: "matched", record: text, usage, anchor, findings };
}

function mismatch(findings: readonly Finding[]): DaneCheck {
  return { kind: "mismatch", findings };
}

function mismatchFinding(
  leaf: X509Certificate,
  { baseDomain, port }: DaneExpectation,
  where: Where,
): Finding {
  const suggestion = suggestTlsa(leaf) ?? "none";
  return finding("dane-mismatch", [`_${port}._tcp.${baseDomain}`, suggestion], where);
}
