import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Domain } from "../../src/base/domain.ts";
import { MxsealError } from "../../src/base/errors.ts";
import type { Verdict } from "../../src/base/verdict.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { cliHarness } from "./cli-harness.ts";

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 23, 12);
const stale = { checkedAt: nowMs - dayMs, refreshAfter: nowMs - 1, expiresAt: nowMs + dayMs };
const fresh = { checkedAt: nowMs, refreshAfter: nowMs + dayMs, expiresAt: nowMs + 2 * dayMs };
const unknown = {
  ...fresh,
  status: "unknown",
  findings: [{ code: "timeout", severity: "unknown", detail: "No banner within 30 s." }],
} as const;

function jsonLines(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

describe("mxseal refresh", () => {
  it("says what changed and ends with 0 when everything could be told", async () => {
    await using cli = await cliHarness({
      nowMs,
      probe: async (domain) =>
        domain === "worse.example" ? failedVerdict(domain, fresh) : provenVerdict(domain, fresh),
    });
    await cli.store.verdicts.save(failedVerdict("better.example", stale));
    await cli.store.verdicts.save(provenVerdict("same.example", stale));
    await cli.store.verdicts.save(provenVerdict("weaker.example", { ...stale, assurance: "dane" }));
    await cli.store.verdicts.save(provenVerdict("worse.example", stale));
    const { code, out, err, log } = await cli.run("refresh", "--all", "--concurrency", "1");
    assert.equal(code, 0);
    assert.deepEqual(
      log.at("warn").map(({ fields }) => fields["domain"]),
      ["weaker.example", "worse.example"],
    );
    assert.equal(
      out,
      `Checked 4 domains in 0 s: 3 proven, 1 failed.
Downgraded (2):
  weaker.example: proven/dane -> proven/mx-name
  worse.example: proven/mx-name -> failed
Newly failed (1):
  worse.example: The certificate is self-signed; one from a known authority was expected.
Newly proven (1):
  better.example: failed -> proven/mx-name
`,
    );
    assert.equal(err, "");
    const [turn] = await cli.store.verdicts.history(domainOf("worse.example"));
    assert.equal(turn?.isDowngrade, true);
  });

  it("ends with 1 when something could not be told, and says why", async () => {
    await using cli = await cliHarness({
      nowMs,
      probe: async (domain) => failedVerdict(domain, unknown),
    });
    await cli.store.verdicts.save(provenVerdict("a.example", stale));
    await cli.store.verdicts.save(provenVerdict("b.example", { ...stale, expiresAt: nowMs - 1 }));
    const { code, out } = await cli.run("refresh", "--all");
    assert.equal(code, 1);
    assert.match(out, /^Checked 2 domains in 0 s: 1 proven, 1 unknown\.\n/);
    assert.match(out, /\nDowngraded \(1\):\n {2}b\.example: proven\/mx-name -> unknown\n/);
    assert.match(
      out,
      /\nCould not be told \(2\):\n {2}a\.example: still proven\/mx-name\. The check/,
    );
    assert.match(out, /\n {2}b\.example: No banner within 30 s\.\n$/);
  });

  it("names twenty of each kind and counts the others", async () => {
    await using cli = await cliHarness({
      nowMs,
      probe: async (domain) => provenVerdict(domain, fresh),
    });
    for (let index = 0; index < 23; index += 1) {
      await cli.store.verdicts.save(failedVerdict(`d${index}.example`, stale));
    }
    const { out } = await cli.run("refresh", "--all");
    assert.match(out, /\nNewly proven \(23\):\n( {2}d\d+\.example: .*\n){20} {2}and 3 more\n$/);
    const { out: json } = await cli.run("refresh", "--all", "--json");
    assert.deepEqual(jsonLines(json).at(-1)?.["newlyProven"], { count: 0, domains: [] });
  });

  it("prints one JSON object per domain and one for the whole", async () => {
    await using cli = await cliHarness({
      nowMs,
      probe: async (domain) => failedVerdict(domain, fresh),
    });
    await cli.store.verdicts.save(provenVerdict("a.example", stale));
    const { code, out, err, log } = await cli.run("refresh", "--all", "--json");
    const [domain, summary, ...more] = jsonLines(out);
    assert.equal(domain?.["kind"], "domain");
    assert.equal(domain?.["domain"], "a.example");
    assert.equal(domain?.["status"], "failed");
    assert.deepEqual(domain?.["before"], { status: "proven", assurance: "mx-name" });
    assert.deepEqual(domain?.["after"], { status: "failed", assurance: "none" });
    assert.equal(domain?.["isDowngrade"], true);
    assert.equal(domain?.["inconclusive"], false);
    assert.equal(domain?.["checkedAt"], "2026-11-23T12:00:00.000Z");
    const changed = { count: 1, domains: ["a.example"] };
    const none = { count: 0, domains: [] };
    assert.deepEqual(summary, {
      kind: "summary",
      end: "done",
      total: 1,
      checked: 1,
      renewed: 0,
      statuses: { proven: 0, failed: 1, unknown: 0, "no-mail": 0 },
      downgraded: changed,
      newlyFailed: changed,
      newlyProven: none,
      inconclusive: none,
      tookMs: 0,
    });
    assert.deepEqual([more, code, err], [[], 0, ""]);
    const [line, ...others] = log.at("warn");
    assert.equal(line?.fields["domain"], "a.example");
    assert.deepEqual(others, []);
  });

  it("leaves what nobody used alone", async () => {
    await using cli = await cliHarness({ nowMs });
    await cli.store.verdicts.save(failedVerdict("a.example", stale));
    const { code, out } = await cli.run("refresh");
    assert.equal(code, 0);
    assert.equal(out, "Nothing is due.\n");
  });

  it("checks what was used within the span that is asked for", async () => {
    const asked: Domain[] = [];
    await using cli = await cliHarness({
      nowMs,
      probe: async (domain) => {
        asked.push(domain);
        return failedVerdict(domain, { ...fresh, refreshAfter: nowMs });
      },
    });
    for (const [name, days] of [
      ["day", 1] as const,
      ["week", 8] as const,
      ["month", 40] as const,
    ]) {
      await cli.store.verdicts.save(failedVerdict(`${name}.example`, stale));
      await cli.store.verdicts.markUsed([domainOf(`${name}.example`)], nowMs - days * dayMs);
    }
    await cli.run("refresh", "--used-within", "7d");
    assert.deepEqual(asked.splice(0), ["day.example"]);
    await cli.run("refresh");
    assert.deepEqual(asked.splice(0).toSorted(), ["day.example", "week.example"]);
    await cli.run("refresh", "--used-within", "6w");
    assert.equal(asked.splice(0).length, 3);
  });

  it("checks domains by name, tells of each, and knows them from then on", async () => {
    await using cli = await cliHarness({
      nowMs,
      probe: async (domain) => provenVerdict(domain, fresh),
    });
    await cli.store.verdicts.save(provenVerdict("b.example", fresh));
    const words = ["refresh", "--concurrency", "1", "--domain", "New.Example.", "b.example"];
    const { code, out } = await cli.run(...words);
    assert.equal(code, 0);
    assert.equal(
      out,
      `new.example: new -> proven/mx-name.
b.example: still proven/mx-name.
Checked 2 domains in 0 s: 2 proven.
`,
    );
    assert.equal((await cli.store.verdicts.find(domainOf("new.example")))?.status, "proven");
  });

  it("refuses in words what makes no sense", async () => {
    await using cli = await cliHarness({ nowMs });
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["--domain", "far.example", "not a domain"], /^mxseal: "not a domain" is not a domain\.\n$/],
      [["--domain", "a.example", "--all"], /--domain goes with neither --all nor --used-within/],
      [["--domain", "a.example", "--used-within", "7d"], /--domain goes with neither/],
      [["--restart"], /--restart goes with --all/],
      [["--used-within", "7"], /Give a span like 12h, 7d or 2w\./],
      [["--concurrency", "0"], /Give a number from 1 to 512\./],
      [["--concurrency", "513"], /Give a number from 1 to 512\./],
      [["--concurrency", "1e2"], /Give a number from 1 to 512\./],
    ];
    for (const [words, message] of cases) {
      const { code, out, err } = await cli.run("refresh", ...words);
      assert.match(err, message, words.join(" "));
      assert.notEqual(code, 0);
      assert.equal(out, "");
    }
  });

  it("draws its progress on a terminal and wipes it off", async () => {
    await using cli = await cliHarness({
      nowMs,
      isTerminal: true,
      probe: async (domain) => failedVerdict(domain, fresh),
    });
    await cli.store.verdicts.save(provenVerdict("a.example", stale));
    const { out, err, log } = await cli.run("refresh", "--all");
    assert.match(out, /\nDowngraded \(1\):/);
    assert.deepEqual(log.lines, [], "the summary tells it there");
    assert.match(err, /\[-{30}\] {2}0\/1 {2}0%/);
    assert.ok(err.endsWith("\r\u001b[K"));
  });

  it("says what it did and hands a fault of the machine on", async () => {
    const fault = new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "no resolver answers");
    await using cli = await cliHarness({ nowMs, probe: () => Promise.reject(fault) });
    await cli.store.verdicts.save(failedVerdict("a.example", stale));
    await assert.rejects(cli.run("refresh", "--all"), fault);
    const lease = { name: "refresh", holder: "h", note: "n", startedAt: nowMs, until: nowMs + 1 };
    const outcome = await cli.store.leases.take(lease, nowMs);
    assert.deepEqual(outcome, { kind: "taken", interrupted: undefined }, "it was given back");
  });
});

describe("mxseal refresh, stopped or interrupted", () => {
  const names = Array.from({ length: 9 }, (_, index) => `d${index}.example`);

  async function interruptibleWorld() {
    const stop = new AbortController();
    const asked: Domain[] = [];
    let clock = nowMs;
    const probe = async (domain: Domain): Promise<Verdict> => {
      asked.push(domain);
      if (asked.length === 3) stop.abort();
      clock += 1000;
      return failedVerdict(domain, { ...fresh, checkedAt: clock - 1 });
    };
    const cli = await cliHarness({
      probe,
      get nowMs() {
        return clock;
      },
      get stop() {
        return asked.length > 3 ? new AbortController().signal : stop.signal;
      },
    });
    for (const name of names) await cli.store.verdicts.save(failedVerdict(name, stale));
    return { cli, asked, [Symbol.asyncDispose]: () => cli[Symbol.asyncDispose]() };
  }

  it("tells what was done, ends with 1 and continues with --all where it stopped", async () => {
    await using world = await interruptibleWorld();
    const { cli, asked } = world;
    const words = ["refresh", "--all", "--concurrency", "1"];
    const first = await cli.run(...words);
    assert.equal(first.code, 1);
    assert.equal(
      first.out,
      "Checked 3 domains in 3 s: 3 failed. Stopped before the end; 6 are left.\n",
    );
    asked.push(domainOf("pause.example"));
    const second = await cli.run(...words);
    assert.equal(second.code, 0);
    assert.match(second.err, /^mxseal: Continuing the run that began at 2026-11-23 12:00Z/);
    assert.match(second.out, /^Checked 6 domains/);
    assert.deepEqual(asked.filter((domain) => domain !== "pause.example").toSorted(), names);
    const third = await cli.run(...words);
    assert.equal(third.err, "");
    assert.match(third.out, /^Checked 9 domains/);
  });

  it("waits for the upkeep of serve without a word, unless somebody sits at a terminal", async () => {
    for (const isTerminal of [false, true]) {
      let clock = nowMs;
      await using cli = await cliHarness({
        // The lease has not run out at the first look, and has at the second.
        get nowMs() {
          clock += 500;
          return clock;
        },
        isTerminal,
        probe: async (domain) => failedVerdict(domain, fresh),
      });
      const lease = { name: "refresh", holder: "h", startedAt: nowMs, until: nowMs + 1500 };
      await cli.store.leases.take({ ...lease, note: "mxseal serve, process 1" }, nowMs);
      const { code, err } = await cli.run("refresh", "--domain", "a.example");
      assert.equal(code, 0);
      assert.equal(err.includes("A refresh has the store (mxseal serve"), isTerminal);
    }
  });

  it("begins anew with --restart", async () => {
    await using world = await interruptibleWorld();
    const { cli, asked } = world;
    await cli.run("refresh", "--all", "--concurrency", "1");
    asked.push(domainOf("pause.example"));
    const { out, err } = await cli.run("refresh", "--all", "--restart");
    assert.equal(err, "");
    assert.match(out, /^Checked 9 domains/);
  });
});
