/** The rules of RFC 8461 for discovery and caching, one test each, against a real policy host. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { StsWorld } from "../support/sts-world.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const record = "v=STSv1; id=1;";
const enforce = "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\n";
const name = "_mta-sts.example.com";
const url = "https://mta-sts.example.com/.well-known/mta-sts.txt";

/** A world in which the policy is known since now. */
async function acquainted(): Promise<StsWorld> {
  const world = await StsWorld.start([record], enforce);
  const outcome = await world.ask();
  assert.equal(outcome.policy?.mode, "enforce");
  return world;
}

describe("the first contact", () => {
  it("finds the policy and keeps it in the store", async () => {
    await using world = await StsWorld.start([record], enforce);
    const { policy, findings } = await world.ask();
    const fetchedAt = world.clock.now();
    assert.deepEqual(policy, {
      id: "1",
      mode: "enforce",
      mx: ["mx.example.com"],
      maxAgeSeconds: 604_800,
      fetchedAt,
      kept: false,
    });
    assert.deepEqual(findings, []);
    assert.deepEqual(world.stored?.policy, {
      id: "1",
      text: enforce,
      fetchedAt,
      expiresAt: fetchedAt + 7 * day,
    });
  });

  it("asks nobody for a policy where there is no record", async () => {
    await using world = await StsWorld.start([], enforce);
    assert.deepEqual(await world.ask(), { policy: undefined, findings: [] });
    assert.deepEqual(world.questions, [`TXT ${name}`]);
    assert.equal(world.fetches, 0);
    assert.equal(world.stored, undefined);
  });

  it("asks nobody for a policy where the record's name does not exist", async () => {
    await using world = await StsWorld.start([record], enforce);
    world.missing.push(name);
    assert.deepEqual(await world.ask(), { policy: undefined, findings: [] });
    assert.equal(world.fetches, 0);
  });

  it("follows an alias of the record", async () => {
    await using world = await StsWorld.start([], enforce);
    world.aliases[name] = "_mta-sts.provider.example";
    world.texts["_mta-sts.provider.example"] = [record];
    assert.equal((await world.ask()).policy?.id, "1");
  });

  it("never asks a parent domain", async () => {
    await using world = await StsWorld.start([record], enforce);
    assert.deepEqual(await world.ask("mail.example.com"), { policy: undefined, findings: [] });
    assert.deepEqual(world.questions, ["TXT _mta-sts.mail.example.com"]);
  });

  it("has no policy for a domain that leaves no room for the record's name", async () => {
    await using world = await StsWorld.start([record], enforce);
    const long = `${"a.".repeat(120)}example.com`;
    assert.deepEqual(await world.ask(long), { policy: undefined, findings: [] });
    assert.deepEqual(world.questions, []);
  });

  const failures: readonly (readonly [string, (world: StsWorld) => void, string, string])[] = [
    [
      "the record cannot be looked up",
      (world) => (world.failing[`TXT ${name}`] = "server-failure"),
      "sts-lookup-failed",
      name,
    ],
    [
      "there are two records",
      (world) => world.publish(record, "v=STSv1; id=2;"),
      "sts-record-invalid",
      name,
    ],
    [
      "the record is broken",
      (world) => world.publish("v=STSv1; id=a-b;"),
      "sts-record-invalid",
      name,
    ],
    ["the host answers 404", (world) => world.serve({ status: "404 No" }), "sts-fetch-failed", url],
    [
      "the host redirects",
      (world) => world.serve({ status: "302 Found" }),
      "sts-fetch-failed",
      url,
    ],
    [
      "the host sends a web page",
      (world) => world.serve({ fields: { "Content-Type": "text/html" }, body: enforce }),
      "sts-fetch-failed",
      url,
    ],
    [
      "the file is no policy",
      (world) => world.serve({ body: "mode: enforce\n" }),
      "sts-policy-invalid",
      url,
    ],
    [
      "the host's address cannot be looked up",
      (world) => (world.failing["A mta-sts.example.com"] = "timeout"),
      "sts-fetch-failed",
      url,
    ],
  ];
  for (const [what, arrange, code, where] of failures) {
    it(`gives no policy and says so when ${what}`, async () => {
      await using world = await StsWorld.start([record], enforce);
      arrange(world);
      const { policy, findings } = await world.ask();
      assert.equal(policy, undefined);
      assert.deepEqual(
        findings.map((found) => [found.code, found.facts?.[0]]),
        [[code, where]],
      );
      assert.ok(findings[0]?.severity === "warn");
    });
  }

  it("records a policy in testing mode, and that it forbids nothing", async () => {
    await using world = await StsWorld.start([record], enforce.replace("enforce", "testing"));
    const { policy, findings } = await world.ask();
    assert.equal(policy?.mode, "testing");
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["sts-testing"],
    );
  });

  it("records the mode none", async () => {
    await using world = await StsWorld.start(
      [record],
      "version: STSv1\nmode: none\nmax_age: 86400\n",
    );
    const { policy, findings } = await world.ask();
    assert.equal(policy?.mode, "none");
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["sts-none"],
    );
  });
});

describe("a known policy", () => {
  it("is not fetched again for a day while its id stays", async () => {
    await using world = await acquainted();
    world.clock.advance(day - 1);
    const { policy, findings } = await world.ask();
    assert.equal(policy?.kept, false);
    assert.deepEqual(findings, []);
    assert.equal(world.fetches, 1);
  });

  it("is fetched again after a day, and lives from then", async () => {
    await using world = await acquainted();
    world.clock.advance(day);
    const { policy } = await world.ask();
    assert.equal(world.fetches, 2);
    assert.equal(policy?.fetchedAt, world.clock.now());
    assert.equal(world.stored?.policy?.expiresAt, world.clock.now() + 7 * day);
  });

  it("is fetched at once when the id changes", async () => {
    await using world = await acquainted();
    world.publish("v=STSv1; id=2;");
    world.serve({ body: enforce.replace("mx.example.com", "mx2.example.com") });
    const { policy } = await world.ask();
    assert.deepEqual([policy?.id, policy?.mx, policy?.kept], ["2", ["mx2.example.com"], false]);
  });

  it("is ended by the mode none", async () => {
    await using world = await acquainted();
    world.publish("v=STSv1; id=2;");
    world.serve({ body: "version: STSv1\nmode: none\nmax_age: 60\n" });
    const { policy } = await world.ask();
    assert.equal(policy?.mode, "none");
    world.publish();
    world.clock.advance(minute);
    assert.deepEqual(await world.ask(), { policy: undefined, findings: [] });
  });

  it("is not warned about once its mode is none", async () => {
    await using world = await StsWorld.start(
      [record],
      "version: STSv1\nmode: none\nmax_age: 604800\n",
    );
    await world.ask();
    world.publish();
    world.clock.advance(2 * day);
    world.serve({ status: "404 No" });
    const { policy, findings } = await world.ask();
    assert.deepEqual([policy?.mode, policy?.kept], ["none", true]);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["sts-none"],
    );
    assert.equal(world.fetches, 1);
  });

  it("of max_age 0 serves this once", async () => {
    await using world = await StsWorld.start([record], enforce.replace("604800", "0"));
    assert.equal((await world.ask()).policy?.mode, "enforce");
    assert.equal((await world.ask()).policy?.mode, "enforce");
    assert.equal(world.fetches, 2);
    world.publish();
    assert.deepEqual(await world.ask(), { policy: undefined, findings: [] });
  });

  it("of max_age 0 also ends the longer one before it", async () => {
    await using world = await acquainted();
    world.publish("v=STSv1; id=2;");
    world.serve({ body: enforce.replace("604800", "0") });
    await world.ask();
    world.publish();
    assert.equal((await world.ask()).policy, undefined);
  });

  it("is taken anew when the store holds what is no policy", async () => {
    await using world = await acquainted();
    const { stored } = world;
    assert.ok(stored?.policy);
    await world.store.save({ ...stored, policy: { ...stored.policy, text: "damaged" } });
    assert.equal((await world.ask()).policy?.mode, "enforce");
    assert.equal(world.fetches, 2);
  });

  it("is fetched anew by a clock that was set back, and in force if that fails", async () => {
    await using world = await acquainted();
    world.clock.advance(-hour);
    world.serve({ status: "500 No" });
    const { policy } = await world.ask();
    assert.equal(world.fetches, 2);
    assert.deepEqual([policy?.mode, policy?.kept], ["enforce", true]);
  });
});

describe("probes of one domain at the same time", () => {
  it("share one lookup and one fetch", async () => {
    await using world = await StsWorld.start([record], enforce);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => world.ask()));
    assert.ok(outcomes.every(({ policy }) => policy?.mode === "enforce"));
    assert.equal(world.fetches, 1);
    assert.equal(world.questions.filter((question) => question.startsWith("TXT")).length, 1);
    await world.ask();
    assert.equal(world.questions.filter((question) => question.startsWith("TXT")).length, 2);
  });

  it("do not suffer from the end of one of them", async () => {
    await using world = await StsWorld.start([record], enforce);
    const leaving = new AbortController();
    world.answer = () => {
      world.serve({ body: enforce });
      leaving.abort();
    };
    const first = world.ask("example.com", leaving.signal);
    const second = world.ask();
    assert.equal((await first).policy, undefined);
    assert.equal((await second).policy?.mode, "enforce");
  });

  it("of different domains do not wait for each other", async () => {
    await using world = await StsWorld.start([record], enforce);
    const silent = new AbortController();
    world.answer = () => undefined;
    const waiting = world.ask("example.com", silent.signal);
    assert.deepEqual(await world.ask("other.example"), { policy: undefined, findings: [] });
    silent.abort();
    assert.equal((await waiting).policy, undefined);
  });
});

describe("a store that cannot do its work", () => {
  const fault = new MxsealError("MXSEAL_STORE_UNUSABLE", "disk full");

  it("is no answer about the domain, when it cannot be read", async () => {
    await using world = await StsWorld.start([record], enforce);
    world.store.fault = fault;
    await assert.rejects(world.ask(), fault);
    world.store.fault = undefined;
    assert.equal((await world.ask()).policy?.mode, "enforce");
  });

  it("is no answer about the domain, when it cannot be written", async () => {
    await using world = await StsWorld.start([record], enforce);
    world.answer = ({ socket }) => {
      world.store.fault = fault;
      socket.end("HTTP/1.1 500 No\r\n\r\n");
    };
    await assert.rejects(world.ask(), fault);
  });

  it("is told to everybody who waits", async () => {
    await using world = await StsWorld.start([record], enforce);
    world.store.fault = fault;
    const outcomes = await Promise.allSettled([world.ask(), world.ask()]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "rejected"],
    );
  });
});
