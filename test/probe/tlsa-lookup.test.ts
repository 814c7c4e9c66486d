/** RFC 7672 §2.2, step by step: where TLSA records are looked for, and what they are worth. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TlsaRecord } from "../../src/dns/resolver.ts";
import { findMailHosts, type MailHost, type MailHosts } from "../../src/probe/mail-host.ts";
import { FakeResolver, type FakeZone } from "../support/fake-resolver.ts";
import { domainOf } from "../support/probe-lab.ts";

const never = new AbortController().signal;
const limits = { hosts: 20, addresses: 20 };
const mx1 = "mx1.corp.test";
const place = `_25._tcp.${mx1}`;
const record: TlsaRecord = { usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32, 1) };
const other: TlsaRecord = { ...record, data: Buffer.alloc(32, 2) };
const textOf = (byte: string, numbers = "3 1 1"): string => `${numbers} ${byte.repeat(32)}`;

const base: FakeZone = {
  MX: { "corp.test": [{ preference: 10, exchange: mx1 }] },
  A: { [mx1]: ["192.0.2.1"] },
};
const signed = ["corp.test", mx1, place];

interface Found {
  readonly hosts: Extract<MailHosts, { kind: "hosts" }>;
  readonly host: MailHost;
  readonly questions: readonly string[];
}

async function find(zone: FakeZone, questions = { tlsa: true }): Promise<Found> {
  const resolver = new FakeResolver({ ...base, ...zone });
  const lookup: Parameters<typeof findMailHosts>[1] = (name, type) =>
    resolver.lookup(name, type, never);
  const hosts = await findMailHosts(domainOf("corp.test"), lookup, limits, questions);
  assert.ok(hosts.kind === "hosts");
  const [host] = hosts.hosts;
  assert.ok(host);
  return { hosts, host, questions: resolver.questions };
}

const asked = ({ questions }: Found, type: string): readonly string[] =>
  questions.filter((question) => question.startsWith(type));
const codes = ({ host }: Found): readonly string[] => host.tlsa.findings.map(({ code }) => code);

describe("a server whose addresses are signed", () => {
  it("has usable TLSA records at its own name", async () => {
    const found = await find({ TLSA: { [place]: [record] }, authentic: signed });
    const { tlsa } = found.host;
    assert.deepEqual(tlsa.report, {
      baseDomain: mx1,
      status: "usable",
      records: [textOf("01")],
    });
    assert.deepEqual(tlsa.usable, [record]);
    assert.deepEqual(tlsa.findings, []);
    assert.deepEqual(asked(found, "TLSA"), [`TLSA ${place}`]);
    assert.deepEqual([found.host.authentic, found.host.canonicalName], [true, mx1]);
  });

  it("is asked for its addresses before its TLSA records", async () => {
    const { questions } = await find({ TLSA: { [place]: [record] }, authentic: signed });
    assert.deepEqual(questions, ["MX corp.test", `A ${mx1}`, `AAAA ${mx1}`, `TLSA ${place}`]);
  });

  for (const [title, zone] of [
    ["has none", {}],
    ["has nothing at that name", { missing: [place] }],
  ] as const) {
    for (const authentic of [signed, ["corp.test", mx1]]) {
      it(`${title}: DANE does not apply (denial ${authentic === signed ? "signed" : "unsigned"})`, async () => {
        const { host } = await find({ ...zone, authentic });
        assert.deepEqual(host.tlsa.report, { baseDomain: mx1, status: "absent", records: [] });
        assert.deepEqual(host.tlsa.findings, []);
      });
    }
  }

  it("with unsigned TLSA records is told, and they do not count", async () => {
    const found = await find({ TLSA: { [place]: [record] }, authentic: ["corp.test", mx1] });
    assert.equal(found.host.tlsa.report.status, "insecure");
    assert.deepEqual(found.host.tlsa.usable, []);
    assert.deepEqual(codes(found), ["tlsa-insecure"]);
  });

  for (const reason of ["server-failure", "bogus", "timeout", "malformed", "truncated"] as const) {
    it(`must not be used when its TLSA lookup fails: ${reason}`, async () => {
      const found = await find({
        TLSA: { [place]: [record] },
        authentic: signed,
        failing: { [`TLSA ${place}`]: reason },
      });
      assert.equal(found.host.tlsa.report.status, "failure");
      assert.deepEqual(found.host.tlsa.usable, []);
      assert.deepEqual(codes(found), ["tlsa-lookup-failed"]);
      const [told] = found.host.tlsa.findings;
      assert.equal(told?.severity, "unknown");
      assert.equal(told?.host, mx1);
      assert.equal(told?.facts?.[0], place);
    });
  }

  it("whose records cannot be used needs TLS, but nobody vouches for it", async () => {
    const pkix: TlsaRecord = { ...record, usage: 1 };
    const short: TlsaRecord = { ...record, data: Buffer.alloc(20, 3) };
    const found = await find({ TLSA: { [place]: [pkix, short] }, authentic: signed });
    assert.equal(found.host.tlsa.report.status, "unusable");
    assert.equal(found.host.tlsa.report.records.length, 2);
    assert.deepEqual(codes(found), [
      "tlsa-unusable",
      "tlsa-record-unusable",
      "tlsa-record-unusable",
    ]);
    assert.equal(found.host.tlsa.findings[1]?.facts?.[0], textOf("01", "1 1 1"));
  });

  it("is used by the record that can be, and told about the others", async () => {
    const pkix: TlsaRecord = { ...record, usage: 0 };
    const found = await find({ TLSA: { [place]: [pkix, record] }, authentic: signed });
    assert.equal(found.host.tlsa.report.status, "usable");
    assert.deepEqual(found.host.tlsa.usable, [record]);
    assert.deepEqual(codes(found), ["tlsa-record-unusable"]);
  });

  it("counts the strongest digest only, and reports all", async () => {
    const strong: TlsaRecord = { ...record, matchingType: 2, data: Buffer.alloc(64, 4) };
    const { host } = await find({ TLSA: { [place]: [record, strong] }, authentic: signed });
    assert.deepEqual(host.tlsa.usable, [strong]);
    assert.equal(host.tlsa.report.records.length, 2);
  });

  it("counts a digest whose stronger sibling cannot be used", async () => {
    const broken: TlsaRecord = { ...record, matchingType: 2 };
    const { host } = await find({ TLSA: { [place]: [record, broken] }, authentic: signed });
    assert.deepEqual(host.tlsa.usable, [record]);
  });

  it("has at most a hundred records read and five complaints made", async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      ...record,
      usage: index % 2 === 0 ? 3 : 1,
    }));
    const { host } = await find({ TLSA: { [place]: many }, authentic: signed });
    assert.equal(host.tlsa.report.records.length, 100);
    assert.equal(host.tlsa.usable.length, 50);
    assert.equal(host.tlsa.findings.length, 5);
  });

  it("is not asked about when TLSA lookups are switched off", async () => {
    const zone = { TLSA: { [place]: [record] }, authentic: signed };
    const found = await find(zone, { tlsa: false });
    assert.deepEqual(asked(found, "TLSA"), []);
    assert.equal(found.host.tlsa.report.status, "absent");
    assert.equal(found.host.authentic, true);
  });
});

describe("a server whose addresses are not signed", () => {
  it("is not asked for TLSA records", async () => {
    const authentic = ["corp.test", place];
    const found = await find({ TLSA: { [place]: [record] }, authentic });
    assert.deepEqual(asked(found, "TLSA"), []);
    assert.deepEqual(asked(found, "CNAME"), []);
    assert.equal(found.host.tlsa.report.status, "absent");
    assert.equal(found.host.authentic, false);
  });

  it("is not asked either when only one of its families is signed", async () => {
    const found = await find({
      AAAA: { [mx1]: ["2001:db8::1"] },
      TLSA: { [place]: [record] },
      authentic: ["corp.test", `A ${mx1}`, place],
    });
    assert.deepEqual(asked(found, "TLSA"), []);
    assert.equal(found.host.authentic, false);
  });
});

describe("address families", () => {
  const zone = { TLSA: { [place]: [record] }, authentic: signed };

  it("do not spoil each other: AAAA fails, A is signed", async () => {
    const found = await find({ ...zone, failing: { [`AAAA ${mx1}`]: "server-failure" } });
    assert.equal(found.host.authentic, true);
    assert.equal(found.host.obstacle, undefined);
    assert.equal(found.host.tlsa.report.status, "usable");
  });

  it("do not spoil each other: there is no AAAA, and that is not signed", async () => {
    const authentic = ["corp.test", `A ${mx1}`, place];
    assert.equal((await find({ ...zone, authentic })).host.tlsa.report.status, "usable");
  });

  it("do not spoil each other: only AAAA, and A fails", async () => {
    const found = await find({
      ...zone,
      A: {},
      AAAA: { [mx1]: ["2001:db8::1"] },
      failing: { [`A ${mx1}`]: "timeout" },
    });
    assert.equal(found.host.obstacle, "unknown");
    assert.equal(found.host.tlsa.report.status, "usable");
  });

  it("that both fail leave nothing to ask for", async () => {
    const failing = { [`A ${mx1}`]: "timeout", [`AAAA ${mx1}`]: "timeout" } as const;
    const found = await find({ ...zone, failing });
    assert.equal(found.host.obstacle, "unknown");
    assert.deepEqual(asked(found, "TLSA"), []);
  });
});

describe("a server that is an alias", () => {
  const middle = "middle.test";
  const real = "real.provider.test";
  const atReal = `_25._tcp.${real}`;
  const aliased: FakeZone = {
    A: { [real]: ["192.0.2.1"] },
    aliases: { [mx1]: middle, [middle]: real },
  };
  const chain = ["corp.test", mx1, middle, real, place, atReal, `_25._tcp.${middle}`];

  it("signed to its end has its records at the end of the chain", async () => {
    const TLSA = { [place]: [record], [atReal]: [other] };
    const found = await find({ ...aliased, TLSA, authentic: chain });
    assert.equal(found.host.tlsa.report.baseDomain, real);
    assert.deepEqual(found.host.tlsa.usable, [other]);
    assert.deepEqual(asked(found, "TLSA"), [`TLSA ${atReal}`]);
    assert.deepEqual([found.host.authentic, found.host.canonicalName], [true, real]);
  });

  it("signed to its end has them at its own name when the end has none, never in between", async () => {
    const TLSA = { [place]: [record], [`_25._tcp.${middle}`]: [other] };
    const found = await find({ ...aliased, TLSA, authentic: chain });
    assert.equal(found.host.tlsa.report.baseDomain, mx1);
    assert.deepEqual(found.host.tlsa.usable, [record]);
    assert.deepEqual(asked(found, "TLSA"), [`TLSA ${atReal}`, `TLSA ${place}`]);
  });

  it("with unsigned records at the end goes on to its own name", async () => {
    const TLSA = { [place]: [record], [atReal]: [other] };
    const authentic = chain.filter((name) => name !== atReal);
    const { host } = await find({ ...aliased, TLSA, authentic });
    assert.equal(host.tlsa.report.baseDomain, mx1);
    assert.deepEqual(host.tlsa.usable, [record]);
  });

  it("with unsigned records at the end and none of its own is told of those", async () => {
    const authentic = chain.filter((name) => name !== atReal);
    const found = await find({ ...aliased, TLSA: { [atReal]: [other] }, authentic });
    assert.deepEqual(
      [found.host.tlsa.report.status, found.host.tlsa.report.baseDomain],
      ["insecure", real],
    );
    assert.deepEqual(codes(found), ["tlsa-insecure"]);
  });

  it("with unusable records at the end does not go on to its own name", async () => {
    const TLSA = { [place]: [record], [atReal]: [{ ...other, usage: 0 }] };
    const found = await find({ ...aliased, TLSA, authentic: chain });
    assert.equal(found.host.tlsa.report.status, "unusable");
    assert.deepEqual(asked(found, "TLSA"), [`TLSA ${atReal}`]);
  });

  it("whose lookup at the end fails must not be used, whatever its own name holds", async () => {
    const failing = { [`TLSA ${atReal}`]: "bogus" } as const;
    const TLSA = { [place]: [record] };
    const found = await find({ ...aliased, TLSA, failing, authentic: chain });
    assert.equal(found.host.tlsa.report.status, "failure");
    assert.deepEqual(asked(found, "TLSA"), [`TLSA ${atReal}`]);
  });

  it("whose lookup at its own name fails must not be used either", async () => {
    const failing = { [`TLSA ${place}`]: "timeout" } as const;
    const { host } = await find({ ...aliased, failing, authentic: chain });
    assert.equal(host.tlsa.report.status, "failure");
    assert.equal(host.tlsa.report.baseDomain, mx1);
  });

  for (const [title, unsigned] of [
    ["the end", real],
    ["a middle", middle],
  ] as const) {
    it(`of which only the first link is signed has records at its own name only (${title})`, async () => {
      const TLSA = { [place]: [record], [atReal]: [other] };
      const authentic = chain.filter((name) => name !== unsigned);
      const found = await find({ ...aliased, TLSA, authentic });
      assert.deepEqual(found.host.tlsa.usable, [record]);
      assert.deepEqual(asked(found, "CNAME"), [`CNAME ${mx1}`]);
      assert.deepEqual(asked(found, "TLSA"), [`TLSA ${place}`]);
      assert.equal(found.host.authentic, false);
    });
  }

  it("that is itself not signed has none", async () => {
    const TLSA = { [place]: [record], [atReal]: [other] };
    const authentic = chain.filter((name) => name !== mx1);
    const found = await find({ ...aliased, TLSA, authentic });
    assert.equal(found.host.tlsa.report.status, "absent");
    assert.deepEqual(asked(found, "CNAME"), [`CNAME ${mx1}`]);
    assert.deepEqual(asked(found, "TLSA"), []);
  });

  it("must not be used when the word on its first link cannot be had", async () => {
    const authentic = chain.filter((name) => name !== real);
    const failing = { [`CNAME ${mx1}`]: "server-failure" } as const;
    const found = await find({ ...aliased, failing, authentic });
    assert.equal(found.host.tlsa.report.status, "failure");
    assert.deepEqual(codes(found), ["tlsa-lookup-failed"]);
  });
});

describe("TLSA records behind an alias", () => {
  const target = "_dane.provider.test";
  const zone: FakeZone = { aliases: { [place]: target }, TLSA: { [target]: [record] } };

  it("are followed, and the base domain stays", async () => {
    const { host } = await find({ ...zone, authentic: [...signed, target] });
    assert.deepEqual([host.tlsa.report.status, host.tlsa.report.baseDomain], ["usable", mx1]);
  });

  for (const unsigned of [place, target]) {
    it(`do not count when one link is unsigned: ${unsigned}`, async () => {
      const authentic = [...signed, target].filter((name) => name !== unsigned);
      assert.equal((await find({ ...zone, authentic })).host.tlsa.report.status, "insecure");
    });
  }
});

describe("the MX records", () => {
  const zone: FakeZone = { TLSA: { [place]: [record] } };

  it("that are not signed keep no signed server's records from being reported", async () => {
    const { hosts, host } = await find({ ...zone, authentic: [mx1, place] });
    assert.equal(hosts.authentic, false);
    assert.equal(host.tlsa.report.status, "usable");
  });

  it("give the names that an authority's certificate may bear", async () => {
    const { hosts } = await find({ ...zone, authentic: signed });
    assert.deepEqual(hosts.nextHopNames, ["corp.test"]);
  });

  it("of a domain that is an alias give both its names", async () => {
    const { hosts } = await find({
      ...zone,
      MX: { "real.test": [{ preference: 1, exchange: mx1 }] },
      aliases: { "corp.test": "real.test" },
      authentic: [...signed, "real.test"],
    });
    assert.equal(hosts.authentic, true);
    assert.deepEqual(hosts.nextHopNames, ["corp.test", "real.test"]);
  });

  it("when there are none leave the domain itself, with records of its own", async () => {
    const { hosts, host } = await find({
      MX: {},
      A: { "corp.test": ["192.0.2.1"] },
      TLSA: { "_25._tcp.corp.test": [record] },
      authentic: ["corp.test", "_25._tcp.corp.test"],
    });
    assert.equal(host.tlsa.report.baseDomain, "corp.test");
    assert.equal(host.tlsa.report.status, "usable");
    assert.deepEqual(hosts.nextHopNames, []);
  });

  it("of which one fails its TLSA lookup leave the others alone", async () => {
    const mx2 = "mx2.corp.test";
    const { hosts } = await find({
      ...zone,
      MX: {
        "corp.test": [
          { preference: 10, exchange: mx1 },
          { preference: 20, exchange: mx2 },
        ],
      },
      A: { [mx1]: ["192.0.2.1"], [mx2]: ["192.0.2.2"] },
      authentic: [...signed, mx2],
      failing: { [`TLSA _25._tcp.${mx2}`]: "timeout" },
    });
    assert.deepEqual(
      hosts.hosts.map(({ tlsa }) => tlsa.report.status),
      ["usable", "failure"],
    );
  });

  it("may name a server that is too long for a service label: it has no records", async () => {
    const long = `${["a".repeat(63), "b".repeat(63), "c".repeat(63)].join(".")}.${"d".repeat(55)}.test`;
    const found = await find({
      MX: { "corp.test": [{ preference: 1, exchange: long }] },
      A: { [long]: ["192.0.2.1"] },
      authentic: ["corp.test", long],
    });
    assert.equal(found.host.host, long);
    assert.equal(found.host.tlsa.report.status, "absent");
    assert.deepEqual(asked(found, "TLSA"), []);
  });
});
