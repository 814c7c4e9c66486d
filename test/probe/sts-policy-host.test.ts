import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { describe, it } from "node:test";
import { type CertificateWish, type Identity, issueCertificate } from "../support/certificates.ts";
import type { FakeZone } from "../support/fake-resolver.ts";
import {
  authority,
  fetched,
  fetchFrom,
  good,
  here,
  host,
  policy,
  reasonFor,
} from "../support/policy-fetch.ts";
import {
  answerBytes,
  answerWith,
  PolicyHost,
  type PolicyHostPlace,
} from "../support/policy-host.ts";

describe("the identity of a policy host", () => {
  const day = 24 * 3600 * 1000;
  const stranger = issueCertificate({ commonName: "Strange authority", isAuthority: true });
  const rows: readonly (readonly [string, CertificateWish, string])[] = [
    [
      "a wildcard",
      { names: ["*.example.com"] },
      "its certificate covers the host only by a wildcard",
    ],
    [
      "another name",
      { names: ["www.example.com", "example.com"] },
      "its certificate is for www.example.com, example.com",
    ],
    ["a common name only", { commonName: host }, "its certificate has no DNS name"],
    [
      "a common name beside other names",
      { commonName: host, names: ["a.example"] },
      "its certificate is for a.example",
    ],
    [
      "an end in the past",
      { names: [host], notAfter: new Date(Date.now() - day) },
      "its certificate has expired",
    ],
    [
      "a start in the future",
      { names: [host], notBefore: new Date(Date.now() + day) },
      "its certificate is not valid yet",
    ],
    [
      "an authority unknown to us",
      { names: [host], issuer: stranger },
      "its certificate is not from a trusted authority",
    ],
  ];
  for (const [name, wish, reason] of rows) {
    it(`is not proven by a certificate with ${name}`, async () => {
      const identity = issueCertificate({ issuer: authority, ...wish });
      await using server = await PolicyHost.start(identity, answerWith({ body: policy }));
      assert.deepEqual(await fetchFrom({ port: server.port }), { ok: false, error: reason });
      assert.equal(server.requests.length, 0, "it must not hear a byte of HTTP");
    });
  }

  it("is not proven by a certificate that it signed itself", async () => {
    const own = issueCertificate({ names: [host] });
    const reason = await reasonFor(answerWith({ body: policy }), {}, own);
    assert.equal(reason, "its certificate is self-signed");
  });

  it("is proven by a name in capitals", async () => {
    const identity = issueCertificate({ names: ["MTA-STS.Example.COM"], issuer: authority });
    await using server = await PolicyHost.start(identity, answerWith({ body: policy }));
    assert.deepEqual(await fetchFrom({ port: server.port }), fetched);
  });

  const wildcards: readonly (readonly [string, boolean])[] = [
    ["*.example.com", true],
    ["*.com", false],
    ["mta-*.example.com", false],
    ["*-sts.example.com", false],
    ["*", false],
  ];
  for (const [pattern, proven] of wildcards) {
    it(`is ${proven ? "" : "not "}proven by ${pattern} where wildcards are accepted`, async () => {
      const identity = issueCertificate({ names: [pattern], issuer: authority });
      await using server = await PolicyHost.start(identity, answerWith({ body: policy }));
      const result = await fetchFrom({ port: server.port, acceptWildcard: true });
      assert.equal(result.ok, proven);
    });
  }

  it("is proven in TLS 1.2 and not in TLS 1.1", async () => {
    const outcomes: boolean[] = [];
    for (const maxVersion of ["TLSv1.2", "TLSv1.1"] as const) {
      const tls = { minVersion: "TLSv1.1", maxVersion, ciphers: "DEFAULT:@SECLEVEL=0" } as const;
      await using server = await PolicyHost.start(good, answerWith({ body: policy }), { tls });
      outcomes.push((await fetchFrom({ port: server.port })).ok);
    }
    assert.deepEqual(outcomes, [true, false]);
  });

  it("is not proven by HTTP without TLS", async () => {
    const server = createTcpServer((socket) => void socket.end(answerBytes({ body: policy })));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const result = await fetchFrom({ port: (server.address() as AddressInfo).port });
    server.close();
    assert.match(result.ok ? "" : result.error, /^TLS failed \(/);
  });
});

describe("the addresses of a policy host", () => {
  const serve = (identity: Identity, place: PolicyHostPlace): Promise<PolicyHost> =>
    PolicyHost.start(identity, answerWith({ body: policy }), place);

  it("give way to the next when one refuses", async () => {
    await using server = await serve(good, { address: "127.0.0.3" });
    const zone: FakeZone = { A: { [host]: ["127.0.0.2", "127.0.0.3"] } };
    assert.deepEqual(await fetchFrom({ port: server.port, zone }), fetched);
  });

  it("are fine when IPv6 is dead and IPv4 works", async () => {
    await using server = await serve(good, { address: "127.0.0.3" });
    const zone: FakeZone = { AAAA: { [host]: ["::1"] }, A: { [host]: ["127.0.0.2", "127.0.0.3"] } };
    assert.deepEqual(await fetchFrom({ port: server.port, zone }), fetched);
  });

  it("are fine when IPv4 is dead and IPv6 works", async () => {
    await using server = await serve(good, { address: "::1" });
    const zone: FakeZone = { AAAA: { [host]: ["::1"] }, A: { [host]: ["127.0.0.2"] } };
    assert.deepEqual(await fetchFrom({ port: server.port, zone }), fetched);
  });

  it("are fine when one family cannot be looked up", async () => {
    await using server = await serve(good, {});
    const zone: FakeZone = { ...here, failing: { [`AAAA ${host}`]: "server-failure" } };
    assert.deepEqual(await fetchFrom({ port: server.port, zone }), fetched);
  });

  it("give way to the next when one is somebody else", async () => {
    const other = issueCertificate({ names: ["other.example"], issuer: authority });
    await using first = await serve(other, { address: "127.0.0.2" });
    await using second = await serve(good, { address: "127.0.0.3", port: first.port });
    const zone: FakeZone = { A: { [host]: ["127.0.0.2", "127.0.0.3"] } };
    assert.deepEqual(await fetchFrom({ port: second.port, zone }), fetched);
  });

  it("are not gone through for a better answer", async () => {
    await using first = await PolicyHost.start(good, answerWith({ status: "500 No" }), {
      address: "127.0.0.2",
    });
    await using second = await serve(good, { address: "127.0.0.3", port: first.port });
    const zone: FakeZone = { A: { [host]: ["127.0.0.2", "127.0.0.3"] } };
    const result = await fetchFrom({ port: second.port, zone });
    assert.deepEqual(result, { ok: false, error: "HTTP status 500" });
    assert.equal(second.requests.length, 0);
  });

  it("are four at most, of both families", async () => {
    await using fifth = await serve(good, { address: "127.0.0.4" });
    const many = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
    const zone: FakeZone = { A: { [host]: many }, AAAA: { [host]: ["::1", "::ffff:127.0.0.5"] } };
    const result = await fetchFrom({ port: fifth.port, zone });
    assert.deepEqual(result, { ok: false, error: "the connection was refused" });
    assert.equal(fifth.requests.length, 0);
  });

  it("name the wrong certificate rather than the dead address", async () => {
    const other = issueCertificate({ names: ["other.example"], issuer: authority });
    await using server = await serve(other, { address: "127.0.0.3" });
    const zone: FakeZone = { A: { [host]: ["127.0.0.2", "127.0.0.3"] } };
    const result = await fetchFrom({ port: server.port, zone });
    assert.deepEqual(result, { ok: false, error: "its certificate is for other.example" });
  });

  it("may be missing", async () => {
    const result = await fetchFrom({ port: 1, zone: {} });
    assert.deepEqual(result, { ok: false, error: "its host has no address" });
    const unknown = await fetchFrom({ port: 1, zone: { missing: [host] } });
    assert.deepEqual(unknown, { ok: false, error: "its host has no address" });
  });

  it("may be unknown for the moment", async () => {
    const zone: FakeZone = { failing: { [`A ${host}`]: "timeout" } };
    const result = await fetchFrom({ port: 1, zone });
    assert.deepEqual(result, { ok: false, error: "no answer in time" });
  });
});
