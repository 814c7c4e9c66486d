import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type Answer, encode } from "dns-packet";
import { MxsealError } from "../../src/base/errors.ts";
import type { DnsAnswer, RecordOf, RecordType } from "../../src/dns/resolver.ts";
import { loadSystemResolver, SystemResolver } from "../../src/dns/system-resolver.ts";
import { type DnsScript, DnsServer } from "../support/dns-server.ts";

const never = new AbortController().signal;
const soa: Answer = {
  type: "SOA",
  name: "test",
  data: { mname: "ns.test", rname: "admin.test", serial: 1, minimum: 60 },
};
const mx = (name: string, preference: number, exchange: string): Answer => ({
  type: "MX",
  name,
  data: { preference, exchange },
});
const a = (name: string, data: string): Answer => ({ type: "A", name, data });
const alias = (name: string, data: string): Answer => ({ type: "CNAME", name, data });

interface Setting {
  readonly trustedResolvers?: readonly string[];
  readonly timeoutMs?: number;
  readonly attempts?: number;
}

function resolverFor(servers: readonly { readonly port: number }[], setting: Setting = {}) {
  return new SystemResolver({
    servers: servers.map(({ port }) => ({ address: "127.0.0.1", port })),
    trustedResolvers: [],
    timeoutMs: 5000,
    attempts: 2,
    ...setting,
  });
}

async function ask<K extends RecordType>(
  script: DnsScript,
  name: string,
  type: K,
  setting: Setting = {},
): Promise<DnsAnswer<RecordOf[K]>> {
  await using server = await DnsServer.start(script);
  return await resolverFor([server], setting).lookup(name, type, never);
}

describe("a lookup", () => {
  it("gives MX records as published, lower-case, without the last dot", async () => {
    const answers = [mx("corp.test", 10, "MX1.Corp.test"), mx("Corp.TEST", 20, "mx2.corp.test")];
    assert.deepEqual(await ask(() => [{ answers }], "corp.test", "MX"), {
      outcome: "found",
      records: [
        { preference: 10, exchange: "mx1.corp.test" },
        { preference: 20, exchange: "mx2.corp.test" },
      ],
      authentic: false,
      canonicalName: "corp.test",
    });
  });

  it("gives the null MX as an empty name", async () => {
    const answer = await ask(() => [{ answers: [mx("corp.test", 0, ".")] }], "corp.test", "MX");
    assert.deepEqual(answer.outcome === "found" && answer.records, [
      { preference: 0, exchange: "" },
    ]);
  });

  it("gives IPv6 addresses", async () => {
    const answers: Answer[] = [{ type: "AAAA", name: "mx.test", data: "2001:db8::1" }];
    const answer = await ask(() => [{ answers }], "mx.test", "AAAA");
    assert.deepEqual(answer.outcome === "found" && answer.records, ["2001:db8::1"]);
  });

  it("tells NODATA from NXDOMAIN", async () => {
    const nodata = await ask(() => [{ authorities: [soa] }], "corp.test", "MX");
    assert.deepEqual(nodata, { outcome: "no-data", authentic: false });
    const missing = await ask(() => [{ rcode: 3, authorities: [soa] }], "corp.test", "MX");
    assert.deepEqual(missing, { outcome: "no-such-domain", authentic: false });
  });

  for (const [rcode, reason] of [
    [2, "server-failure"],
    [5, "refused"],
    [9, "server-failure"],
  ] as const) {
    it(`calls rcode ${rcode} a failure: ${reason}`, async () => {
      const answer = await ask(() => [{ rcode }], "corp.test", "MX");
      assert.deepEqual(answer, { outcome: "failure", reason });
    });
  }

  it("calls SERVFAIL bogus when the data is there with checking disabled", async () => {
    const script: DnsScript = ({ packet }) =>
      packet.flag_cd ? [{ answers: [mx("corp.test", 1, "mx.test")] }] : [{ rcode: 2 }];
    const answer = await ask(script, "corp.test", "MX");
    assert.deepEqual(answer, { outcome: "failure", reason: "bogus" });
  });

  it("calls an empty answer of a server that does not recurse no answer", async () => {
    const answer = await ask(() => [{ withoutRecursion: true }], "corp.test", "MX");
    assert.deepEqual(answer, { outcome: "failure", reason: "not-recursive" });
  });

  it("follows aliases within the answer", async () => {
    const answers = [
      alias("www.test", "a.test"),
      alias("a.test", "b.test"),
      a("other.test", "192.0.2.9"),
      a("b.test", "192.0.2.1"),
    ];
    const answer = await ask(() => [{ answers }], "www.test", "A");
    assert.deepEqual(answer, {
      outcome: "found",
      records: ["192.0.2.1"],
      authentic: false,
      canonicalName: "b.test",
    });
  });

  for (const first of [true, false]) {
    it(`asks again where an answer ends in an alias; one unsigned step spoils it (${first ? "2nd" : "1st"})`, async () => {
      const script: DnsScript = ({ name }) =>
        name === "www.test"
          ? [{ answers: [alias("www.test", "b.test")], authentic: first }]
          : [{ answers: [a("b.test", "192.0.2.1")], authentic: !first }];
      const answer = await ask(script, "www.test", "A");
      assert.equal(answer.outcome === "found" && answer.authentic, false);
      assert.equal(answer.outcome === "found" && answer.canonicalName, "b.test");
    });
  }

  it("gives up on aliases that lead in a circle, within one answer or over several", async () => {
    const circle = [alias("a.test", "b.test"), alias("b.test", "a.test")];
    const within = await ask(() => [{ answers: circle }], "a.test", "A");
    assert.deepEqual(within, { outcome: "failure", reason: "alias-loop" });
    const script: DnsScript = ({ name }) => [{ answers: [alias(name, `x${name}`)] }];
    const over = await ask(script, "a.test", "A");
    assert.deepEqual(over, { outcome: "failure", reason: "alias-loop" });
  });

  it("takes an alias to a name without records for NODATA", async () => {
    const answers = [alias("www.test", "b.test")];
    const answer = await ask(() => [{ answers, authorities: [soa] }], "www.test", "A");
    assert.equal(answer.outcome, "no-data");
  });

  it("calls records it cannot read malformed instead of leaving them out", async () => {
    const script: DnsScript = ({ packet }) => {
      // Two A records; the second one's four bytes are cut off.
      const [question] = packet.questions ?? [];
      const whole = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
      const head = Buffer.alloc(12);
      head.writeUInt16BE(packet.id ?? 0, 0);
      head.writeUInt16BE(0x8180, 2);
      head.writeUInt16BE(1, 4);
      head.writeUInt16BE(2, 6);
      const labels = (question?.name ?? "")
        .split(".")
        .flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
      const asked = Buffer.concat([...labels, Buffer.from([0, 0, 1, 0, 1])]);
      return [Buffer.concat([head, asked, whole, whole.subarray(0, 14)])];
    };
    const answer = await ask(script, "mx.test", "A");
    assert.deepEqual(answer, { outcome: "failure", reason: "malformed" });
  });

  it("fetches answers of a hundred and more records by TCP", async () => {
    const answers = Array.from({ length: 250 }, (_, index) =>
      mx("corp.test", index, `mail-exchange-number-${index}.some-long-provider-name.test`),
    );
    const script: DnsScript = ({ transport }) =>
      transport === "udp" ? [{ truncated: true }] : [{ answers, authentic: true }];
    const answer = await ask(script, "corp.test", "MX");
    assert.equal(answer.outcome === "found" && answer.records.length, 250);
    assert.equal(answer.outcome === "found" && answer.authentic, true);
  });

  it("calls an answer truncated that TCP does not give either", async () => {
    const script: DnsScript = () => [{ truncated: true }];
    const answer = await ask(script, "corp.test", "MX");
    assert.deepEqual(answer, { outcome: "failure", reason: "truncated" });
  });
});

describe("the query", () => {
  it("asks for recursion, authentic data and signatures, within 1232 bytes", async () => {
    await using server = await DnsServer.start(() => [{ authorities: [soa] }]);
    await resolverFor([server]).lookup("corp.test", "MX", never);
    const { packet } = server.queries[0] ?? {};
    const opt = packet?.additionals?.find((record) => record.type === "OPT");
    assert.equal(packet?.flag_rd, true);
    assert.equal(packet?.flag_ad, true);
    assert.equal(packet?.flag_cd, false);
    assert.equal(opt?.flag_do, true);
    assert.equal(opt?.udpPayloadSize, 1232);
  });

  it("goes without EDNS to a server that stumbles over it", async () => {
    const script: DnsScript = ({ hasEdns }) =>
      hasEdns ? [{ rcode: 1 }] : [{ answers: [a("mx.test", "192.0.2.1")] }];
    assert.equal((await ask(script, "mx.test", "A")).outcome, "found");
  });

  it("has an id and a source port that cannot be guessed from the last one", async () => {
    await using server = await DnsServer.start(() => [{ authorities: [soa] }]);
    const resolver = resolverFor([server]);
    for (let count = 0; count < 20; count += 1) await resolver.lookup("corp.test", "MX", never);
    const steps = (values: readonly number[]): number =>
      new Set(values.slice(1).map((value, index) => value - (values[index] ?? 0))).size;
    assert.ok(steps(server.queries.map(({ packet }) => packet.id ?? 0)) > 15);
    assert.ok(steps(server.queries.map(({ sourcePort }) => sourcePort)) > 5);
  });
});

describe("trust in a resolver", () => {
  const script: DnsScript = () => [{ answers: [a("mx.test", "192.0.2.1")], authentic: true }];

  it("is given to loopback: its AD bit is believed", async () => {
    const answer = await ask(script, "mx.test", "A");
    assert.equal(answer.outcome === "found" && answer.authentic, true);
  });

  it("leaves the others out, so that nothing signed ever looks unsigned", async () => {
    await using silent = await DnsServer.start(() => []);
    const resolver = new SystemResolver({
      servers: [
        // A broadcast address: asked, it would be a fault of this machine.
        { address: "255.255.255.255", port: 53 },
        { address: "127.0.0.1", port: silent.port },
      ],
      trustedResolvers: [],
      timeoutMs: 15,
      attempts: 1,
    });
    const answer = await resolver.lookup("mx.test", "A", never);
    assert.deepEqual(answer, { outcome: "failure", reason: "timeout" });
    assert.equal(silent.queries.length, 1);
  });

  it("that nobody has leaves all servers in use", async () => {
    const resolver = new SystemResolver({
      servers: [53, 54].map((port) => ({ address: "255.255.255.255", port })),
      trustedResolvers: [],
      timeoutMs: 15,
      attempts: 1,
    });
    await assert.rejects(
      resolver.lookup("mx.test", "A", never),
      /255\.255\.255\.255, 255\.255\.255\.255 port 54/,
    );
  });

  it("extends to negative answers", async () => {
    const missing = await ask(() => [{ rcode: 3, authentic: true }], "mx.test", "A");
    assert.deepEqual(missing, { outcome: "no-such-domain", authentic: true });
  });
});

describe("answers that are not ours", () => {
  it("are ignored: wrong id, wrong question, no response, noise; the right one counts", async () => {
    const right = { answers: [a("mx.test", "192.0.2.1")] };
    const wrong = { answers: [a("mx.test", "203.0.113.6")] };
    const script: DnsScript = ({ packet }) => [
      { ...wrong, id: ((packet.id ?? 0) + 1) & 0xffff },
      { ...wrong, question: "other.test" },
      encode({ ...packet, type: "query", answers: wrong.answers }),
      Buffer.from("noise that is long enough"),
      Buffer.alloc(3),
      right,
    ];
    const answer = await ask(script, "mx.test", "A");
    assert.deepEqual(answer.outcome === "found" && answer.records, ["192.0.2.1"]);
  });

  it("do not keep it busy for ever", { timeout: 20_000 }, async () => {
    const script: DnsScript = () =>
      Array.from({ length: 200 }, () => ({ id: 1, question: "x.test" }));
    const answer = await ask(script, "mx.test", "A", { attempts: 1, timeoutMs: 60_000 });
    assert.deepEqual(answer, { outcome: "failure", reason: "timeout" });
  });
});

describe("several servers", () => {
  const works: DnsScript = () => [{ answers: [a("mx.test", "192.0.2.1")] }];

  for (const [title, first] of [
    ["fails", () => [{ rcode: 2 }]],
    ["refuses", () => [{ rcode: 5 }]],
    ["keeps silent", () => []],
  ] as const satisfies readonly (readonly [string, DnsScript])[]) {
    it(`are asked in turn when the first ${title}`, async () => {
      await using one = await DnsServer.start(first);
      await using two = await DnsServer.start(works);
      const resolver = resolverFor([one, two], { timeoutMs: 40 });
      assert.equal((await resolver.lookup("mx.test", "A", never)).outcome, "found");
    });
  }

  it("are asked in turn when nobody listens at the first", async () => {
    const gone = await DnsServer.start(works);
    const { port } = gone;
    await gone[Symbol.asyncDispose]();
    await using two = await DnsServer.start(works);
    const resolver = resolverFor([{ port }, two]);
    assert.equal((await resolver.lookup("mx.test", "A", never)).outcome, "found");
  });

  it("that keep silent are a timeout of this one domain", async () => {
    await using silent = await DnsServer.start(() => []);
    const resolver = resolverFor([silent], { timeoutMs: 15, attempts: 2 });
    const answer = await resolver.lookup("mx.test", "A", never);
    assert.deepEqual(answer, { outcome: "failure", reason: "timeout" });
    assert.equal(silent.queries.length, 2);
  });

  it("that nobody runs are a fault of this machine", async () => {
    const gone = await DnsServer.start(works);
    const { port } = gone;
    await gone[Symbol.asyncDispose]();
    await assert.rejects(
      resolverFor([{ port }]).lookup("mx.test", "A", never),
      (error) => error instanceof MxsealError && error.code === "MXSEAL_RESOLVER_UNUSABLE",
    );
  });

  it("that this machine may not send to are a fault of this machine", async () => {
    // A broadcast address: the system refuses to connect a socket to it.
    const resolver = new SystemResolver({
      servers: [{ address: "255.255.255.255", port: 53 }],
      trustedResolvers: [],
      timeoutMs: 5000,
      attempts: 2,
    });
    await assert.rejects(
      resolver.lookup("mx.test", "A", never),
      (error) => error instanceof MxsealError && error.code === "MXSEAL_RESOLVER_UNUSABLE",
    );
  });

  it("are not asked any longer when the caller gives up", async () => {
    await using silent = await DnsServer.start(() => []);
    const stop = new AbortController();
    const reason = new Error("no longer wanted");
    const lookup = resolverFor([silent]).lookup("mx.test", "A", stop.signal);
    stop.abort(reason);
    await assert.rejects(lookup, reason);
  });
});

describe("resolv.conf", () => {
  const unusable = (error: unknown): boolean =>
    error instanceof MxsealError && error.code === "MXSEAL_RESOLVER_UNUSABLE";

  it("that is missing or names nobody is a fault of this machine", async () => {
    const directory = await mkdtemp(join(tmpdir(), "mxseal-resolv-"));
    try {
      const path = join(directory, "resolv.conf");
      await assert.rejects(loadSystemResolver(path, []), unusable);
      await writeFile(path, "search corp.test\n");
      await assert.rejects(loadSystemResolver(path, []), unusable);
      await writeFile(path, "nameserver 127.0.0.1\n");
      assert.ok((await loadSystemResolver(path, [])) instanceof SystemResolver);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
