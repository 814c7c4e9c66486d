/** One question about a mail server, asked by many domains. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RecordType, Resolver } from "../../src/dns/resolver.ts";
import { SharedLookup } from "../../src/probe/shared-lookup.ts";
import { FakeResolver, silentResolver } from "../support/fake-resolver.ts";
import { FixedClock } from "../support/fixed-clock.ts";

const host = "mx.corp.test";
const patient = new AbortController().signal;
const zone = {
  A: { [host]: ["192.0.2.1"] },
  MX: { [host]: [{ preference: 1, exchange: "x.test" }] },
  failing: { [`AAAA ${host}`]: "server-failure" },
  missing: ["gone.test"],
} as const;

function asked(
  resolver: Resolver,
  type: RecordType,
  signal = patient,
  name = host,
): Promise<unknown> {
  return resolver.lookup(name, type, signal);
}

describe("a shared lookup", () => {
  it("asks once for all who ask within a minute, and gives the same answer", async () => {
    const clock = new FixedClock();
    const resolver = new FakeResolver(zone);
    const shared = new SharedLookup(clock).over(resolver);
    const first = await asked(shared, "A");
    clock.advance(59_999);
    assert.deepEqual(await asked(shared, "A"), first);
    assert.deepEqual(resolver.questions, [`A ${host}`]);
    clock.advance(1);
    await asked(shared, "A");
    assert.equal(resolver.questions.length, 2);
  });

  it("keeps absence as well, and the word on DNSSEC with it", async () => {
    const resolver = new FakeResolver({ ...zone, authentic: ["gone.test"] });
    const shared = new SharedLookup(new FixedClock()).over(resolver);
    for (const _ of [1, 2]) {
      assert.deepEqual(await asked(shared, "TLSA"), { outcome: "no-data", authentic: false });
      assert.deepEqual(await asked(shared, "A", patient, "gone.test"), {
        outcome: "no-such-domain",
        authentic: true,
      });
    }
    assert.equal(resolver.questions.length, 2);
  });

  it("does not keep failures", async () => {
    const resolver = new FakeResolver(zone);
    const shared = new SharedLookup(new FixedClock()).over(resolver);
    await asked(shared, "AAAA");
    await asked(shared, "AAAA");
    assert.equal(resolver.questions.length, 2);
  });

  it("does not keep what concerns the recipient domain", async () => {
    const resolver = new FakeResolver(zone);
    const shared = new SharedLookup(new FixedClock()).over(resolver);
    for (const type of ["MX", "MX", "TXT", "TXT"] as const) await asked(shared, type);
    assert.equal(resolver.questions.length, 4);
  });

  it("knows names without regard to case, and types apart", async () => {
    const resolver = new FakeResolver(zone);
    const shared = new SharedLookup(new FixedClock()).over(resolver);
    await asked(shared, "A", patient, "MX.corp.TEST");
    await asked(shared, "A");
    await asked(shared, "CNAME");
    assert.equal(resolver.questions.length, 2);
  });

  it("asks anew for who wants nothing older than now", async () => {
    const clock = new FixedClock();
    const resolver = new FakeResolver(zone);
    const lookup = new SharedLookup(clock);
    await asked(lookup.over(resolver), "A");
    clock.advance(10);
    await asked(lookup.over(resolver, clock.now()), "A");
    await asked(lookup.over(resolver, clock.now()), "A");
    assert.equal(resolver.questions.length, 2);
  });

  it("joins no question that was asked too early", async () => {
    const clock = new FixedClock();
    const resolver = new FakeResolver(zone);
    const lookup = new SharedLookup(clock);
    const first = asked(lookup.over(resolver), "A");
    clock.advance(1);
    await Promise.all([first, asked(lookup.over(resolver, clock.now()), "A")]);
    assert.equal(resolver.questions.length, 2);
  });

  it("is one question for all who ask at once, and each leaves alone", async () => {
    let questions = 0;
    let isToEnd = false;
    const counting: Resolver = {
      lookup: (name, type, signal) => {
        questions += 1;
        signal.addEventListener("abort", () => {
          isToEnd = true;
        });
        return silentResolver.lookup(name, type, signal);
      },
    };
    const shared = new SharedLookup(new FixedClock()).over(counting);
    const [one, two] = [new AbortController(), new AbortController()];
    const waiting = [asked(shared, "A", one.signal), asked(shared, "A", two.signal)] as const;
    assert.equal(questions, 1);
    one.abort(new Error("first"));
    await assert.rejects(waiting[0], /first/);
    assert.equal(isToEnd, false);
    two.abort(new Error("second"));
    await assert.rejects(waiting[1], /second/);
    assert.equal(isToEnd, true);
    // Whoever comes now does not join what is ending.
    void asked(shared, "A", AbortSignal.timeout(5)).catch(() => undefined);
    assert.equal(questions, 2);
  });

  it("passes on that this machine has no resolver", async () => {
    const fault = new Error("no resolver");
    const broken: Resolver = { lookup: () => Promise.reject(fault) };
    const shared = new SharedLookup(new FixedClock()).over(broken);
    await assert.rejects(asked(shared, "A"), fault);
    await assert.rejects(asked(shared, "A"), fault);
  });

  it("keeps few bytes, however much a zone answers", async () => {
    let questions = 0;
    const records = [{ usage: 3, selector: 1, matchingType: 0, data: Buffer.alloc(60_000) }];
    const flood: Resolver = {
      lookup: async (canonicalName) => {
        questions += 1;
        return { outcome: "found", records: records as never[], authentic: true, canonicalName };
      },
    };
    const shared = new SharedLookup(new FixedClock()).over(flood);
    const names = Array.from({ length: 1000 }, (_, index) => `_25._tcp.mx${index}.test`);
    for (const name of names) await asked(shared, "TLSA", patient, name);
    questions = 0;
    for (const name of names.toReversed()) await asked(shared, "TLSA", patient, name);
    const kept = names.length - questions;
    assert.ok(kept > 100 && kept < 300, `${kept}`);
  });
});
