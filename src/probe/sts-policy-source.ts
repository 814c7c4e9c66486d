/**
 * The MTA-STS policy in force for a domain (RFC 8461 §3.3, §5.1): what is known from before, the
 * TXT record of now, and a fetch where these say so.
 *
 * The record is read at each probe, hence before any verdict fails a message for good. A known
 * policy of the same id is taken without a fetch for a day. Older ones are fetched anew even where
 * the record has gone, so that whoever suppresses it must do so for the whole life of the policy
 * (RFC 8461 §10.2). No task of its own is needed for this daily refresh: domains in use are probed
 * twice a day. Whatever fails, an unexpired policy stays in force; only one that is fetched whole
 * and valid replaces it, and `none` ends it. Without a known one a failure means "no policy":
 * this window of the first contact is in the standard. Parent domains are never asked.
 *
 * Limits: a failed fetch is not repeated for its id within five minutes, by any process on the
 * store. Probes of one domain at the same time share one answer.
 */
import type { Clock } from "../base/clock.ts";
import type { Domain } from "../base/domain.ts";
import { printable } from "../base/printable.ts";
import { failure, type Result, success } from "../base/result.ts";
import type { Finding } from "../base/verdict.ts";
import { parseStsPolicy, type StsPolicy } from "../mta-sts/sts-policy.ts";
import type { StoredStsPolicy, StsPolicyStore } from "../store/sts-policy-store.ts";
import type { TrustStore } from "./ca-file.ts";
import { finding } from "./finding.ts";
import type { Lookup } from "./mail-host.ts";
import { createPolicyHostTls } from "./sts-connection.ts";
import {
  fetchStsPolicy,
  policyUrlOf,
  type StsFetchOptions,
  type StsFetchTimes,
} from "./sts-fetch.ts";
import { isFresh, type KnownStsPolicy, knownPolicyOf, restingReason } from "./sts-known-policy.ts";
import { keptOutcome, liveOutcome } from "./sts-outcome.ts";
import { lookUpStsRecord, stsRecordNameOf } from "./sts-record-lookup.ts";
import type { StsOutcome, StsSource } from "./sts-source.ts";

export interface StsPolicySourceOptions {
  readonly store: StsPolicyStore;
  /** The CA file of deliveries. */
  readonly trust: TrustStore;
  readonly clock: Clock;
  /** Whether a wildcard certificate may speak for a policy host: TR-03108-08-R says no. */
  readonly acceptWildcard: boolean;
  /** Of policy hosts; default 443. */
  readonly port?: number;
  readonly times?: StsFetchTimes;
}

interface Running {
  readonly signal: AbortSignal;
  readonly outcome: Promise<StsOutcome>;
}

const maxNameLength = 253;
const maxReason = 200;
/** Tells a stored reason of the second kind: fetched, but no policy. */
const invalidMark = "the policy is not valid: ";

export class StsPolicySource implements StsSource {
  readonly #store: StsPolicyStore;
  readonly #clock: Clock;
  readonly #fetch: StsFetchOptions;
  readonly #running = new Map<Domain, Running>();

  constructor(options: StsPolicySourceOptions) {
    const { store, clock, trust, acceptWildcard, port, times } = options;
    this.#store = store;
    this.#clock = clock;
    this.#fetch = { tls: createPolicyHostTls(trust, acceptWildcard), port, times };
  }

  async policyOf(domain: Domain, lookup: Lookup, signal: AbortSignal): Promise<StsOutcome> {
    for (let other = this.#running.get(domain); other; other = this.#running.get(domain)) {
      const outcome = await other.outcome;
      // An answer that was cut short is that probe's own.
      if (!other.signal.aborted) return outcome;
    }
    const outcome = this.#find(domain, lookup, signal).finally(() => this.#running.delete(domain));
    this.#running.set(domain, { signal, outcome });
    return outcome;
  }

  async #find(domain: Domain, lookup: Lookup, signal: AbortSignal): Promise<StsOutcome> {
    // Such a domain has no room for the record's name, so there is none.
    if (stsRecordNameOf(domain).length > maxNameLength) return { policy: undefined, findings: [] };
    const stored = await this.#store.find(domain);
    const known = knownPolicyOf(stored, this.#clock.now());
    const { id, findings } = await lookUpStsRecord(domain, lookup);
    if (id !== undefined) return this.#findById(domain, { id, stored, known }, lookup, signal);
    if (known === undefined || known.policy.mode === "none" || isFresh(known, this.#clock.now())) {
      return keptOutcome(known, findings);
    }
    const fetched = await this.#refresh(domain, { id: known.id, stored, known }, lookup, signal);
    if (fetched.ok) return keptOutcome(fetched.value, findings);
    return keptOutcome(known, [...findings, fetched.error]);
  }

  async #findById(
    domain: Domain,
    wanted: Wanted,
    lookup: Lookup,
    signal: AbortSignal,
  ): Promise<StsOutcome> {
    const { id, known } = wanted;
    if (known?.id === id && isFresh(known, this.#clock.now())) return liveOutcome(known);
    const fetched = await this.#refresh(domain, wanted, lookup, signal);
    return fetched.ok ? liveOutcome(fetched.value) : keptOutcome(known, [fetched.error]);
  }

  /** Fetches and stores, unless that failed a moment ago. */
  async #refresh(
    domain: Domain,
    { id, stored }: Wanted,
    lookup: Lookup,
    signal: AbortSignal,
  ): Promise<Result<KnownStsPolicy, Finding>> {
    const resting = restingReason(stored, id, this.#clock.now());
    if (resting !== undefined) return failure(failureFinding(domain, resting));
    const fetched = readPolicy(await fetchStsPolicy(domain, lookup, this.#fetch, signal));
    if (fetched.ok) return success(await this.#savePolicy(domain, id, fetched.value));
    // The end of the probe is no fault of the host.
    if (!signal.aborted) await this.#saveFailure(domain, id, fetched.error);
    return failure(failureFinding(domain, fetched.error));
  }

  async #savePolicy(
    domain: Domain,
    id: string,
    { text, policy }: FetchedPolicy,
  ): Promise<KnownStsPolicy> {
    const fetchedAt = this.#clock.now();
    const expiresAt = fetchedAt + policy.maxAgeSeconds * 1000;
    const stored = { id, text, fetchedAt, expiresAt };
    await this.#store.save({ domain, policy: stored, failure: undefined });
    return { id, policy, fetchedAt, expiresAt };
  }

  /** Beside the policy of now, which another process may have fetched meanwhile. */
  async #saveFailure(domain: Domain, id: string, reason: string): Promise<void> {
    const stored = await this.#store.find(domain);
    const failed = { id, failedAt: this.#clock.now(), reason };
    await this.#store.save({ domain, policy: stored?.policy, failure: failed });
  }
}

interface Wanted {
  /** Of the record; where that has gone, of the known policy. */
  readonly id: string;
  readonly stored: StoredStsPolicy | undefined;
  readonly known: KnownStsPolicy | undefined;
}

interface FetchedPolicy {
  readonly text: string;
  readonly policy: StsPolicy;
}

/** The error is what the store keeps and `failureFinding` tells. */
function readPolicy(fetched: Result<string, string>): Result<FetchedPolicy, string> {
  if (!fetched.ok) return failure(printable(fetched.error, maxReason));
  const parsed = parseStsPolicy(fetched.value);
  if (parsed.ok) return success({ text: fetched.value, policy: parsed.value });
  return failure(printable(`${invalidMark}${parsed.error}`, maxReason));
}

function failureFinding(domain: Domain, reason: string): Finding {
  const url = policyUrlOf(domain);
  if (!reason.startsWith(invalidMark)) return finding("sts-fetch-failed", [url, reason]);
  return finding("sts-policy-invalid", [url, reason.slice(invalidMark.length)]);
}
