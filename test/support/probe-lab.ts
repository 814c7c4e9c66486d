/**
 * A recipient domain for the probe: fake DNS data whose addresses lead to real servers on
 * loopback, and the options that go with it.
 */

import { X509Certificate } from "node:crypto";
import { connect, Socket } from "node:net";
import { type Domain, parseDomain } from "../../src/base/domain.ts";
import type { Verdict } from "../../src/base/verdict.ts";
import { createDeliveryTls } from "../../src/probe/delivery-tls.ts";
import { probe } from "../../src/probe/probe.ts";
import type { ProbeOptions } from "../../src/probe/probe-options.ts";
import { bcp195 } from "../../src/tls-profile/bcp195.ts";
import type { Identity } from "./certificates.ts";
import { FakeResolver, type FakeZone } from "./fake-resolver.ts";
import { type SmtpScript, SmtpServer } from "./smtp-server.ts";

export const quickTimes = {
  connectMs: 5000,
  greetingMs: 5000,
  commandMs: 5000,
  handshakeMs: 5000,
  observationMs: 15_000,
  probeMs: 20_000,
};

export function domainOf(text: string): Domain {
  const domain = parseDomain(text);
  if (domain === undefined) throw new Error(`not a domain: ${text}`);
  return domain;
}

export class ProbeLab implements AsyncDisposable {
  readonly #authority: Identity;
  readonly #servers = new Map<string, SmtpServer>();

  constructor(authority: Identity) {
    this.#authority = authority;
  }

  /** A server that answers at `address`, for example 192.0.2.1. */
  async serve(address: string, script: SmtpScript): Promise<SmtpServer> {
    const server = await SmtpServer.start(script);
    this.#servers.set(address, server);
    return server;
  }

  probe(domain: string, zone: FakeZone, options: Partial<ProbeOptions> = {}): Promise<Verdict> {
    return probe(domainOf(domain), {
      resolver: new FakeResolver(zone),
      tls: createDeliveryTls(bcp195, this.trust),
      leastAssurance: "mx-name",
      daneEnforceable: true,
      stsAttributes: false,
      ehloName: "client.test",
      clock: { now: () => Date.now() },
      connect: (address) => this.connect(address),
      times: quickTimes,
      ...options,
    });
  }

  get trust(): ProbeOptions["tls"]["trust"] {
    const { pem } = this.#authority;
    return { path: "ca.pem", pem, anchors: [new X509Certificate(pem)] };
  }

  /** Addresses without a server refuse; IPv6 addresses without one have no route. */
  connect(address: string): Socket {
    const server = this.#servers.get(address);
    if (server !== undefined) return connect({ host: "127.0.0.1", port: server.port });
    const code = address.includes(":") ? "ENETUNREACH" : "ECONNREFUSED";
    return new Socket().destroy(Object.assign(new Error(code), { code }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server[Symbol.asyncDispose]()));
  }
}
