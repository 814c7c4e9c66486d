/**
 * Looks at mail servers for all domains of this process. What one address showed holds for every
 * domain on it, so it is asked once: observations under way are merged, answers of substance are
 * used again for a while. `connection-gate.ts` bounds how many connections there are at a time,
 * `host-backoff.ts` leaves alone who gave trouble a moment ago.
 *
 * What is shared is known by address, server name, TLS and offer, never by the MX host name, which
 * goes into no reuse: a finding is put to the host of whoever asks.
 *
 * Limits: so many observations and so many bytes of certificates are kept.
 */
import type { X509Certificate } from "node:crypto";
import { connect } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Finding } from "../base/verdict.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { ConnectionGate, type ConnectionLimits } from "./connection-gate.ts";
import type { DeliveryTls } from "./delivery-tls.ts";
import { finding } from "./finding.ts";
import type { Handshake } from "./handshake.ts";
import { HostBackoff } from "./host-backoff.ts";
import { describeTrouble } from "./host-trouble.ts";
import {
  type Connect,
  type Observation,
  type ObservationTimes,
  observe,
  type Target,
} from "./observation.ts";
import { SharedWork } from "./shared-work.ts";

export interface ObservationRequest {
  /** What is offered and whom to trust; another object is another observation. */
  readonly tls: DeliveryTls;
  /** Ends the asker's wait, which is then `probe-timeout`. */
  readonly signal: AbortSignal;
  readonly openOffer: "when-refused" | "always";
  /** The only authority to trust (DANE-TA); default: those of the CA file. */
  readonly anchor?: X509Certificate | undefined;
  /** What was seen before (epoch milliseconds) does not count. A resting host stays in peace. */
  readonly notBefore?: number | undefined;
}

export interface Observer {
  /** Never rejects because of the server or the signal. */
  observe(target: Target, request: ObservationRequest): Promise<Observation>;
}

export interface SharedObserverOptions {
  /** Our name in EHLO: Postfix's myhostname. */
  readonly ehloName: string;
  readonly times: ObservationTimes;
  readonly clock: Clock;
  /** Default: TCP to port 25. */
  readonly connect?: Connect;
  readonly connections?: Partial<ConnectionLimits>;
  /** How long an answer of substance is used again. */
  readonly keptMs?: number;
}

const defaultKeptMs = 10 * 60_000;
const maxKept = 5000;
const maxKeptBytes = 64 * 1024 * 1024;
const smtpPort = 25;

export class SharedObserver implements Observer {
  readonly #options: SharedObserverOptions;
  readonly #gate: ConnectionGate;
  readonly #backoff: HostBackoff;
  readonly #kept: BoundedCache<Observation>;
  readonly #underWay = new Map<string, SharedWork<Observation>>();
  /** Makes a TLS configuration part of a key without keeping it alive. */
  readonly #tlsNumbers = new WeakMap<DeliveryTls, number>();
  #nextTlsNumber = 1;

  constructor(options: SharedObserverOptions) {
    const { clock, connections, keptMs = defaultKeptMs } = options;
    this.#options = options;
    this.#gate = new ConnectionGate(connections);
    this.#backoff = new HostBackoff(clock);
    this.#kept = new BoundedCache({
      clock,
      keptMs,
      maxEntries: maxKept,
      maxWeight: maxKeptBytes,
      weigh: weighObservation,
    });
  }

  async observe(target: Target, request: ObservationRequest): Promise<Observation> {
    const { signal, notBefore = 0 } = request;
    if (signal.aborted) return stop(finding("probe-timeout", [], target));
    const key = this.#keyOf(target, request);
    const kept = this.#kept.get(key, notBefore);
    if (kept !== undefined) return placeAt(target, kept);
    try {
      const work = this.#workFor(key, target, request);
      return placeAt(target, await work.join(signal));
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      return stop(finding("probe-timeout", [], target));
    }
  }

  #workFor(key: string, target: Target, request: ObservationRequest): SharedWork<Observation> {
    const known = this.#underWay.get(key);
    const { notBefore = 0 } = request;
    if (known && !known.isAbandoned && known.startedAt >= notBefore) return known;
    const startedAt = this.#options.clock.now();
    const work = new SharedWork(startedAt, async (signal) => {
      try {
        const observation = await this.#take(target, request, signal);
        if (isConclusive(observation)) this.#kept.set(key, observation, startedAt);
        return observation;
      } finally {
        if (this.#underWay.get(key) === work) this.#underWay.delete(key);
      }
    });
    this.#underWay.set(key, work);
    return work;
  }

  /** A host may be sent to rest while this waits for its turn, so that is looked at twice. */
  async #take(
    target: Target,
    { tls, openOffer, anchor }: ObservationRequest,
    signal: AbortSignal,
  ): Promise<Observation> {
    const resting = this.#restingFinding(target);
    if (resting !== undefined) return stop(resting);
    const pass = await this.#gate.enter(target, signal);
    if (pass === "aborted") return stop(finding("probe-timeout", [], target));
    if (pass === "queue-full") return stop(finding("connection-queue-full", [], target));
    using _ = pass;
    const restingNow = this.#restingFinding(target);
    if (restingNow !== undefined) return stop(restingNow);
    const { ehloName, times, connect: connectTo = connectToSmtp } = this.#options;
    const context = { tls, ehloName, times, signal, connect: connectTo, openOffer, anchor };
    const observation = await observe(target, context);
    this.#learn(target.address, observation);
    return observation;
  }

  #restingFinding(target: Target): Finding | undefined {
    const rest = this.#backoff.restOf(target.address);
    if (rest === undefined) return undefined;
    return finding("host-resting", [rest.reason, spokenInstant(rest.until)], target);
  }

  #learn(address: string, observation: Observation): void {
    if (isConclusive(observation)) this.#backoff.forget(address);
    if (observation.kind !== "stopped") return;
    const trouble = describeTrouble(observation.finding);
    if (trouble !== undefined) this.#backoff.rest(address, trouble);
  }

  #keyOf(target: Target, { tls, openOffer, anchor }: ObservationRequest): string {
    const trust = anchor === undefined ? "" : anchor.fingerprint256;
    return [target.address, target.serverName, this.#tlsNumber(tls), openOffer, trust].join(" ");
  }

  #tlsNumber(tls: DeliveryTls): number {
    const known = this.#tlsNumbers.get(tls);
    if (known !== undefined) return known;
    const number = this.#nextTlsNumber++;
    this.#tlsNumbers.set(tls, number);
    return number;
  }
}

function connectToSmtp(address: string): ReturnType<Connect> {
  return connect({ host: address, port: smtpPort });
}

function stop(reason: Finding): Observation {
  return { kind: "stopped", finding: reason };
}

/** Says something of the server, not only of this moment. */
function isConclusive(observation: Observation): boolean {
  return observation.kind !== "stopped" || observation.finding.severity === "fail";
}

function placeAt({ host }: Target, observation: Observation): Observation {
  if (observation.kind !== "stopped" || observation.finding.host === host) return observation;
  return stop({ ...observation.finding, host });
}

/** To the second: a rest may be shorter than the minute in which it began. */
function spokenInstant(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function weighObservation(observation: Observation): number {
  if (observation.kind === "stopped") return 1;
  const delivery = observation.kind === "secured" ? observation.handshake : undefined;
  return 1 + presentedBytes(delivery) + presentedBytes(observation.open);
}

function presentedBytes(handshake: Handshake | undefined): number {
  return (handshake?.presented ?? []).reduce((sum, { raw }) => sum + raw.length, 0);
}
