/**
 * What is known about one recipient domain: can its mail servers be reached over validated TLS?
 * Three values and `no-mail`; never a boolean. A verdict is a cache entry with a life of its own:
 * checked, to be refreshed, expired (all epoch milliseconds).
 */
import type { Domain } from "./domain.ts";

export const verdictStatuses = ["proven", "failed", "unknown", "no-mail"] as const;
export type VerdictStatus = (typeof verdictStatuses)[number];

/** Who vouches for the name, strongest first. */
export const assurances = [
  "dane",
  "mta-sts",
  "dnssec-mx",
  "domain-name",
  "mx-name",
  "none",
] as const;
export type Assurance = (typeof assurances)[number];

/** `fail` decides against a host; the others inform. */
export type Severity = "fail" | "unknown" | "warn" | "info";

export interface Finding {
  /** Stable kebab-case word, listed in `probe/finding.ts`. */
  readonly code: string;
  readonly severity: Severity;
  /** MX host name, where the finding concerns one host. */
  readonly host?: string;
  /** IP address, where it concerns one address of that host. */
  readonly address?: string;
  /** One plain English sentence: what was found and what was expected. */
  readonly detail: string;
  /** What the sentence names, in the order of `probe/finding.ts`; for other languages. */
  readonly facts?: readonly string[];
}

export interface CertificateReport {
  readonly subject: string;
  readonly issuer: string;
  /** dNSName entries of the subject alternative name. */
  readonly names: readonly string[];
  readonly notBefore: string;
  readonly notAfter: string;
  readonly sha256: string;
  /** For example `rsa` or `ec`. */
  readonly keyType: string;
  readonly keyBits: number;
  readonly signatureAlgorithm?: string;
}

export interface AddressReport {
  readonly address: string;
  readonly status: "proven" | "failed" | "unknown";
  readonly protocol?: string;
  readonly cipher?: string;
  /** Key exchange as IANA names it, for example `x25519` or `secp256r1`. */
  readonly group?: string;
  /** Who signed the handshake and how, as IANA names it: `rsa_pss_rsae_sha256`. */
  readonly signatureScheme?: string;
  /** What a client that offers nearly everything was given, where that was looked at. */
  readonly openOffer?: NegotiatedReport;
  /** As presented, leaf first. */
  readonly chain: readonly CertificateReport[];
}

export interface NegotiatedReport {
  readonly protocol: string;
  readonly cipher: string;
  readonly group: string;
  readonly signatureScheme?: string;
}

/** What `_25._tcp.BASE` holds for a mail server (RFC 7672 §2.2). */
export interface TlsaReport {
  /** The TLSA base domain; also the SNI and first reference identifier. */
  readonly baseDomain: string;
  /**
   * `usable`: signed and at least one record can be used. `unusable`: signed, none can.
   * `insecure`: there are records, unsigned. `absent`: proven or plain absence, or no signed
   * address. `failure`: the lookup failed, so the server must not be used.
   */
  readonly status: "usable" | "unusable" | "insecure" | "absent" | "failure";
  /** As in a zone file: `3 1 1 HEX`; whole certificates and keys cut short. */
  readonly records: readonly string[];
}

/** The domain's MTA-STS policy (RFC 8461), where it has one. */
export interface MtaStsReport {
  readonly id: string;
  readonly mode: "enforce" | "testing" | "none";
  /** Host patterns as published. */
  readonly mx: readonly string[];
  readonly maxAgeSeconds: number;
  readonly fetchedAt: number;
  /** Taken from the cache because the policy could not be fetched now. */
  readonly kept: boolean;
}

export interface HostReport {
  readonly host: string;
  readonly preference: number;
  readonly status: "proven" | "failed" | "unknown";
  readonly assurance: Assurance;
  readonly addresses: readonly AddressReport[];
  /** Whether the addresses came authenticated by DNSSEC. */
  readonly authentic?: boolean;
  readonly tlsa?: TlsaReport;
}

export interface DnssecReport {
  /** Whether the answer was authenticated by a resolver that is trusted to say so. */
  readonly mx: boolean;
}

export interface NoMail {
  readonly reason: "null-mx" | "no-such-domain";
  readonly certain: boolean;
  /** When it was first seen of an unbroken row of sightings; kept by `gate/supersede.ts`. */
  readonly firstSeenAt?: number;
}

export interface Verdict {
  readonly domain: Domain;
  readonly status: VerdictStatus;
  readonly assurance: Assurance;
  /** Name and edition of the profile it was judged by, for example `bcp195/2022-11`. */
  readonly profile: string;
  readonly findings: readonly Finding[];
  readonly hosts: readonly HostReport[];
  readonly dnssec: DnssecReport;
  /** What smtp_tls_policy_maps must answer for this domain; present only when proven. */
  readonly postfixPolicy: string | null;
  readonly mtaSts?: MtaStsReport;
  /**
   * A failed domain that itself forbids delivery to such servers: mail waits, as with every sender
   * that honours DANE or MTA-STS, unless a rule for this very recipient says otherwise.
   */
  readonly forbiddenBy?: "dane" | "mta-sts";
  /** For `no-mail`: why. `no-such-domain` refuses at RCPT only when `secure` or seen twice. */
  readonly noMail?: NoMail;
  readonly checkedAt: number;
  readonly refreshAfter: number;
  readonly expiresAt: number;
}
