/**
 * A profile says how strong a connection must be: one published recommendation in one edition, as
 * data. `bcp195.ts` is the first; the profiles of BSI TR-02102-2 will stand beside it, as files of
 * this shape. A profile both decides what the probe offers and how the outcome is judged, so that
 * probe and delivery see the same connection.
 */
import type { Severity } from "../base/verdict.ts";

export const tlsProtocols = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type TlsProtocol = (typeof tlsProtocols)[number];

/** What can fall short of a profile; `probe/finding.ts` words each of them. */
export const tlsRules = [
  "protocol-too-old",
  "tls13-missing",
  "cipher-weak",
  "cipher-not-recommended",
  "cipher-not-listed",
  "cipher-cbc",
  "no-forward-secrecy",
  "finite-field-exchange",
  "group-too-small",
  "group-not-listed",
  "handshake-signature-weak",
  "handshake-signature-not-listed",
  "key-type-unsuitable",
  "key-type-not-listed",
  "key-too-small",
  "key-below-recommendation",
  "signature-weak",
  "signature-not-listed",
  "no-extended-master-secret",
  "no-secure-renegotiation",
  "tls-compression",
] as const;
export type TlsRule = (typeof tlsRules)[number];

export const profileNames = ["bcp195", "bsi", "bsi-strict"] as const;
export type ProfileName = (typeof profileNames)[number];

export interface CipherSuite {
  /** Name in the IANA registry. */
  readonly iana: string;
  readonly openssl: string;
}

/** What the client offers: the same in the probe and, by the emitted policy, in Postfix. */
export interface TlsOffer {
  readonly leastProtocol: "TLSv1.2" | "TLSv1.3";
  /** OpenSSL cipher string for TLS 1.2: what Postfix's `ciphers=` grade stands for. */
  readonly cipherList: string;
  /** TLS 1.3 suites by their IANA names. */
  readonly cipherSuites: readonly string[];
  /** OpenSSL group names in order of preference; Postfix: tls_eecdh_auto_curves. */
  readonly groups: readonly string[];
  /** The grade that stands in Postfix's policy. */
  readonly postfixCiphers: "medium" | "high";
}

export interface TlsProfile {
  readonly name: string;
  /** Year and month of the text the data follows. */
  readonly edition: string;
  readonly source: string;
  readonly offer: TlsOffer;
  readonly recommendedSuites: readonly CipherSuite[];
  readonly keyTypes: readonly string[];
  readonly leastRsaBits: number;
  readonly leastEcBits: number;
  /** Finite-field Diffie-Hellman. */
  readonly leastDhBits: number;
  /** Hashes that may sign neither a certificate nor a handshake, in lower case. */
  readonly weakHashes: readonly string[];
  readonly severity: Readonly<Record<TlsRule, Severity>>;
}

/** As verdicts name it: `bcp195/2022-11`. */
export function profileName(profile: TlsProfile): string {
  return `${profile.name}/${profile.edition}`;
}
