/**
 * DNS as the probe sees it: one question, one of four outcomes. They stay apart because they mean
 * different things to mail: `no-data` allows the implicit MX, `no-such-domain` ends the matter,
 * `failure` says nothing about the domain (RFC 5321 §5.1, RFC 2308 §2).
 */

export interface MxRecord {
  readonly preference: number;
  /** As published, lower-case, without a dot at the end; the null MX (RFC 7505 §3) is empty. */
  readonly exchange: string;
}

/** RFC 6698 §2.1; fields as published, whatever they mean. */
export interface TlsaRecord {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  readonly data: Buffer;
}

/** What one record of each type holds; a further type is one more line here. */
export interface RecordOf {
  readonly MX: MxRecord;
  /** IPv4 address in dotted form. */
  readonly A: string;
  /** IPv6 address in RFC 5952 form. */
  readonly AAAA: string;
  readonly TLSA: TlsaRecord;
  /** The strings of one record joined without a space, one character per byte (latin1). */
  readonly TXT: string;
  /** The target, lower-case, without a dot at the end; the answer to a query for CNAME itself. */
  readonly CNAME: string;
}

export type RecordType = keyof RecordOf;

export const dnsFailures = [
  "server-failure",
  "bogus", // a validating resolver rejects the zone's signatures
  "refused",
  "timeout",
  "truncated", // not even TCP gave a whole answer
  "malformed",
  "alias-loop",
  "not-recursive",
] as const;
export type DnsFailure = (typeof dnsFailures)[number];

export type DnsAnswer<T> =
  | {
      readonly outcome: "found";
      readonly records: readonly T[];
      readonly authentic: boolean;
      /** The name at the end of the CNAME chain; the name asked for when there is none. */
      readonly canonicalName: string;
    }
  | { readonly outcome: "no-data"; readonly authentic: boolean }
  | { readonly outcome: "no-such-domain"; readonly authentic: boolean }
  | { readonly outcome: "failure"; readonly reason: DnsFailure };

export interface Resolver {
  /**
   * Follows CNAMEs. `authentic`: every step was validated by a resolver trusted to say so
   * (RFC 4035 §3.2.3). Rejects with MXSEAL_RESOLVER_UNUSABLE when no resolver of this machine can
   * be reached at all, and with the signal's reason when it is aborted.
   */
  lookup<K extends RecordType>(
    name: string,
    type: K,
    signal: AbortSignal,
  ): Promise<DnsAnswer<RecordOf[K]>>;
}
