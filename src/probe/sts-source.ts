/**
 * Where a probe gets a domain's MTA-STS policy from (RFC 8461 §3): the record, the cache, the
 * fetch. Implemented by `sts-policy-source.ts`; a probe without one knows no MTA-STS.
 */
import type { Domain } from "../base/domain.ts";
import type { Finding, MtaStsReport } from "../base/verdict.ts";
import type { Lookup } from "./mail-host.ts";

export interface StsOutcome {
  /** The policy in force, live or kept; undefined: the domain has none that is known. */
  readonly policy: MtaStsReport | undefined;
  /** About the record, the fetch and the mode; about no single mail server. */
  readonly findings: readonly Finding[];
}

export interface StsSource {
  /**
   * Never rejects because of the domain's servers. `lookup` answers `timeout` instead of being
   * aborted; `signal` is the deadline of the probe. Rejects as the store does.
   */
  policyOf(domain: Domain, lookup: Lookup, signal: AbortSignal): Promise<StsOutcome>;
}
