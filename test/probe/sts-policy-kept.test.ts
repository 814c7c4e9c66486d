/** What stays in force when something fails, RFC 8461 §3.3, and how soon it is tried again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { StsOutcome } from "../../src/probe/sts-source.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { StsWorld } from "../support/sts-world.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const record = "v=STSv1; id=1;";
const enforce = "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\n";
const name = "_mta-sts.example.com";

/** A world in which the policy is known since now. */
async function acquainted(): Promise<StsWorld> {
  const world = await StsWorld.start([record], enforce);
  const outcome = await world.ask();
  assert.equal(outcome.policy?.mode, "enforce");
  return world;
}

describe("a known policy stays in force", () => {
  const troubles: readonly (readonly [string, (world: StsWorld) => void, readonly string[]])[] = [
    ["the record has gone", (world) => world.publish(), ["sts-policy-kept"]],
    ["the record's name has gone", (world) => void world.missing.push(name), ["sts-policy-kept"]],
    [
      "the record is broken",
      (world) => world.publish("v=STSv1; nonsense"),
      ["sts-record-invalid", "sts-policy-kept"],
    ],
    [
      "there are two records",
      (world) => world.publish(record, record),
      ["sts-record-invalid", "sts-policy-kept"],
    ],
    [
      "the record cannot be looked up",
      (world) => (world.failing[`TXT ${name}`] = "timeout"),
      ["sts-lookup-failed", "sts-policy-kept"],
    ],
    [
      "the host is down when the id has changed",
      (world) => {
        world.publish("v=STSv1; id=2;");
        world.serve({ status: "500 No" });
      },
      ["sts-fetch-failed", "sts-policy-kept"],
    ],
    [
      "the new file is no policy",
      (world) => {
        world.publish("v=STSv1; id=2;");
        world.serve({ body: "<html>" });
      },
      ["sts-policy-invalid", "sts-policy-kept"],
    ],
  ];
  for (const [what, arrange, codes] of troubles) {
    it(`when ${what}`, async () => {
      await using world = await acquainted();
      world.clock.advance(hour);
      arrange(world);
      const { policy, findings } = await world.ask();
      assert.deepEqual([policy?.id, policy?.mode, policy?.kept], ["1", "enforce", true]);
      assert.deepEqual(
        findings.map(({ code }) => code),
        codes,
      );
      const kept = findings.find(({ code }) => code === "sts-policy-kept");
      assert.deepEqual(kept?.facts, ["1", "2026-11-30 00:00 UTC"]);
    });

    it(`until it has expired when ${what}`, async () => {
      await using world = await acquainted();
      arrange(world);
      world.serve({ status: "500 No" });
      world.clock.advance(7 * day - 1);
      assert.equal((await world.ask()).policy?.kept, true);
      world.clock.advance(1);
      assert.equal((await world.ask()).policy, undefined);
    });
  }

  it("in testing mode, and both is said", async () => {
    await using world = await StsWorld.start([record], enforce.replace("enforce", "testing"));
    await world.ask();
    world.publish();
    const { policy, findings } = await world.ask();
    assert.deepEqual([policy?.mode, policy?.kept], ["testing", true]);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["sts-policy-kept", "sts-testing"],
    );
  });

  it("and is renewed daily although somebody suppresses the record", async () => {
    await using world = await acquainted();
    world.publish();
    world.clock.advance(day - 1);
    await world.ask();
    assert.equal(world.fetches, 1);
    world.clock.advance(1);
    const { policy, findings } = await world.ask();
    assert.equal(world.fetches, 2);
    assert.deepEqual([policy?.kept, policy?.fetchedAt], [true, world.clock.now()]);
    assert.equal(findings.at(-1)?.facts?.[1], "2026-12-01 00:00 UTC");
    world.clock.advance(6 * day + hour);
    assert.equal((await world.ask()).policy?.mode, "enforce");
  });

  it("when neither record nor host can be reached, and both is said", async () => {
    await using world = await acquainted();
    world.failing[`TXT ${name}`] = "server-failure";
    world.serve({ status: "503 No" });
    world.clock.advance(day);
    const { policy, findings } = await world.ask();
    assert.equal(policy?.kept, true);
    const codes = findings.map(({ code }) => code);
    assert.deepEqual(codes, ["sts-lookup-failed", "sts-fetch-failed", "sts-policy-kept"]);
  });

  it("when the probe's time is over before it starts", async () => {
    await using world = await acquainted();
    world.clock.advance(2 * day);
    const { policy } = await world.ask("example.com", AbortSignal.abort());
    assert.deepEqual([policy?.mode, policy?.kept], ["enforce", true]);
  });
});

describe("a known policy in the database", () => {
  it("stays in force over a restart, with the host and the record gone", async () => {
    await using directory = await tempDirectory();
    await using world = await StsWorld.start([record], enforce);
    const path = join(directory.path, "store.db");
    const deadline = new AbortController().signal;
    const outcomes: StsOutcome[] = [];
    for (const restart of [false, true]) {
      await using store = await openStore(path);
      if (restart) {
        world.publish();
        world.serve({ status: "500 No" });
        world.clock.advance(2 * day);
      }
      const source = world.newSource(store.stsPolicies);
      outcomes.push(await source.policyOf(world.domain, world.lookup, deadline));
    }
    const [before, after] = outcomes;
    assert.deepEqual(after?.policy, { ...before?.policy, kept: true });
    assert.deepEqual(
      after.findings.map(({ code }) => code),
      ["sts-fetch-failed", "sts-policy-kept"],
    );
  });
});

describe("a fetch that failed", () => {
  it("is not tried again for its id within five minutes, and the reason stays known", async () => {
    await using world = await StsWorld.start([record], enforce);
    world.serve({ status: "500 No" });
    const first = await world.ask();
    world.clock.advance(5 * minute - 1);
    world.serve({ body: enforce });
    assert.deepEqual(await world.ask(), first);
    assert.equal(world.fetches, 1);
    world.clock.advance(1);
    assert.equal((await world.ask()).policy?.mode, "enforce");
    assert.equal(world.fetches, 2);
  });

  it("is known as a policy that is not valid, where that was the reason", async () => {
    await using world = await StsWorld.start([record], "mode: enforce\n");
    const first = await world.ask();
    assert.deepEqual(await world.ask(), first);
    assert.deepEqual(
      first.findings.map(({ code, facts }) => [code, facts?.[1]]),
      [["sts-policy-invalid", "it has no version"]],
    );
    assert.equal(world.fetches, 1);
  });

  it("is tried again at once for another id", async () => {
    await using world = await StsWorld.start([record], "no policy");
    await world.ask();
    world.publish("v=STSv1; id=2;");
    world.serve({ body: enforce });
    assert.equal((await world.ask()).policy?.id, "2");
  });

  it("holds back another process on the same store too", async () => {
    await using world = await StsWorld.start([record], "no policy");
    await world.ask();
    await world.newSource().policyOf(world.domain, world.lookup, new AbortController().signal);
    assert.equal(world.fetches, 1);
  });

  it("is not held against a clock that was set back", async () => {
    await using world = await StsWorld.start([record], "no policy");
    await world.ask();
    world.clock.advance(-day);
    await world.ask();
    assert.equal(world.fetches, 2);
  });

  it("does not push aside what another process fetched meanwhile", async () => {
    await using world = await StsWorld.start([record], enforce);
    const other = { id: "9", text: enforce, fetchedAt: world.clock.now(), expiresAt: Infinity };
    world.answer = ({ socket }) => {
      void world.store.save({ domain: world.domain, policy: other, failure: undefined });
      socket.end("HTTP/1.1 500 No\r\n\r\n");
    };
    await world.ask();
    assert.deepEqual(world.stored?.policy, other);
    assert.equal(world.stored.failure?.reason, "HTTP status 500");
  });

  it("is not remembered when only the probe's time was over", async () => {
    await using world = await StsWorld.start([record], enforce);
    const probe = new AbortController();
    world.answer = () => probe.abort();
    const { policy, findings } = await world.ask("example.com", probe.signal);
    assert.equal(policy, undefined);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["sts-fetch-failed"],
    );
    assert.equal(world.stored, undefined);
  });

  it("keeps the words of strangers short and on one line in the store", async () => {
    await using world = await StsWorld.start([record], `mx: \u202e\u0085${"_".repeat(60_000)}\n`);
    world.serve({
      body: `version: STSv1\nmode: enforce\nmax_age: 1\nmx: \u202e${"_".repeat(60_000)}`,
    });
    await world.ask();
    const reason = world.stored?.failure?.reason ?? "";
    assert.match(reason, /^the policy is not valid: its mx "\ufffd_+" is not a host name$/);
    assert.ok(reason.length < 200);
  });
});
