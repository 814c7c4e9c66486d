/**
 * One recipient domain → one verdict: every mail server and every address of it is looked at, in
 * parallel, within one deadline; connections are shared with the other domains on these servers
 * (`observer.ts`). What was seen is judged address by address (`judgement.ts`, `dane-check.ts`),
 * Postfix's way to the proven ones is chosen (`delivery-choice.ts`), and all is summed up in
 * `conclusion.ts`. The domain's MTA-STS policy is fetched meanwhile (RFC 8461 §3).
 */
import type { Domain } from "../base/domain.ts";
import type { Verdict } from "../base/verdict.ts";
import { conclude, concludeWithoutHosts } from "./conclusion.ts";
import { chooseDelivery } from "./delivery-choice.ts";
import { inspectAll } from "./inspection.ts";
import { findMailHosts, type Lookup, type MailHosts } from "./mail-host.ts";
import { type Observer, SharedObserver } from "./observer.ts";
import { defaultLimits, defaultTimes, type ProbeOptions } from "./probe-options.ts";
import type { StsOutcome } from "./sts-source.ts";
import { defaultLifetimes } from "./verdict-lifetime.ts";

/**
 * Rejects with MXSEAL_RESOLVER_UNUSABLE when this machine has no DNS, as the store does where a
 * policy is kept, and with the signal's reason when `options.signal` is aborted; never because of
 * what the domain's servers do.
 */
export async function probe(domain: Domain, options: ProbeOptions): Promise<Verdict> {
  const deadline = AbortSignal.timeout(options.times?.probeMs ?? defaultTimes.probeMs);
  const signals = options.signal === undefined ? [deadline] : [options.signal, deadline];
  const signal = AbortSignal.any(signals);
  const lookup = boundedLookup(options, signal);
  // A policy host that is slow to answer takes no time from the mail servers.
  const policy = findPolicy(domain, options, lookup, signal);
  policy.catch(() => undefined); // awaited below
  const found = await findMailHosts(domain, lookup, options.limits ?? defaultLimits);
  const { clock, leastAssurance, tls, stsAttributes, lifetimes = defaultLifetimes } = options;
  const frame = { domain, profile: tls.profile, lifetimes, stsAttributes };
  const judgements =
    found.kind === "hosts" ? await inspectAll(found, options, observerOf(options), signal) : [];
  const sts = await policy;
  options.signal?.throwIfAborted();
  const nowMs = clock.now();
  if (found.kind !== "hosts") return concludeWithoutHosts({ ...frame, nowMs }, found);
  const reference = {
    domain,
    mxAuthentic: found.authentic,
    leastAssurance,
    sts: sts.policy,
    isStsUncertain: isUncertain(sts),
    isListEnforced: stsAttributes,
  };
  const choice = chooseDelivery(judgements, reference, preferences(found));
  return conclude({ ...frame, nowMs }, { found, sts }, choice);
}

/** An answer that is no policy (HTTP status, grammar) is an answer; silence is none. */
function isUncertain({ policy, findings }: StsOutcome): boolean {
  return (
    policy === undefined &&
    findings.some(
      ({ code, facts }) =>
        code === "sts-lookup-failed" ||
        (code === "sts-fetch-failed" && !/^(?:HTTP status 4|a redirect)/.test(facts?.[1] ?? "")),
    )
  );
}

function preferences({ hosts }: Extract<MailHosts, { kind: "hosts" }>): (host: string) => number {
  const byHost = new Map(hosts.map(({ host, preference }) => [host, preference]));
  return (host) => byHost.get(host) ?? Infinity;
}

function observerOf({ observer, ehloName, clock, connect, times }: ProbeOptions): Observer {
  const shared = { ehloName, clock, times: { ...defaultTimes, ...times } };
  return observer ?? new SharedObserver(connect === undefined ? shared : { ...shared, connect });
}

async function findPolicy(
  domain: Domain,
  { sts }: ProbeOptions,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<StsOutcome> {
  return sts === undefined
    ? { policy: undefined, findings: [] }
    : sts.policyOf(domain, lookup, signal);
}

/** The end of the probe's time is an answer: "not in time". A shutdown is told apart later. */
function boundedLookup({ resolver }: ProbeOptions, signal: AbortSignal): Lookup {
  return async (name, type) => {
    try {
      return await resolver.lookup(name, type, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return { outcome: "failure", reason: "timeout" };
    }
  };
}
