/** What a probe needs to know and how patient it is; the defaults are for the open Internet. */
import type { Clock } from "../base/clock.ts";
import type { Assurance } from "../base/verdict.ts";
import type { Resolver } from "../dns/resolver.ts";
import type { DeliveryTls } from "./delivery-tls.ts";
import type { HostLimits } from "./mail-host.ts";
import type { Connect, ObservationTimes } from "./observation.ts";
import type { ObservationRequest, Observer } from "./observer.ts";
import type { StsSource } from "./sts-source.ts";
import type { Lifetimes } from "./verdict-lifetime.ts";

export interface ProbeOptions {
  readonly resolver: Resolver;
  readonly tls: DeliveryTls;
  /** What counts as proven at least. */
  readonly leastAssurance: Exclude<Assurance, "none">;
  /** Our name in EHLO: Postfix's myhostname. */
  readonly ehloName: string;
  readonly clock: Clock;
  /**
   * Whether Postfix can enforce `dane-only` here. Without it TLSA records are still compared, and
   * a match needs a name beside it that Postfix can check.
   */
  readonly daneEnforceable: boolean;
  /** Left out: no MTA-STS. */
  readonly sts?: StsSource | undefined;
  /** Whether the policy tells Postfix of MTA-STS (3.10.5 and later). */
  readonly stsAttributes: boolean;
  /** Shared with other probes, with times and connections of its own; left out: one per probe. */
  readonly observer?: Observer | undefined;
  /** Default: TCP to port 25. Only without `observer`. */
  readonly connect?: Connect;
  /** What was observed before this instant does not count. */
  readonly notBefore?: number | undefined;
  /** `always`: asks also what a client with an open offer is given where ours was taken. */
  readonly openOffer?: ObservationRequest["openOffer"];
  /** Ends the probe with this signal's reason; for a shutdown. */
  readonly signal?: AbortSignal;
  readonly times?: Partial<ProbeTimes>;
  readonly limits?: HostLimits;
  readonly lifetimes?: Lifetimes;
}

export interface ProbeTimes extends ObservationTimes {
  /** For the whole probe; what is not done by then is unknown. */
  readonly probeMs: number;
}

/** 30 s for the greeting because of greet delays (postscreen, tarpits). */
export const defaultTimes: ProbeTimes = {
  connectMs: 20_000,
  greetingMs: 30_000,
  commandMs: 30_000,
  handshakeMs: 20_000,
  observationMs: 80_000,
  probeMs: 100_000,
};

export const defaultLimits: HostLimits = { hosts: 20, addresses: 20 };
