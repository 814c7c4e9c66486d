/**
 * A profile says how strong a connection must be: one published recommendation in one edition, as
 * data. It both decides what the probe and Postfix offer and how the outcome is judged, so that
 * probe and delivery see the same connection. Profiles differ by data only: `evaluate.ts` knows
 * none of them by name.
 */
import type { Severity } from "../base/verdict.ts";
import type { Listed } from "./listed.ts";

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

/**
 * What the client offers: the same in the probe and in Postfix. What a policy cannot say per
 * destination (TLS 1.3 suites, groups, signature schemes) is pinned where `mxseal-secure` is
 * defined. Only names that OpenSSL 3.0 knows: Postfix's library may be older than Node's.
 */
export interface TlsOffer {
  readonly leastProtocol: "TLSv1.2" | "TLSv1.3";
  /** Postfix's cipher grade, without `exclusions`; `high` is OpenSSL's HIGH. */
  readonly postfixCiphers: "high";
  /** OpenSSL's words for what the grade holds and is not offered: Postfix's `exclude=`. */
  readonly exclusions: readonly string[];
  /** TLS 1.3 suites by their IANA names. */
  readonly cipherSuites: readonly string[];
  /** OpenSSL group names in order of preference; Postfix: tls_eecdh_auto_curves. */
  readonly groups: readonly string[];
  /** IANA names in order of preference. */
  readonly signatureSchemes: readonly string[];
}

export interface KeyBits {
  /** What has less is refused. */
  readonly least: number;
  /** What has less falls short of the recommendation; never below `least`. */
  readonly recommended: number;
}

export interface TlsProfile {
  readonly name: ProfileName;
  /** Year and month of the text the data follows. */
  readonly edition: string;
  readonly source: string;
  readonly offer: TlsOffer;
  readonly protocols: readonly Listed[];
  /** IANA names. */
  readonly suites: readonly Listed[];
  /** A suite outside the list: something less than the best, or outside a closed list. */
  readonly unlistedSuite: "cipher-not-recommended" | "cipher-not-listed";
  /** IANA names, by the protocol they are used with; undefined: the text closes no list. */
  readonly groups: Readonly<Record<"TLSv1.2" | "TLSv1.3", readonly Listed[]>> | undefined;
  /** IANA names; undefined: the text closes no list. */
  readonly handshakeSignatures: readonly Listed[] | undefined;
  readonly certificateSignatures: readonly Listed[] | undefined;
  /** Of certificate keys, as node:crypto names them. */
  readonly suitableKeyTypes: readonly string[];
  readonly listedKeyTypes: readonly Listed[];
  /** Of certificate keys; undefined: the text closes no list. */
  readonly keyCurves: readonly Listed[] | undefined;
  readonly rsaBits: KeyBits;
  readonly ecBits: KeyBits;
  /** Of the key exchange over elliptic curves. */
  readonly leastEcdhBits: number;
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
