import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Domain, parseDomain } from "../../src/base/domain.ts";
import { MxsealError } from "../../src/base/errors.ts";
import { silentLog } from "../../src/base/log.ts";
import type { Verdict, VerdictStatus } from "../../src/base/verdict.ts";
import { ProbeScheduler } from "../../src/gate/probe-scheduler.ts";

const domain = parseDomain("example.com") as Domain;

function verdict(status: VerdictStatus, refreshAfter: number): Verdict {
  return {
    domain,
    status,
    assurance: "none",
    profile: "bcp195/2022-11",
    findings: [],
    hosts: [],
    dnssec: { mx: false },
    postfixPolicy: null,
    checkedAt: 0,
    refreshAfter,
    expiresAt: refreshAfter + 60_000,
  };
}

/** A scheduler whose probes end when the test says so. */
function setUp() {
  const state = { nowMs: 1_000_000, known: undefined as Verdict | undefined, errors: 0 };
  const probes: PromiseWithResolvers<Verdict>[] = [];
  const fresh: boolean[] = [];
  const scheduler = new ProbeScheduler({
    prober: {
      probe: (_domain, wish) => {
        fresh.push(wish?.fresh === true);
        const probe = Promise.withResolvers<Verdict>();
        probes.push(probe);
        return probe.promise;
      },
    },
    verdictOf: () => state.known,
    clock: { now: () => state.nowMs },
    log: { ...silentLog, error: () => (state.errors += 1) },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { state, probes, fresh, scheduler, settle };
}

describe("ProbeScheduler", () => {
  it("probes an unknown domain at once, and once however often mail asks", () => {
    const { probes, scheduler } = setUp();
    scheduler.want(domain);
    scheduler.want(domain);
    scheduler.tick();
    assert.equal(probes.length, 1);
  });

  it("does not probe what is known and not due", () => {
    const { state, probes, scheduler } = setUp();
    state.known = verdict("unknown", state.nowMs + 1000);
    scheduler.want(domain);
    assert.equal(probes.length, 0);
    state.nowMs += 1000;
    scheduler.tick();
    assert.equal(probes.length, 1);
  });

  it("probes again when an unknown verdict is due, by itself", async () => {
    const { state, probes, scheduler, settle } = setUp();
    scheduler.want(domain);
    probes[0]?.resolve(verdict("unknown", state.nowMs + 300_000));
    await settle();
    scheduler.tick();
    assert.equal(probes.length, 1);
    state.nowMs += 300_000;
    scheduler.tick();
    assert.equal(probes.length, 2);
  });

  it("forgets a domain whose verdict is definite", async () => {
    const { state, probes, scheduler, settle } = setUp();
    scheduler.want(domain);
    probes[0]?.resolve(verdict("failed", state.nowMs + 1));
    await settle();
    state.nowMs += 3_600_000;
    scheduler.tick();
    assert.equal(probes.length, 1);
  });

  it("probes again what Postfix refused, but no verdict that is younger than ten minutes", () => {
    const { state, probes, scheduler } = setUp();
    state.known = { ...verdict("proven", state.nowMs + 3_600_000), checkedAt: state.nowMs };
    state.nowMs += 599_999;
    scheduler.doubt(domain);
    assert.equal(probes.length, 0);
    state.nowMs += 1;
    scheduler.doubt(domain);
    scheduler.doubt(domain);
    assert.equal(probes.length, 1);
  });

  it("counts nothing seen before where Postfix refused, also after a fault of the machine", async () => {
    const { state, probes, fresh, scheduler, settle } = setUp();
    scheduler.want(parseDomain("other.example") as Domain);
    state.known = verdict("proven", state.nowMs + 3_600_000);
    scheduler.doubt(domain);
    probes[1]?.reject(new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "down"));
    await settle();
    state.nowMs += 5_000;
    scheduler.tick();
    assert.deepEqual(fresh, [false, true, true]);
  });

  it("pauses longer with each fault of the machine and logs the trouble once", async () => {
    const { state, probes, scheduler, settle } = setUp();
    scheduler.want(domain);
    const starts: number[] = [];
    for (let fault = 0; fault < 4; fault += 1) {
      probes[fault]?.reject(new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "down"));
      await settle();
      while (probes.length === fault + 1) {
        state.nowMs += 1000;
        scheduler.tick();
      }
      starts.push(state.nowMs);
    }
    assert.deepEqual(
      starts.map((at, index) => at - (starts[index - 1] ?? 1_000_000)),
      [5_000, 10_000, 20_000, 40_000],
    );
    assert.equal(state.errors, 1);
  });
});
