/**
 * Our verdicts on the zoo: the real probe, over the lab's resolver, real sockets and the lab's CA
 * file, with less patience than on the open Internet. Wired as the daemon wires it.
 */
import { systemClock } from "../../../src/base/clock.ts";
import type { Verdict } from "../../../src/base/verdict.ts";
import { loadSystemResolver } from "../../../src/dns/system-resolver.ts";
import { loadCaFile } from "../../../src/probe/ca-file.ts";
import { createDeliveryTls } from "../../../src/probe/delivery-tls.ts";
import { SharedObserver } from "../../../src/probe/observer.ts";
import { probe } from "../../../src/probe/probe.ts";
import type { ProbeOptions } from "../../../src/probe/probe-options.ts";
import { StsPolicySource } from "../../../src/probe/sts-policy-source.ts";
import { profileOf } from "../../../src/tls-profile/profile-of.ts";
import type { ProfileName } from "../../../src/tls-profile/tls-profile.ts";
import { domainOf, quickTimes } from "../../support/probe-lab.ts";
import { MemoryStsPolicies } from "../../support/sts-world.ts";
import { atATime } from "./at-a-time.ts";
import { policyDays } from "./mta-sts.ts";
import type { ZooDomain } from "./zoo-domain.ts";

export const caFile = "/etc/ssl/certs/ca-certificates.crt";
const dayMs = 86_400_000;
const probesAtATime = 32;

/** By name. */
export async function probeZoo(
  domains: readonly ZooDomain[],
  profile: ProfileName,
): Promise<ReadonlyMap<string, Verdict>> {
  const options = await optionsFor(domains, profile);
  const verdicts = await atATime(probesAtATime, domains, async ({ name, spelling }) => {
    return [name, await probe(domainOf(spelling ?? name), options)] as const;
  });
  return new Map(verdicts);
}

async function optionsFor(
  domains: readonly ZooDomain[],
  profile: ProfileName,
): Promise<ProbeOptions> {
  const trust = await loadCaFile(caFile);
  const clock = systemClock;
  const ehloName = "mail.company.example";
  const store = await knownPolicies(domains);
  const acceptWildcard = profile !== "bsi-strict";
  return {
    resolver: await loadSystemResolver("/etc/resolv.conf", []),
    tls: createDeliveryTls(profileOf(profile), trust),
    leastAssurance: "mx-name",
    ehloName,
    clock,
    daneEnforceable: true,
    stsAttributes: false,
    sts: new StsPolicySource({ store, trust, clock, acceptWildcard }),
    observer: new SharedObserver({ ehloName, clock, times: quickTimes }),
    times: quickTimes,
  };
}

async function knownPolicies(domains: readonly ZooDomain[]): Promise<MemoryStsPolicies> {
  const store = new MemoryStsPolicies();
  for (const { name, knownPolicy } of domains) {
    if (knownPolicy === undefined) continue;
    const { id, text, fetchedDaysAgo } = knownPolicy;
    const fetchedAt = Date.now() - fetchedDaysAgo * dayMs;
    const policy = { id, text, fetchedAt, expiresAt: fetchedAt + policyDays * dayMs };
    await store.save({ domain: domainOf(name), policy, failure: undefined });
  }
  return store;
}
