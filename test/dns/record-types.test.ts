/** TLSA, TXT and CNAME answers of a real name server: read whole, or not at all. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Answer } from "dns-packet";
import type { DnsAnswer, RecordOf, RecordType } from "../../src/dns/resolver.ts";
import { SystemResolver } from "../../src/dns/system-resolver.ts";
import { type DnsReply, type DnsScript, DnsServer } from "../support/dns-server.ts";

const never = new AbortController().signal;
const name = "_25._tcp.mx.test";
const soa: Answer = {
  type: "SOA",
  name: "test",
  data: { mname: "ns.test", rname: "admin.test", serial: 1, minimum: 60 },
};
const alias = (owner: string, data: string): Answer => ({ type: "CNAME", name: owner, data });
const tlsa = (owner: string, certificate: Buffer): Answer => ({
  type: "TLSA",
  name: owner,
  data: { usage: 3, selector: 1, matchingType: 1, certificate },
});
const txt = (owner: string, ...data: readonly string[]): Answer => ({
  type: "TXT",
  name: owner,
  data: data.map((text) => Buffer.from(text, "latin1")),
});
const digest = Buffer.alloc(32, 0xab);

async function ask<K extends RecordType>(
  script: DnsScript,
  type: K,
  owner: string = name,
): Promise<DnsAnswer<RecordOf[K]>> {
  await using server = await DnsServer.start(script);
  const resolver = new SystemResolver({
    servers: [{ address: "127.0.0.1", port: server.port }],
    trustedResolvers: [],
    timeoutMs: 5000,
    attempts: 1,
  });
  return await resolver.lookup(owner, type, never);
}

function recordsOf<T>(answer: DnsAnswer<T>): readonly T[] {
  assert.equal(answer.outcome, "found");
  return answer.outcome === "found" ? answer.records : [];
}

/** A response with one record of these RDATA, and behind it others that are sound. */
function withRawRecord(type: number, rdata: Buffer, rest: readonly Buffer[] = []): DnsScript {
  return ({ packet }) => {
    const [question] = packet.questions ?? [];
    const labels = (question?.name ?? "").split(".");
    const qname = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
    const head = Buffer.alloc(12);
    head.writeUInt16BE(packet.id ?? 0, 0);
    head.writeUInt16BE(0x81a0, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(1 + rest.length, 6);
    const asked = Buffer.concat([...qname, Buffer.from([0, type >> 8, type & 0xff, 0, 1])]);
    return [Buffer.concat([head, asked, rawRecord(type, rdata), ...rest])];
  };
}

function rawRecord(type: number, rdata: Buffer, length: number = rdata.length): Buffer {
  const head = Buffer.from([0xc0, 12, type >> 8, type & 0xff, 0, 1, 0, 0, 0, 60, 0, 0]);
  head.writeUInt16BE(length, 10);
  return Buffer.concat([head, rdata]);
}

const malformed = { outcome: "failure", reason: "malformed" } as const;

describe("TLSA records", () => {
  it("come as published, unknown numbers and empty data included", async () => {
    const odd: Answer = {
      type: "TLSA",
      name,
      data: { usage: 255, selector: 9, matchingType: 77, certificate: Buffer.alloc(0) },
    };
    const answer = await ask(() => [{ answers: [tlsa(name, digest), odd] }], "TLSA");
    assert.deepEqual(recordsOf(answer), [
      { usage: 3, selector: 1, matchingType: 1, data: digest },
      { usage: 255, selector: 9, matchingType: 77, data: Buffer.alloc(0) },
    ]);
  });

  for (const length of [0, 1, 2]) {
    it(`with ${length} bytes of data are malformed, whatever follows`, async () => {
      const sound = rawRecord(52, Buffer.concat([Buffer.from([3, 1, 1]), digest]));
      const script = withRawRecord(52, Buffer.alloc(length, 3), [sound]);
      assert.deepEqual(await ask(script, "TLSA"), malformed);
    });
  }

  it("whose length leads out of the message are malformed", async () => {
    const script = withRawRecord(52, Buffer.alloc(0), [rawRecord(52, Buffer.alloc(9), 400)]);
    assert.deepEqual(await ask(script, "TLSA"), malformed);
  });

  it("are found at the end of an alias, signatures and other types beside them ignored", async () => {
    const target = "_dane.provider.test";
    const signature: Answer = {
      type: "RRSIG",
      name: target,
      data: {
        typeCovered: "TLSA",
        algorithm: 13,
        labels: 3,
        originalTTL: 60,
        expiration: 1,
        inception: 1,
        keyTag: 1,
        signersName: "test",
        signature: Buffer.alloc(64, 7),
      },
    };
    const answers = [
      alias(name, target),
      txt(target, "beside"),
      signature,
      tlsa("_25._tcp.other.test", Buffer.alloc(32)),
      tlsa(target, digest),
    ];
    const answer = await ask(() => [{ answers, authentic: true }], "TLSA");
    assert.deepEqual(answer, {
      outcome: "found",
      records: [{ usage: 3, selector: 1, matchingType: 1, data: digest }],
      authentic: true,
      canonicalName: target,
    });
  });

  it("of another class are none", async () => {
    const answers: Answer[] = [{ ...tlsa(name, digest), class: "CH" } as Answer];
    assert.deepEqual(await ask(() => [{ answers }], "TLSA"), {
      outcome: "no-data",
      authentic: false,
    });
  });

  for (const count of [20, 40, 100]) {
    it(`that fill more than one datagram are fetched by TCP: ${count} of them`, async () => {
      const answers = Array.from({ length: count }, (_, index) =>
        tlsa(name, Buffer.alloc(32, index)),
      );
      const script: DnsScript = ({ transport }) =>
        transport === "udp"
          ? [{ truncated: true, answers: answers.slice(0, 3), authentic: true }]
          : [{ answers, authentic: true }];
      const answer = await ask(script, "TLSA");
      assert.equal(recordsOf(answer).length, count);
      assert.equal(answer.outcome === "found" && answer.authentic, true);
    });
  }
});

describe("TXT records", () => {
  it("are their strings joined without a space, byte for byte", async () => {
    const answers = [txt(name, "v=STSv1; ", "", "id=1;"), txt(name, "\xe4\x00\xff")];
    assert.deepEqual(recordsOf(await ask(() => [{ answers }], "TXT")), [
      "v=STSv1; id=1;",
      "\xe4\x00\xff",
    ]);
  });

  it("of one empty string are empty", async () => {
    assert.deepEqual(recordsOf(await ask(() => [{ answers: [txt(name, "")] }], "TXT")), [""]);
  });

  it("without any string, or with one that is cut off, are malformed", async () => {
    assert.deepEqual(await ask(withRawRecord(16, Buffer.alloc(0)), "TXT"), malformed);
    const cut = Buffer.concat([Buffer.from([5]), Buffer.from("abc")]);
    assert.deepEqual(await ask(withRawRecord(16, cut), "TXT"), malformed);
  });

  it("longer than a datagram are fetched by TCP", async () => {
    const long = Array.from({ length: 20 }, () => "x".repeat(255));
    const script: DnsScript = ({ transport }) =>
      transport === "udp" ? [{ truncated: true }] : [{ answers: [txt(name, ...long)] }];
    const [text = ""] = recordsOf(await ask(script, "TXT"));
    assert.equal(text.length, 20 * 255);
  });
});

describe("a question for CNAME", () => {
  it("is answered by the first link only, in lower case without the last dot", async () => {
    const answers = [alias("mx.test", "A.Provider.TEST"), alias("a.provider.test", "b.test")];
    assert.deepEqual(await ask(() => [{ answers, authentic: true }], "CNAME", "mx.test"), {
      outcome: "found",
      records: ["a.provider.test"],
      authentic: true,
      canonicalName: "mx.test",
    });
  });

  it("has no data where there is no alias", async () => {
    const script: DnsScript = () => [{ authorities: [soa], authentic: true }];
    assert.deepEqual(await ask(script, "CNAME", "mx.test"), {
      outcome: "no-data",
      authentic: true,
    });
  });

  it("is malformed where the target is cut off", async () => {
    const script = withRawRecord(5, Buffer.from([3, 0x61, 0x62]));
    assert.deepEqual(await ask(script, "CNAME", "mx.test"), malformed);
  });
});

describe("records of a length that their type does not have", () => {
  for (const [type, number, rdata] of [
    ["A", 1, Buffer.alloc(5, 1)],
    ["AAAA", 28, Buffer.alloc(15, 1)],
    ["MX", 15, Buffer.from([0, 10])],
    ["MX", 15, Buffer.from([0, 10, 1, 0x61, 0, 9])],
    ["CNAME", 5, Buffer.from([1, 0x61, 0, 0])],
  ] as const) {
    it(`are malformed: ${type} with ${rdata.length} bytes`, async () => {
      assert.deepEqual(await ask(withRawRecord(number, rdata), type), malformed);
    });
  }
});

describe("DNSSEC over several answers", () => {
  const negatives: readonly (readonly [string, DnsReply])[] = [
    ["no-data", { authorities: [soa] }],
    ["no-such-domain", { rcode: 3, authorities: [soa] }],
  ];
  const steps = ["first", "second", "both", "neither"] as const;
  for (const signed of steps) {
    const expected = signed === "both";
    const isSigned = (step: "first" | "second"): boolean => signed === step || signed === "both";
    const first = { answers: [alias(name, "b.test")], authentic: isSigned("first") };

    for (const [title, reply] of negatives) {
      it(`vouches for ${title} at the end of an alias only with both signed: ${signed}`, async () => {
        const script: DnsScript = ({ name: asked }) =>
          asked === name ? [first] : [{ ...reply, authentic: isSigned("second") }];
        assert.deepEqual(await ask(script, "TLSA"), { outcome: title, authentic: expected });
      });
    }

    it(`vouches for records at the end of an alias only with both signed: ${signed}`, async () => {
      const script: DnsScript = ({ name: asked }) =>
        asked === name
          ? [first]
          : [{ answers: [tlsa("b.test", digest)], authentic: isSigned("second") }];
      const answer = await ask(script, "TLSA");
      assert.equal(answer.outcome === "found" && answer.authentic, expected);
      assert.equal(answer.outcome === "found" && answer.canonicalName, "b.test");
    });
  }

  it("whose signatures do not hold is the last word, also with a second server", async () => {
    const bogus: DnsScript = ({ packet }) =>
      packet.flag_cd ? [{ answers: [tlsa(name, digest)] }] : [{ rcode: 2 }];
    await using strict = await DnsServer.start(bogus);
    await using careless = await DnsServer.start(() => [{ answers: [tlsa(name, digest)] }]);
    const resolver = new SystemResolver({
      servers: [strict, careless].map(({ port }) => ({ address: "127.0.0.1", port })),
      trustedResolvers: [],
      timeoutMs: 5000,
      attempts: 1,
    });
    const answer = await resolver.lookup(name, "TLSA", never);
    assert.deepEqual(answer, { outcome: "failure", reason: "bogus" });
    assert.equal(careless.queries.length, 0);
  });
});
