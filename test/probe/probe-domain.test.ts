/** From DNS and several servers to one verdict about a domain. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import type { Verdict } from "../../src/base/verdict.ts";
import type { Resolver } from "../../src/dns/resolver.ts";
import { type Identity, issueCertificate, rsaKey } from "../support/certificates.ts";
import { type FakeZone, silentResolver } from "../support/fake-resolver.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { ProbeLab, quickTimes } from "../support/probe-lab.ts";

const hour = 3600 * 1000;
const day = 24 * hour;
const authority = issueCertificate({ commonName: "Test Root CA", isAuthority: true });
const issued = (names: readonly string[], more: { key?: Identity["key"] } = {}): Identity =>
  issueCertificate({ names, issuer: authority, ...more });
const selfSigned = issueCertificate({ names: ["mx2.corp.test"] });
const good = issued(["mx1.corp.test"]);
const both = issued(["corp.test", "mx1.corp.test"]);
const weakTls = { ciphers: "DEFAULT:@SECLEVEL=0" };

const mx = (...hosts: readonly string[]): NonNullable<FakeZone["MX"]> => ({
  "corp.test": hosts.map((exchange, index) => ({ preference: 10 * (index + 1), exchange })),
});
const twoHosts: FakeZone = {
  MX: mx("mx1.corp.test", "mx2.corp.test"),
  A: { "mx1.corp.test": ["192.0.2.1"], "mx2.corp.test": ["192.0.2.2"] },
};
const oneHost: FakeZone = { MX: mx("mx1.corp.test"), A: { "mx1.corp.test": ["192.0.2.1"] } };
const codes = (verdict: Verdict): readonly string[] => verdict.findings.map(({ code }) => code);
const hostStatuses = (verdict: Verdict): readonly string[] =>
  verdict.hosts.map(({ host, status }) => `${host} ${status}`);

describe("a domain with several mail servers", () => {
  it("is proven by one of them; the policy names only that one", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: good });
    await lab.serve("192.0.2.2", { identity: selfSigned });
    const verdict = await lab.probe("corp.test", twoHosts);
    assert.equal(verdict.status, "proven");
    assert.deepEqual(hostStatuses(verdict), ["mx1.corp.test proven", "mx2.corp.test failed"]);
    assert.match(verdict.postfixPolicy ?? "", /^secure match=mx1\.corp\.test servername=hostname /);
  });

  it("names every proven server, and is as assured as the weakest of them", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: both });
    await lab.serve("192.0.2.2", { identity: issued(["mx2.corp.test"]) });
    const verdict = await lab.probe("corp.test", twoHosts);
    assert.equal(verdict.assurance, "mx-name");
    assert.deepEqual(
      verdict.hosts.map(({ assurance }) => assurance),
      ["domain-name", "mx-name"],
    );
    assert.match(verdict.postfixPolicy ?? "", /match=corp\.test:mx2\.corp\.test /);
  });

  it("is failed when all of them are", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { ehlo: "250 plain\r\n" });
    await lab.serve("192.0.2.2", { identity: selfSigned });
    const verdict = await lab.probe("corp.test", twoHosts);
    assert.equal(verdict.status, "failed");
    assert.equal(verdict.postfixPolicy, null);
    assert.equal(verdict.assurance, "none");
  });

  it("is not known when one failed and the other cannot be judged now", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { greeting: "421 later\r\n" });
    await lab.serve("192.0.2.2", { identity: selfSigned });
    assert.equal((await lab.probe("corp.test", twoHosts)).status, "unknown");
  });

  it("is proven although the lookup of another server fails", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: good });
    const failing = {
      "A mx2.corp.test": "server-failure",
      "AAAA mx2.corp.test": "timeout",
    } as const;
    const verdict = await lab.probe("corp.test", { ...twoHosts, failing });
    assert.equal(verdict.status, "proven");
    assert.deepEqual(codes(verdict), ["host-lookup-failed", "host-lookup-failed"]);
  });

  it("connects once at a time to an address that two servers share", async () => {
    await using lab = new ProbeLab(authority);
    const server = await lab.serve("192.0.2.1", {
      identity: issued(["mx1.corp.test", "mx2.corp.test"]),
    });
    const A = { "mx1.corp.test": ["192.0.2.1"], "mx2.corp.test": ["192.0.2.1"] };
    const verdict = await lab.probe("corp.test", { ...twoHosts, A });
    assert.equal(verdict.status, "proven");
    assert.equal(server.mostAtOnce, 1);
    assert.deepEqual(server.serverNames, ["mx1.corp.test", "mx2.corp.test"]);
  });
});

describe("a mail server with several addresses", () => {
  const A = { "mx1.corp.test": ["192.0.2.1", "192.0.2.2"] };

  it("is proven by one of them, and the other's fault is told", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: good });
    // Weak as well, but Postfix would not trust it by any name.
    const identity = issueCertificate({ names: ["mx1.corp.test"], key: rsaKey(1024) });
    await lab.serve("192.0.2.2", { identity, tls: weakTls });
    const verdict = await lab.probe("corp.test", { ...oneHost, A });
    assert.equal(verdict.status, "proven");
    assert.deepEqual(
      verdict.findings.map(({ code, address }) => [code, address]),
      [
        ["key-too-small", "192.0.2.2"],
        ["certificate-self-signed", "192.0.2.2"],
      ],
    );
  });

  it("fails when Postfix would also take an address that is too weak", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: good });
    const identity = issued(["mx1.corp.test"], { key: rsaKey(1024) });
    await lab.serve("192.0.2.2", { identity, tls: weakTls });
    const verdict = await lab.probe("corp.test", { ...oneHost, A });
    assert.equal(verdict.status, "failed");
    assert.deepEqual(codes(verdict), ["weak-server-not-excludable", "key-too-small"]);
  });

  it("uses another of its names when only one is shared with a weak server", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: both });
    const identity = issued(["corp.test", "mx2.corp.test"], { key: rsaKey(1024) });
    await lab.serve("192.0.2.2", { identity, tls: weakTls });
    const verdict = await lab.probe("corp.test", twoHosts);
    assert.equal(verdict.status, "proven");
    assert.equal(verdict.assurance, "mx-name");
    assert.match(verdict.postfixPolicy ?? "", /match=mx1\.corp\.test /);
  });

  it("is judged without the IPv6 addresses that this machine cannot reach", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.2", { identity: selfSigned });
    const AAAA = { "mx1.corp.test": ["2001:db8::1"] };
    const verdict = await lab.probe("corp.test", {
      ...twoHosts,
      A: { "mx2.corp.test": ["192.0.2.2"] },
      AAAA,
    });
    assert.equal(verdict.status, "failed");
    assert.deepEqual(codes(verdict), ["no-ipv6-route", "certificate-self-signed"]);
  });

  it("is not known when there is no way to any of them", async () => {
    await using lab = new ProbeLab(authority);
    const AAAA = { "mx1.corp.test": ["2001:db8::1"] };
    const verdict = await lab.probe("corp.test", { MX: oneHost.MX ?? {}, AAAA });
    assert.equal(verdict.status, "unknown");
  });

  it("is judged by its IPv4 addresses when its AAAA records are broken", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { ehlo: "250 plain\r\n" });
    const failing = { "AAAA mx1.corp.test": "server-failure" } as const;
    assert.equal((await lab.probe("corp.test", { ...oneHost, failing })).status, "failed");
  });

  it("is not known when its A records are broken, whatever IPv6 says", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("2001:db8::1", { ehlo: "250 plain\r\n" });
    const zone: FakeZone = {
      MX: oneHost.MX ?? {},
      AAAA: { "mx1.corp.test": ["2001:db8::1"] },
      failing: { "A mx1.corp.test": "server-failure" },
    };
    assert.equal((await lab.probe("corp.test", zone)).status, "unknown");
  });

  it("is not failed by the first twenty of very many servers", async () => {
    await using lab = new ProbeLab(authority);
    const hosts = Array.from({ length: 22 }, (_, index) => `mx${index}.corp.test`);
    const records = Object.fromEntries(hosts.map((host, index) => [host, [`192.0.2.${index}`]]));
    for (const [address] of Object.values(records)) {
      await lab.serve(address ?? "", { ehlo: "250 plain\r\n" });
    }
    const verdict = await lab.probe("corp.test", { MX: mx(...hosts), A: records });
    assert.equal(verdict.status, "unknown");
    assert.ok(codes(verdict).includes("too-many-hosts"));
  });

  it("is looked at up to a limit, fairly over the servers", async () => {
    await using lab = new ProbeLab(authority);
    const zone: FakeZone = {
      ...twoHosts,
      A: {
        "mx1.corp.test": ["192.0.2.1", "192.0.2.3", "192.0.2.4"],
        "mx2.corp.test": ["192.0.2.2"],
      },
    };
    const verdict = await lab.probe("corp.test", zone, { limits: { hosts: 20, addresses: 3 } });
    assert.deepEqual(
      verdict.hosts.map(({ addresses }) => addresses.map(({ address }) => address)),
      [["192.0.2.1", "192.0.2.3"], ["192.0.2.2"]],
    );
    assert.ok(codes(verdict).includes("too-many-addresses"));
  });
});

describe("where a domain's mail goes", () => {
  it("is nowhere for a null MX", async () => {
    await using lab = new ProbeLab(authority);
    const zone = { MX: { "corp.test": [{ preference: 0, exchange: "" }] } };
    const verdict = await lab.probe("corp.test", zone);
    assert.equal(verdict.status, "no-mail");
    assert.deepEqual(verdict.noMail, { reason: "null-mx", certain: true });
  });

  it("is nowhere, too, when a null MX stands beside real servers: Postfix returns such mail", async () => {
    await using lab = new ProbeLab(authority);
    const MX = {
      "corp.test": [...(oneHost.MX?.["corp.test"] ?? []), { preference: 0, exchange: "" }],
    };
    const verdict = await lab.probe("corp.test", { ...oneHost, MX });
    assert.equal(verdict.noMail?.reason, "null-mx");
    assert.deepEqual(codes(verdict), ["null-mx-with-others"]);
  });

  it("is nowhere for a domain that does not exist; certain only when DNSSEC says so", async () => {
    await using lab = new ProbeLab(authority);
    const unsigned = await lab.probe("corp.test", { missing: ["corp.test"] });
    assert.deepEqual(unsigned.noMail, { reason: "no-such-domain", certain: false });
    const signed = { missing: ["corp.test"], authentic: ["corp.test"] };
    assert.deepEqual((await lab.probe("corp.test", signed)).noMail, {
      reason: "no-such-domain",
      certain: true,
    });
  });

  it("is the domain itself when it has no MX", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: both });
    const verdict = await lab.probe("corp.test", { A: { "corp.test": ["192.0.2.1"] } });
    assert.equal(verdict.status, "proven");
    assert.equal(verdict.assurance, "domain-name");
  });

  it("is not the domain itself when the MX lookup fails", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: both });
    for (const reason of ["server-failure", "bogus", "timeout", "malformed"] as const) {
      const failing = { "MX corp.test": reason };
      const verdict = await lab.probe("corp.test", { A: { "corp.test": ["192.0.2.1"] }, failing });
      assert.equal(verdict.status, "unknown");
      assert.deepEqual(codes(verdict), ["mx-lookup-failed"]);
    }
  });

  it("is nowhere when there is neither MX nor address", async () => {
    await using lab = new ProbeLab(authority);
    const verdict = await lab.probe("corp.test", {});
    assert.deepEqual(verdict.noMail, { reason: "no-such-domain", certain: false });
    assert.deepEqual(codes(verdict), ["no-mail-host"]);
  });

  it("fails when the MX record names something that is no host", async () => {
    await using lab = new ProbeLab(authority);
    for (const exchange of ["192.0.2.1", "mx 1.test", "a:b.test", "bücher.test", "\u001b[2J"]) {
      const verdict = await lab.probe("corp.test", { MX: mx(exchange) });
      assert.equal(verdict.status, "failed", exchange);
      assert.deepEqual(codes(verdict), ["mx-name-invalid"]);
      assert.doesNotMatch(verdict.hosts[0]?.host ?? "", /\u001b/);
    }
  });

  it("fails when its mail server has no address", async () => {
    await using lab = new ProbeLab(authority);
    const verdict = await lab.probe("corp.test", { MX: mx("mx1.corp.test") });
    assert.equal(verdict.status, "failed");
    assert.deepEqual(codes(verdict), ["host-without-address"]);
  });

  it("follows an MX host that is an alias, keeps its name, and says so", async () => {
    await using lab = new ProbeLab(authority);
    const server = await lab.serve("192.0.2.1", { identity: good });
    const aliases = { "mx1.corp.test": "real.host.test" };
    const zone = { MX: mx("mx1.corp.test"), A: { "real.host.test": ["192.0.2.1"] }, aliases };
    const verdict = await lab.probe("corp.test", zone);
    assert.equal(verdict.status, "proven");
    assert.deepEqual(codes(verdict), ["mx-host-alias"]);
    assert.deepEqual(server.serverNames, ["mx1.corp.test"]);
  });

  it("asks for each MX host once, and for no more than the limit", async () => {
    await using lab = new ProbeLab(authority);
    const names = Array.from({ length: 120 }, (_, index) => `mx${index}.corp.test`);
    const verdict = await lab.probe("corp.test", { MX: mx(...names, "mx0.corp.test") });
    assert.equal(verdict.hosts.length, 20);
    assert.ok(codes(verdict).includes("too-many-hosts"));
  });

  it("does not let an MX name become a keyword of Postfix", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: issued(["hostname"]) });
    const zone = { MX: mx("hostname"), A: { hostname: ["192.0.2.1"] } };
    const verdict = await lab.probe("corp.test", zone);
    assert.equal(verdict.status, "failed");
    assert.deepEqual(codes(verdict), ["name-not-expressible"]);
  });
});

describe("the assurance of a domain", () => {
  it("is dnssec-mx when the MX records came signed", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: both });
    const verdict = await lab.probe("corp.test", { ...oneHost, authentic: ["MX corp.test"] });
    assert.equal(verdict.assurance, "dnssec-mx");
    assert.equal(verdict.dnssec.mx, true);
    assert.match(verdict.postfixPolicy ?? "", /match=mx1\.corp\.test /);
  });

  it("fails the server whose assurance is below what is asked for", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: good });
    const verdict = await lab.probe("corp.test", oneHost, { leastAssurance: "domain-name" });
    assert.equal(verdict.status, "failed");
    assert.deepEqual(codes(verdict), ["assurance-too-weak"]);
  });

  it("fails everything while more is asked for than can be found out", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: both });
    const zone = { ...oneHost, authentic: ["MX corp.test"] };
    const verdict = await lab.probe("corp.test", zone, { leastAssurance: "dane" });
    assert.equal(verdict.status, "failed");
  });
});

describe("how long a verdict holds", () => {
  it("is never longer than the certificate it rests on", async () => {
    await using lab = new ProbeLab(authority);
    const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 + 2 * day);
    const identity = issueCertificate({ names: ["mx1.corp.test"], issuer: authority, notAfter });
    await lab.serve("192.0.2.1", { identity });
    const verdict = await lab.probe("corp.test", oneHost);
    assert.equal(verdict.expiresAt, notAfter.getTime());
    assert.equal(verdict.refreshAfter, verdict.checkedAt + 12 * hour);
  });

  it("asks again an hour before the certificate ends", async () => {
    await using lab = new ProbeLab(authority);
    const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 + 3 * hour);
    const identity = issueCertificate({ names: ["mx1.corp.test"], issuer: authority, notAfter });
    await lab.serve("192.0.2.1", { identity });
    const verdict = await lab.probe("corp.test", oneHost);
    assert.equal(verdict.refreshAfter, notAfter.getTime() - hour);
  });

  it("is a week, a day, a quarter of an hour, or an hour", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: good });
    await lab.serve("192.0.2.2", { ehlo: "250 plain\r\n" });
    const life = async (zone: FakeZone): Promise<readonly [number, number]> => {
      const { checkedAt, refreshAfter, expiresAt } = await lab.probe("corp.test", zone);
      return [refreshAfter - checkedAt, expiresAt - checkedAt];
    };
    const failed = { ...oneHost, A: { "mx1.corp.test": ["192.0.2.2"] } };
    const unknown = { ...oneHost, A: { "mx1.corp.test": ["192.0.2.99"] } };
    assert.deepEqual(await life(oneHost), [12 * hour, 7 * day]);
    assert.deepEqual(await life(failed), [hour, day]);
    assert.deepEqual(await life(unknown), [hour / 12, hour / 4]);
    assert.deepEqual(await life({ missing: ["corp.test"] }), [hour, hour]);
  });

  it("goes by mxseal's clock where that is ahead of the system's", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { identity: good });
    const clock = new FixedClock(Date.now() + 91 * day);
    const verdict = await lab.probe("corp.test", oneHost, { clock });
    assert.equal(verdict.status, "failed");
    assert.ok(codes(verdict).includes("certificate-expired"));
  });
});

describe("a probe on a machine in trouble", () => {
  it("rejects when no resolver can be reached, which says nothing about the domain", async () => {
    await using lab = new ProbeLab(authority);
    const error = new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "none");
    const resolver: Resolver = { lookup: () => Promise.reject(error) };
    await assert.rejects(lab.probe("corp.test", {}, { resolver }), error);
  });

  it("does not know a domain whose lookup outlasts the probe", async () => {
    await using lab = new ProbeLab(authority);
    const times = { ...quickTimes, probeMs: 20 };
    const verdict = await lab.probe("corp.test", {}, { resolver: silentResolver, times });
    assert.equal(verdict.status, "unknown");
  });
});
