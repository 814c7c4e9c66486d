/** One observer for all domains: what is asked once, what is asked again, and when it is not. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { describe, it } from "node:test";
import { createDeliveryTls } from "../../src/probe/delivery-tls.ts";
import type { Observation, Target } from "../../src/probe/observation.ts";
import { type ObservationRequest, SharedObserver } from "../../src/probe/observer.ts";
import { bcp195 } from "../../src/tls-profile/bcp195.ts";
import { issueCertificate } from "../support/certificates.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { ProbeLab, quickTimes } from "../support/probe-lab.ts";
import type { SmtpScript, SmtpServer } from "../support/smtp-server.ts";

const minute = 60_000;
const host = "mx.corp.test";
const address = "192.0.2.1";
const authority = issueCertificate({ commonName: "Test Root CA", isAuthority: true });
const identity = issueCertificate({ names: [host], issuer: authority });
const target: Target = { host, address, serverName: host };
const delivery = createDeliveryTls(bcp195, new ProbeLab(authority).trust);

class World implements AsyncDisposable {
  readonly clock = new FixedClock();
  readonly lab = new ProbeLab(authority);
  readonly observer: SharedObserver;

  constructor(options: Partial<ConstructorParameters<typeof SharedObserver>[0]> = {}) {
    this.observer = new SharedObserver({
      ehloName: "client.test",
      clock: this.clock,
      connect: (one) => this.lab.connect(one),
      times: quickTimes,
      ...options,
    });
  }

  serve(script: SmtpScript, at: string = address): Promise<SmtpServer> {
    return this.lab.serve(at, script);
  }

  observe(one: Target = target, request: Partial<ObservationRequest> = {}): Promise<Observation> {
    const signal = new AbortController().signal;
    return this.observer.observe(one, {
      tls: delivery,
      signal,
      openOffer: "when-refused",
      ...request,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}

function nameOf(observation: Observation): string {
  return observation.kind === "stopped" ? observation.finding.code : observation.kind;
}

describe("what one domain saw of a server", () => {
  it("serves the next domain for ten minutes, with one connection", async () => {
    await using world = new World();
    const server = await world.serve({ identity });
    const first = await world.observe();
    world.clock.advance(10 * minute - 1);
    assert.equal(await world.observe(), first);
    assert.equal(server.connections, 1);
    world.clock.advance(1);
    await world.observe();
    assert.equal(server.connections, 2);
  });

  it("serves it as well where it was a failure", async () => {
    await using world = new World();
    const plain = await world.serve({ ehlo: "250 mx.test\r\n" });
    const odd = await world.serve({ rawTls: Buffer.from("no TLS at all") }, "192.0.2.2");
    for (const _ of [1, 2]) {
      assert.equal(nameOf(await world.observe()), "starttls-not-offered");
      assert.equal(nameOf(await world.observe({ ...target, address: "192.0.2.2" })), "refused");
    }
    assert.equal(plain.connections, 1);
    assert.equal(odd.connections, 2);
  });

  it("is put to the host by which the asker knows the server", async () => {
    await using world = new World();
    await world.serve({ ehlo: "250 mx.test\r\n" });
    const places = await Promise.all(
      ["one.test", "two.test"].map((name) => world.observe({ ...target, host: name })),
    );
    places.push(await world.observe({ ...target, host: "three.test" }));
    assert.deepEqual(
      places.map((one) => one.kind === "stopped" && one.finding.host),
      ["one.test", "two.test", "three.test"],
    );
  });

  it("says nothing of another address, server name, offer, authority or CA file", async () => {
    await using world = new World();
    const server = await world.serve({ identity });
    await world.observe();
    await world.observe({ ...target, serverName: "other.test" });
    await world.observe(target, { openOffer: "always" });
    await world.observe(target, { anchor: new X509Certificate(authority.pem) });
    await world.observe(target, { anchor: new X509Certificate(identity.pem) });
    await world.observe(target, { tls: createDeliveryTls(bcp195, world.lab.trust) });
    assert.equal(server.connections, 7);
    assert.equal(server.mostAtOnce, 1);
  });

  it("does not count for who wants nothing older", async () => {
    await using world = new World();
    const server = await world.serve({ identity });
    await world.observe();
    world.clock.advance(1);
    const notBefore = world.clock.now();
    await world.observe(target, { notBefore });
    await world.observe(target, { notBefore });
    assert.equal(server.connections, 2);
  });

  it("does not count for who wants nothing older, though it is still under way", async () => {
    await using world = new World();
    const goOn = Promise.withResolvers<void>();
    const server = await world.serve({ identity, greetsAfter: goOn.promise });
    const first = world.observe();
    world.clock.advance(1);
    const others = [1, 2].map(() => world.observe(target, { notBefore: world.clock.now() }));
    goOn.resolve();
    await Promise.all([first, ...others]);
    assert.equal(server.connections, 2);
  });

  it("is not used again when nothing was learnt", async () => {
    await using world = new World({ times: { ...quickTimes, greetingMs: 20 } });
    const server = await world.serve({ greeting: undefined });
    assert.equal(nameOf(await world.observe()), "no-answer-in-time");
    world.clock.advance(minute);
    server.script = { identity };
    assert.equal(nameOf(await world.observe()), "secured");
  });
});

describe("domains that ask at the same time", () => {
  it("share one connection", async () => {
    await using world = new World();
    const server = await world.serve({ identity });
    const seen = await Promise.all(Array.from({ length: 50 }, () => world.observe()));
    assert.equal(new Set(seen).size, 1);
    assert.equal(server.connections, 1);
  });

  it("do not lose it when one of them gives up", async () => {
    await using world = new World();
    const goOn = Promise.withResolvers<void>();
    const server = await world.serve({ identity, greetsAfter: goOn.promise });
    const impatient = new AbortController();
    const gone = world.observe(target, { signal: impatient.signal });
    const patient = world.observe();
    await server.connected();
    impatient.abort();
    assert.equal(nameOf(await gone), "probe-timeout");
    goOn.resolve();
    assert.equal(nameOf(await patient), "secured");
    assert.equal(server.connections, 1);
  });

  it("end it when the last of them gives up, and the next asks anew", async () => {
    await using world = new World();
    const server = await world.serve({ greeting: undefined });
    const impatient = [new AbortController(), new AbortController()];
    const gone = impatient.map(({ signal }) => world.observe(target, { signal }));
    await server.connected();
    server.script = { identity };
    for (const one of impatient) one.abort();
    assert.deepEqual((await Promise.all(gone)).map(nameOf), ["probe-timeout", "probe-timeout"]);
    assert.equal(nameOf(await world.observe()), "secured");
  });

  it("cost nothing when they have given up before", async () => {
    let attempts = 0;
    const connect = (one: string): Socket => {
      attempts += 1;
      return world.lab.connect(one);
    };
    await using world = new World({ connect });
    const observation = await world.observe(target, { signal: AbortSignal.abort() });
    assert.equal(nameOf(observation), "probe-timeout");
    // By its turn everything that was begun before has connected.
    await world.observe({ ...target, address: "192.0.2.2" });
    assert.equal(attempts, 1);
  });

  it("come to one address one after the other where their server names differ", async () => {
    await using world = new World();
    const server = await world.serve({ identity });
    const names = Array.from({ length: 20 }, (_, index) => `mx${index}.test`);
    await Promise.all(
      names.map((name) => world.observe({ ...target, host: name, serverName: name })),
    );
    assert.equal(server.connections, 20);
    assert.equal(server.mostAtOnce, 1);
  });

  it("come to one host over a few connections at a time", async () => {
    const open = new Set<Socket>();
    let most = 0;
    const connect = (one: string): Socket => {
      const socket = world.lab.connect(one);
      open.add(socket.once("close", () => open.delete(socket)));
      most = Math.max(most, open.size);
      return socket;
    };
    await using world = new World({ connections: { perHost: 2 }, connect });
    const addresses = Array.from({ length: 6 }, (_, index) => `198.51.100.${index}`);
    await Promise.all(addresses.map((one) => world.serve({ identity }, one)));
    await Promise.all(addresses.map((one) => world.observe({ ...target, address: one })));
    assert.equal(most, 2);
  });

  it("are told so when too many wait for one network", async () => {
    const connections = { perNetwork: 1, waitingPerNetwork: 1 };
    await using world = new World({ connections });
    await world.serve({ identity });
    const names = ["a.test", "b.test", "c.test"];
    const seen = await Promise.all(
      names.map((name) => world.observe({ ...target, serverName: name })),
    );
    assert.deepEqual(seen.map(nameOf), ["secured", "secured", "connection-queue-full"]);
  });
});

describe("a server that gave trouble", () => {
  const busy: SmtpScript = { greeting: "421 4.7.0 too many connections\r\n" };

  it("rests, and whoever asks meanwhile hears why and until when", async () => {
    await using world = new World();
    const server = await world.serve(busy);
    assert.equal(nameOf(await world.observe()), "try-again-later");
    const resting = await world.observe({ ...target, serverName: "other.test" });
    assert.ok(resting.kind === "stopped");
    assert.equal(resting.finding.code, "host-resting");
    assert.equal(resting.finding.severity, "unknown");
    assert.deepEqual(resting.finding.facts, [
      "421 4.7.0 too many connections",
      "2026-11-23 00:01:00 UTC",
    ]);
    assert.equal(server.connections, 1);
  });

  it("is asked again after its rest, which is longer each time", async () => {
    await using world = new World();
    const server = await world.serve(busy);
    await world.observe();
    world.clock.advance(minute);
    await world.observe();
    assert.equal(server.connections, 2);
    world.clock.advance(2 * minute - 1);
    assert.equal(nameOf(await world.observe()), "host-resting");
    world.clock.advance(1);
    server.script = { identity };
    assert.equal(nameOf(await world.observe()), "secured");
  });

  it("begins with a short rest again when it answered in between", async () => {
    await using world = new World();
    const server = await world.serve(busy);
    await world.observe();
    world.clock.advance(minute);
    server.script = { identity };
    await world.observe();
    server.script = busy;
    const again = { ...target, serverName: "other.test" };
    assert.equal(nameOf(await world.observe(again)), "try-again-later");
    world.clock.advance(minute);
    assert.equal(nameOf(await world.observe(again)), "try-again-later");
  });

  it("stays in peace also for who wants nothing older than now", async () => {
    await using world = new World();
    const server = await world.serve(busy);
    await world.observe();
    const observation = await world.observe(target, { notBefore: world.clock.now() });
    assert.equal(nameOf(observation), "host-resting");
    assert.equal(server.connections, 1);
  });

  it("is spared those who were already waiting for it", async () => {
    await using world = new World();
    const server = await world.serve(busy);
    const names = ["a.test", "b.test", "c.test"];
    const seen = await Promise.all(
      names.map((name) => world.observe({ ...target, serverName: name })),
    );
    assert.deepEqual(seen.map(nameOf), ["try-again-later", "host-resting", "host-resting"]);
    assert.equal(server.connections, 1);
  });

  it("does not keep what was seen of it before from being used", async () => {
    await using world = new World();
    const server = await world.serve({ identity });
    await world.observe();
    server.script = busy;
    await world.observe({ ...target, serverName: "other.test" });
    assert.equal(nameOf(await world.observe()), "secured");
  });

  for (const [title, script] of Object.entries<SmtpScript>({
    "refuses us": { greeting: "554 listed\r\n" },
    "never answers": { greeting: undefined },
    drips: { drip: "220-x\r\n" },
    "hangs up": { closesAt: "EHLO" },
    "breaks the handshake": { resetsAtTls: true },
    "talks nonsense": { greeting: "hello?\r\n" },
  })) {
    it(`rests when it ${title}`, async () => {
      await using world = new World({ times: { ...quickTimes, greetingMs: 20 } });
      await world.serve(script);
      await world.observe();
      assert.equal(nameOf(await world.observe()), "host-resting");
    });
  }

  it("rests when it refuses connections", async () => {
    await using world = new World();
    assert.equal(nameOf(await world.observe()), "connection-failed");
    assert.equal(nameOf(await world.observe()), "host-resting");
  });

  it("does not rest when the trouble was ours", async () => {
    await using world = new World();
    const far: Target = { ...target, address: "2001:db8::1" };
    assert.equal(nameOf(await world.observe(far)), "no-ipv6-route");
    assert.equal(nameOf(await world.observe(far)), "no-ipv6-route");
    const server = await world.serve({ greeting: undefined });
    const impatient = new AbortController();
    const gone = world.observe(target, { signal: impatient.signal });
    await server.connected();
    impatient.abort();
    await gone;
    await server.deserted();
    server.script = { identity };
    assert.equal(nameOf(await world.observe()), "secured");
  });
});

describe("an authority of its own", () => {
  it("is the only one that counts", async () => {
    await using world = new World();
    await world.serve({ identity: { ...identity, chainPem: identity.pem } });
    const stranger = issueCertificate({ commonName: "Another CA", isAuthority: true });
    const trustErrors: (string | undefined)[] = [];
    for (const { pem } of [authority, stranger]) {
      const seen = await world.observe(target, { anchor: new X509Certificate(pem) });
      assert.ok(seen.kind === "secured");
      trustErrors.push(seen.handshake.trustError);
    }
    assert.equal(trustErrors[0], undefined);
    assert.notEqual(trustErrors[1], undefined);
  });
});
