import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Domain } from "../../src/base/domain.ts";
import { MxsealError } from "../../src/base/errors.ts";
import type { Verdict } from "../../src/base/verdict.ts";
import type { Prober } from "../../src/gate/prober.ts";
import { RecipientCheck, type RecipientCheckOptions } from "../../src/gate/recipient-check.ts";
import { BoundedTransactionMemory } from "../../src/gate/transaction-memory.ts";
import type { Decision } from "../../src/rules/decision.ts";
import type { PolicyRequest } from "../../src/wire/policy-delegation.ts";
import { FakeDecider } from "../support/fake-decider.ts";
import { policyRequest } from "../support/policy-request.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { type SampleDecision, sampleDecisions } from "../support/sample-decisions.ts";
import { sampleVerdict } from "../support/sample-verdict.ts";

/** Probes end when the test says so. */
class FakeProber implements Prober {
  readonly asked: Domain[] = [];
  #pending: PromiseWithResolvers<Verdict>[] = [];

  probe(domain: Domain): Promise<Verdict> {
    this.asked.push(domain);
    const pending = Promise.withResolvers<Verdict>();
    this.#pending.push(pending);
    return pending.promise;
  }

  finish(): void {
    for (const pending of this.#pending) pending.resolve(sampleVerdict("partner.example"));
    this.#pending = [];
  }

  fail(error: Error): void {
    for (const pending of this.#pending) pending.reject(error);
    this.#pending = [];
  }
}

interface Scene {
  readonly check: RecipientCheck;
  readonly decider: FakeDecider;
  readonly prober: FakeProber;
  readonly transactions: BoundedTransactionMemory;
  readonly log: RecordingLog;
  /** Asks and says, after every promise that can settle has, whether the answer is there. */
  readonly ask: (changes?: Partial<PolicyRequest>) => Promise<Asked>;
}

interface Asked {
  decision: Decision | undefined;
  waiting: boolean;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function scene(t: TestContext, changes: Partial<RecipientCheckOptions> = {}): Scene {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const clock = { now: () => Date.now() };
  const decider = new FakeDecider();
  const prober = new FakeProber();
  const log = new RecordingLog();
  const transactions = new BoundedTransactionMemory(clock);
  const check = new RecipientCheck({
    decider,
    prober,
    transactions,
    trustedNetworks: ["127.0.0.0/8"],
    rcptWaitMs: 3000,
    clock,
    log,
    ...changes,
  });
  const ask = async (request: Partial<PolicyRequest> = {}): Promise<Asked> => {
    const asked: Asked = { decision: undefined, waiting: true };
    Promise.resolve(check.check(policyRequest(request))).then(
      (decision) => Object.assign(asked, { decision, waiting: false }),
      (error: unknown) => assert.fail(String(error)),
    );
    await settle();
    return asked;
  };
  return { check, decider, prober, transactions, log, ask };
}

const partner = "bob@partner.example";

describe("a policy request at RCPT", () => {
  const atOnce = Object.keys(sampleDecisions).filter((name) => name !== "noVerdict");
  for (const name of atOnce as SampleDecision[]) {
    it(`is answered at once, without a probe, when the decision is ${name}`, async (t) => {
      const { decider, prober, ask } = scene(t);
      decider.decisions.set(partner, sampleDecisions[name]);
      const asked = await ask();
      assert.equal(asked.decision, sampleDecisions[name]);
      assert.deepEqual(prober.asked, []);
    });
  }

  it("waits for the first probe of a domain and then decides again", async (t) => {
    const { decider, prober, ask } = scene(t);
    const asked = await ask();
    assert.ok(asked.waiting);
    assert.deepEqual(prober.asked, ["partner.example"]);
    decider.decisions.set(partner, sampleDecisions.reject);
    prober.finish();
    await settle();
    assert.equal(asked.decision?.kind, "reject");
  });

  it("waits no longer than it may, and then has nothing to say", async (t) => {
    const { ask } = scene(t);
    const asked = await ask();
    t.mock.timers.tick(2999);
    await settle();
    assert.ok(asked.waiting);
    t.mock.timers.tick(1);
    await settle();
    assert.deepEqual(asked.decision, sampleDecisions.noVerdict);
  });

  it("spends one budget for all recipients of a transaction", async (t) => {
    const { prober, ask } = scene(t);
    const first = await ask();
    t.mock.timers.tick(2000);
    prober.finish();
    await settle();
    assert.ok(!first.waiting);
    const second = await ask();
    t.mock.timers.tick(999);
    await settle();
    assert.ok(second.waiting);
    t.mock.timers.tick(1);
    await settle();
    assert.ok(!second.waiting);
    const third = await ask();
    assert.ok(!third.waiting);
    const elsewhere = await ask({ instance: "another transaction" });
    assert.ok(elsewhere.waiting);
    prober.finish();
  });

  it("never waits from the fourth recipient on, but probes for it", async (t) => {
    const { decider, prober, ask } = scene(t);
    for (const recipient of ["a@x.example", "b@x.example", "c@x.example"]) {
      decider.decisions.set(recipient, sampleDecisions.secure);
      await ask({ recipient });
    }
    const fourth = await ask();
    assert.ok(!fourth.waiting);
    assert.deepEqual(prober.asked, ["partner.example"]);
  });

  it("never waits under stress, but probes", async (t) => {
    const { prober, ask } = scene(t);
    const asked = await ask({ stress: "yes" });
    assert.ok(!asked.waiting);
    assert.deepEqual(prober.asked, ["partner.example"]);
  });

  it("never waits when the configuration says 0 seconds or there is no instance", async (t) => {
    const { ask } = scene(t, { rcptWaitMs: 0 });
    assert.ok(!(await ask()).waiting);
    assert.ok(!(await ask({ instance: "" })).waiting);
  });

  it("waits ten at a time in the process", async (t) => {
    const { prober, ask } = scene(t);
    const waits: Asked[] = [];
    for (let id = 0; id < 10; id += 1) waits.push(await ask({ instance: `${id}` }));
    assert.ok(waits.every((asked) => asked.waiting));
    assert.ok(!(await ask({ instance: "eleventh" })).waiting);
    prober.finish();
    await settle();
    assert.ok(waits.every((asked) => !asked.waiting));
    assert.ok((await ask({ instance: "twelfth" })).waiting);
    prober.finish();
  });

  it("starts no probe for a client that is not trusted, unless it logged in", async (t) => {
    const { prober, ask } = scene(t);
    const stranger = await ask({ clientAddress: "203.0.113.9" });
    assert.ok(!stranger.waiting);
    assert.deepEqual(prober.asked, []);
    const loggedIn = await ask({ clientAddress: "203.0.113.9", saslUsername: "alice" });
    assert.ok(loggedIn.waiting);
    assert.deepEqual(prober.asked, ["partner.example"]);
    prober.finish();
  });

  it("starts no probe for an address without a domain", async (t) => {
    const { prober, ask } = scene(t);
    for (const recipient of ["", "postmaster", "user@[192.0.2.1]", "a@b@"]) {
      assert.ok(!(await ask({ recipient })).waiting, recipient);
    }
    assert.deepEqual(prober.asked, []);
  });

  it("has nothing to say when probing fails, and warns once a minute", async (t) => {
    const { prober, log, ask } = scene(t);
    const fault = new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "no resolver answers");
    for (let id = 0; id < 3; id += 1) {
      const asked = await ask({ instance: `${id}` });
      prober.fail(fault);
      await settle();
      assert.deepEqual(asked.decision, sampleDecisions.noVerdict);
    }
    assert.equal(log.at("warn").length, 1);
    assert.equal(log.at("warn")[0]?.fields["error"], fault);
  });

  it("does not mind a probe that fails after the wait is over", async (t) => {
    const { prober, ask } = scene(t);
    const asked = await ask();
    t.mock.timers.tick(3000);
    await settle();
    assert.ok(!asked.waiting);
    prober.fail(new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "no resolver answers"));
    await settle();
  });
});

describe("a policy request at DATA", () => {
  const data = { protocolState: "DATA", queueId: "4jY0", recipient: "" };

  it("has no answer, teaches the queue ID, and writes a line per recipient that leaves", async (t) => {
    const { decider, transactions, log, ask } = scene(t);
    decider.decisions.set(partner, sampleDecisions.seal);
    decider.decisions.set("carol@own.example", sampleDecisions.local);
    decider.decisions.set("dave@y.example", sampleDecisions.secure);
    for (const recipient of [partner, "carol@own.example", "dave@y.example"]) {
      await ask({ recipient, saslUsername: "alice" });
    }
    assert.equal(log.lines.length, 0);
    const asked = await ask({ ...data, saslUsername: "alice" });
    assert.equal(asked.decision, undefined);
    assert.deepEqual(transactions.queueIdsOf(partner), ["4jY0"]);
    assert.deepEqual(transactions.queueIdsOf("dave@y.example"), ["4jY0"]);
    assert.deepEqual(transactions.queueIdsOf("carol@own.example"), []);
    const from = {
      queueId: "4jY0",
      sender: "alice@own.example",
      client: "127.0.0.1",
      login: "alice",
    };
    assert.deepEqual(
      log.lines.map((line) => line.fields),
      [
        { ...from, recipient: partner, decision: "seal", verdict: "failed", rule: 8 },
        {
          ...from,
          recipient: "dave@y.example",
          decision: "secure",
          verdict: "proven",
          assurance: "mx-name",
        },
      ],
    );
  });

  it("does not speak of a recipient that was refused; its line came at RCPT", async (t) => {
    const { decider, transactions, log, ask } = scene(t);
    decider.decisions.set(partner, sampleDecisions.reject);
    await ask();
    assert.deepEqual(
      log.lines.map((line) => line.text),
      ["recipient refused"],
    );
    await ask(data);
    assert.equal(log.lines.length, 1);
    assert.deepEqual(transactions.queueIdsOf(partner), []);
  });
});

describe("a policy request of any other state", () => {
  for (const protocolState of ["CONNECT", "MAIL", "END-OF-MESSAGE", "VRFY", "", "rcpt"]) {
    it(`has no answer: ${protocolState || "none"}`, async (t) => {
      const { decider, ask } = scene(t);
      decider.decisions.set(partner, sampleDecisions.reject);
      assert.equal((await ask({ protocolState })).decision, undefined);
    });
  }
});
