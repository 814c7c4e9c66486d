/**
 * Everything a probe needs, made from the configuration; for the worker and `mxseal probe`. What
 * probes share lives here: observations of mail servers, their DNS, the MTA-STS policies.
 */
import { systemClock } from "../base/clock.ts";
import type { Config } from "../config/config.ts";
import type { Resolver } from "../dns/resolver.ts";
import { loadSystemResolver } from "../dns/system-resolver.ts";
import { loadCaFile } from "../probe/ca-file.ts";
import { createDeliveryTls, type DeliveryTls } from "../probe/delivery-tls.ts";
import { type Observer, SharedObserver } from "../probe/observer.ts";
import { defaultTimes, type ProbeOptions } from "../probe/probe-options.ts";
import { SharedLookup } from "../probe/shared-lookup.ts";
import { StsPolicySource } from "../probe/sts-policy-source.ts";
import type { StsSource } from "../probe/sts-source.ts";
import type { StsPolicyStore } from "../store/sts-policy-store.ts";
import { profileOf } from "../tls-profile/profile-of.ts";
import { findEhloName } from "./ehlo-name.ts";
import { FileCopy } from "./file-copy.ts";

const resolvConf = "/etc/resolv.conf";

export interface ProbeWish {
  /** Nothing that was seen before now counts. */
  readonly fresh?: boolean;
  readonly openOffer?: ProbeOptions["openOffer"];
}

/** Shorter than the probe, so that a tarpit is known as one and left in peace afterwards. */
function observationMsWithin(probeMs: number): number {
  return Math.min(defaultTimes.observationMs, 0.8 * probeMs);
}

interface Trust {
  readonly tls: DeliveryTls;
  readonly sts: StsSource | undefined;
}

interface SharedParts {
  readonly ehloName: string;
  readonly observer: Observer;
}

export class ProbeSetup {
  readonly #config: Config;
  readonly #policies: StsPolicyStore;
  readonly #lookup = new SharedLookup(systemClock);
  readonly #resolver: FileCopy<Resolver>;
  readonly #trust: FileCopy<Trust>;
  #observer: Promise<SharedParts> | undefined;

  constructor(config: Config, policies: StsPolicyStore) {
    this.#config = config;
    this.#policies = policies;
    const { dns, tls } = config;
    // Networks change, and packages renew the CA file: both are read anew when they have changed.
    this.#resolver = new FileCopy(resolvConf, () =>
      loadSystemResolver(resolvConf, dns.trusted_resolvers),
    );
    this.#trust = new FileCopy(tls.ca_file, () => this.#loadTrust());
  }

  /** Rejects with MXSEAL_CA_FILE_UNUSABLE or MXSEAL_RESOLVER_UNUSABLE. */
  async options({ fresh = false, openOffer = "when-refused" }: ProbeWish): Promise<ProbeOptions> {
    const { tls, probe } = this.#config;
    const notBefore = fresh ? systemClock.now() : undefined;
    const { ehloName, observer } = await this.#sharedObserver();
    return {
      ...(await this.#trust.read()),
      resolver: this.#lookup.over(await this.#resolver.read(), notBefore),
      leastAssurance: tls.least_assurance,
      daneEnforceable: tls.dane,
      stsAttributes: tls.sts_attributes,
      times: { probeMs: probe.timeout_seconds * 1000 },
      clock: systemClock,
      ehloName,
      observer,
      notBefore,
      openOffer,
    };
  }

  /** Made once, however many probes begin together. */
  #sharedObserver(): Promise<SharedParts> {
    this.#observer ??= this.#makeObserver();
    return this.#observer;
  }

  async #makeObserver(): Promise<SharedParts> {
    const { probe, postfix } = this.#config;
    const ehloName = await findEhloName(postfix.config_directory);
    const observer = new SharedObserver({
      ehloName,
      clock: systemClock,
      times: { ...defaultTimes, observationMs: observationMsWithin(probe.timeout_seconds * 1000) },
      connections: {
        perHost: probe.connections_per_host,
        perNetwork: probe.connections_per_network,
      },
    });
    return { ehloName, observer };
  }

  async #loadTrust(): Promise<Trust> {
    const { ca_file: path, profile, mta_sts: usesSts } = this.#config.tls;
    const trust = await loadCaFile(path);
    const tls = createDeliveryTls(profileOf(profile), trust);
    if (!usesSts) return { tls, sts: undefined };
    // RFC 8461 §3.3 takes wildcards for policy hosts, TR-03108-08-R asks not to. Without its policy
    // a domain is less protected, so only the letter of BSI does without.
    const acceptWildcard = profile !== "bsi-strict";
    const store = this.#policies;
    return { tls, sts: new StsPolicySource({ store, trust, clock: systemClock, acceptWildcard }) };
  }
}
