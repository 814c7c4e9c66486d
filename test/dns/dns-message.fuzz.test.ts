/** Whatever a resolver sends: an answer, a failure, or "not ours"; never an exception or a hang. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Answer, decode } from "dns-packet";
import { interpret } from "../../src/dns/dns-answer.ts";
import { measureMessage } from "../../src/dns/dns-framing.ts";
import { encodeQuery, readResponse } from "../../src/dns/dns-message.ts";
import { dnsFailures, type RecordType } from "../../src/dns/resolver.ts";
import { type DnsReply, encodeReply } from "../support/dns-server.ts";
import { mutate, type Random, seededRandom } from "../support/random.ts";

const name = "corp.test";
const types = ["MX", "A", "AAAA", "TLSA", "TXT", "CNAME"] as const satisfies readonly RecordType[];
const tlsa = (owner: string, length: number): Answer => ({
  type: "TLSA",
  name: owner,
  data: { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(length, 5) },
});
const records: Answer[] = [
  { type: "CNAME", name, data: "alias.corp.test" },
  { type: "MX", name: "alias.corp.test", data: { preference: 10, exchange: "mx.corp.test" } },
  { type: "MX", name: "alias.corp.test", data: { preference: 20, exchange: "." } },
  { type: "A", name, data: "192.0.2.1" },
  { type: "AAAA", name, data: "2001:db8::1" },
  { type: "TXT", name, data: ["v=STSv1; id=1;", ""] },
  tlsa("alias.corp.test", 32),
  tlsa(name, 0),
  {
    type: "RRSIG",
    name,
    data: {
      typeCovered: "MX",
      algorithm: 13,
      labels: 2,
      originalTTL: 60,
      expiration: 1,
      inception: 1,
      keyTag: 1,
      signersName: "test",
      signature: Buffer.alloc(64, 7),
    },
  },
  { type: "NSEC", name, data: { nextDomain: "d.test", rrtypes: ["A", "MX"] } },
  { type: "SOA", name, data: { mname: "ns.test", rname: "admin.test" } },
];

function sample(type: RecordType, random: Random): Buffer {
  const query = decode(
    encodeQuery({ name, type }, { id: 77, edns: true, checkingDisabled: false }),
  );
  const pickSome = (): Answer[] => records.filter(() => random.below(2) === 0);
  const reply: DnsReply = {
    answers: pickSome(),
    authorities: pickSome(),
    rcode: random.pick([0, 0, 0, 2, 3, 5]),
    authentic: random.below(2) === 0,
  };
  return encodeReply(query, reply);
}

describe("responses of any kind", () => {
  it("are understood, refused or ignored", () => {
    const random = seededRandom(20261123);
    const seen = new Map<string, number>();
    for (let count = 0; count < 40_000; count += 1) {
      const type = random.pick(types);
      const whole = sample(type, random);
      const bytes = random.below(4) === 0 ? whole : mutate(whole, random);
      // Most mutations should get past the first check.
      if (bytes.length >= 12) bytes.writeUInt16BE(random.below(8) > 0 ? 77 : 78, 0);
      const outcome = classify(bytes, type);
      for (const key of [outcome, `${type} ${outcome}`]) seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    const found = types.map((type) => `${type} found`);
    for (const outcome of ["not-ours", "malformed", ...found, "no-data", "no-such-domain"]) {
      assert.ok((seen.get(outcome) ?? 0) > 100, `${outcome} was hardly tried`);
    }
  });

  it("of random bytes are never taken for an answer", () => {
    const random = seededRandom(5);
    for (let count = 0; count < 5000; count += 1) {
      const outcome = classify(random.bytes(random.below(200)), random.pick(types));
      assert.ok(["not-ours", "malformed"].includes(outcome));
    }
  });
});

describe("the end of a message", () => {
  it("is found within its bytes, or the message does not hold together", () => {
    const random = seededRandom(11);
    let whole = 0;
    for (let count = 0; count < 20_000; count += 1) {
      const bytes = mutate(sample(random.pick(types), random), random);
      const end = measureMessage(bytes);
      if (end === undefined) continue;
      whole += 1;
      assert.ok(end >= 12 && end <= bytes.length);
      // One byte less is one record that is cut short.
      if (end > 12) assert.equal(measureMessage(bytes.subarray(0, end - 1)), undefined);
    }
    assert.ok(whole > 1000);
  });

  it("is found at once in a message that claims 65,535 records of each kind", () => {
    const bytes = Buffer.alloc(65_535);
    for (const at of [4, 6, 8, 10]) bytes.writeUInt16BE(65_535, at);
    assert.equal(measureMessage(bytes), undefined);
  });
});

function classify(bytes: Buffer, type: RecordType): string {
  const response = readResponse(bytes, 77, { name, type });
  if (typeof response === "string") return response;
  const meaning = interpret(response, { name, type });
  if (meaning.kind === "failure") assert.ok(dnsFailures.includes(meaning.reason));
  if (meaning.kind === "found") assert.ok(meaning.records.length > 0);
  if (meaning.kind === "alias") assert.ok(meaning.target !== name);
  return meaning.kind;
}
