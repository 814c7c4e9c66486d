/**
 * One recipient domain → one verdict: every mail server and every address of it is looked at, in
 * parallel, with one connection per address at a time, within one deadline.
 * What was seen is judged address by address (`judgement.ts`, `identity.ts`) and summed up in
 * `conclusion.ts`.
 */
import { connect } from "node:net";
import type { Domain } from "../base/domain.ts";
import type { Verdict } from "../base/verdict.ts";
import { conclude, concludeWithoutHosts } from "./conclusion.ts";
import { identify } from "./identity.ts";
import { type Judgement, judge } from "./judgement.ts";
import { findMailHosts, type Lookup, type MailHosts } from "./mail-host.ts";
import { type Connect, observe, type Target } from "./observation.ts";
import {
  defaultLimits,
  defaultTimes,
  type ProbeOptions,
  type ProbeTimes,
} from "./probe-options.ts";
import { defaultLifetimes } from "./verdict-lifetime.ts";

const smtpPort = 25;

/**
 * Rejects with MXSEAL_RESOLVER_UNUSABLE when this machine has no DNS, and with the signal's reason
 * when `options.signal` is aborted; never because of what the domain's servers do.
 */
export async function probe(domain: Domain, options: ProbeOptions): Promise<Verdict> {
  const times = { ...defaultTimes, ...options.times };
  const deadline = AbortSignal.timeout(times.probeMs);
  const signals = options.signal === undefined ? [deadline] : [options.signal, deadline];
  const signal = AbortSignal.any(signals);
  const { profile } = options.tls;
  const lookup = boundedLookup(options, signal);
  const found = await findMailHosts(domain, lookup, options.limits ?? defaultLimits);
  const targets = targetsOf(found);
  const judgements = await judgeAll(targets, options, { times, signal });
  options.signal?.throwIfAborted();
  const lifetimes = options.lifetimes ?? defaultLifetimes;
  const frame = { domain, profile, lifetimes, nowMs: options.clock.now() };
  if (found.kind !== "hosts") return concludeWithoutHosts(frame, found);
  const { leastAssurance } = options;
  const reference = { domain, mxAuthentic: found.authentic, leastAssurance };
  return conclude(frame, found, identify(judgements, reference));
}

function targetsOf(found: MailHosts): readonly Target[] {
  if (found.kind !== "hosts") return [];
  return found.hosts.flatMap(({ host, addresses }) =>
    addresses.map((address) => ({ host, address, serverName: host })),
  );
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

async function judgeAll(
  targets: readonly Target[],
  options: ProbeOptions,
  { times, signal }: { readonly times: ProbeTimes; readonly signal: AbortSignal },
): Promise<readonly Judgement[]> {
  const { tls, ehloName, clock } = options;
  const connectTo: Connect =
    options.connect ?? ((address) => connect({ host: address, port: smtpPort }));
  const judged = new Map<Target, Judgement>();
  const lanes = Map.groupBy(targets, ({ address }) => address);
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const target of lane) {
        const context = { tls, ehloName, times, signal, connect: connectTo };
        judged.set(target, judge(target, await observe(target, context), tls, clock.now()));
      }
    }),
  );
  return targets.flatMap((target) => judged.get(target) ?? []);
}
