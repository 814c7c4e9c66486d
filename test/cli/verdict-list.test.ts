import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Verdict } from "../../src/base/verdict.ts";
import { VerdictOrder } from "../../src/cli/verdict-order.ts";
import { finding } from "../../src/probe/finding.ts";
import { failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { type CliHarness, cliHarness } from "./cli-harness.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const hour = 3_600_000;
const day = 24 * hour;

function times(ageMs: number, leftMs: number): Partial<Verdict> {
  return { checkedAt: nowMs - ageMs, refreshAfter: nowMs, expiresAt: nowMs + leftMs };
}

const expired = [finding("certificate-expired", ["mx.bad.example", "2026-11-01 00:00 UTC"])];

async function fill({ store }: CliHarness): Promise<void> {
  const verdicts = [
    provenVerdict("dane.example", { ...times(5 * hour, 2 * day), assurance: "dane" }),
    provenVerdict("mx.example", times(3 * day, hour)),
    failedVerdict("bad.example", { ...times(2 * hour, 3 * day), findings: expired }),
    failedVerdict("old.example", times(9 * day, -hour)),
    failedVerdict("unclear.example", { ...times(hour, day), status: "unknown", findings: [] }),
  ];
  for (const verdict of verdicts) await store.verdicts.save(verdict);
}

async function listed(cli: CliHarness, ...options: readonly string[]): Promise<readonly string[]> {
  const { out, code, err } = await cli.run("verdict", "list", "--json", ...options);
  assert.equal(code, 0, err);
  const lines = out.split("\n").filter((line) => line !== "");
  return lines.map((line) => (JSON.parse(line) as { domain: string }).domain);
}

describe("mxseal verdict list, filtered", () => {
  it("shows what answers to all that is asked for", async () => {
    await using cli = await cliHarness({ nowMs });
    await fill(cli);
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ["--status failed", ["bad.example", "old.example"]],
      ["--assurance mx-name", ["mx.example"]],
      ["--least-assurance dnssec-mx", ["dane.example"]],
      ["--least-assurance mx-name", ["dane.example", "mx.example"]],
      ["--finding certificate-expired", ["bad.example"]],
      ["--older-than 2d", ["mx.example", "old.example"]],
      ["--newer-than 2h", ["bad.example", "unclear.example"]],
      ["--expired", ["old.example"]],
      ["--status failed --newer-than 1d", ["bad.example"]],
      ["--status proven --finding certificate-expired", []],
    ];
    for (const [options, expected] of cases) {
      assert.deepEqual(await listed(cli, ...options.split(" ")), expected, options);
    }
  });

  it("refuses what it does not understand and says what there is", async () => {
    await using cli = await cliHarness({ nowMs });
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["--finding", "certificate-ancient"], /certificate-expired, certificate-not-yet-valid/],
      [["--finding", "nonsense"], /mx-lookup-failed.*cipher-weak/],
      [["--older-than", "7"], /90s, 15m, 12h, 7d, 2w/],
      [["--newer-than", "-7d"], /90s, 15m, 12h, 7d, 2w/],
      [["--limit", "0"], /number from 1/],
      [["--assurance", "good"], /dane, mta-sts, dnssec-mx, domain-name, mx-name, none/],
      [["--least-assurance", "none"], /dane, mta-sts, dnssec-mx, domain-name, mx-name/],
      [["--sort", "colour"], /domain, checked, expires, status, assurance/],
    ];
    for (const [options, pattern] of cases) {
      const { code, err, out } = await cli.run("verdict", "list", ...options);
      assert.notEqual(code, 0, options.join(" "));
      assert.match(err, pattern);
      assert.equal(out, "");
    }
  });
});

describe("mxseal verdict list, sorted", () => {
  it("goes by domain, check, expiry, status or assurance, both ways", async () => {
    await using cli = await cliHarness({ nowMs });
    await fill(cli);
    const [bad, dane, mx, old, unclear] = [
      "bad.example",
      "dane.example",
      "mx.example",
      "old.example",
      "unclear.example",
    ];
    const cases: readonly (readonly [string, readonly (string | undefined)[]])[] = [
      ["--sort domain", [bad, dane, mx, old, unclear]],
      ["--sort domain --reverse", [unclear, old, mx, dane, bad]],
      ["--sort checked", [old, mx, dane, bad, unclear]],
      ["--sort checked --reverse --limit 2", [unclear, bad]],
      ["--sort expires", [old, mx, unclear, dane, bad]],
      ["--sort status", [dane, mx, bad, old, unclear]],
      ["--sort assurance", [dane, mx, bad, old, unclear]],
      ["--limit 2", [bad, dane]],
      ["--status failed --sort checked --limit 1", [old]],
    ];
    for (const [options, expected] of cases) {
      assert.deepEqual(await listed(cli, ...options.split(" ")), expected, options);
    }
  });

  it("keeps the right ones however many there are", async () => {
    await using cli = await cliHarness({ nowMs });
    for (let index = 0; index < 1203; index += 1) {
      const age = ((index * 7919) % 1203) * 1000;
      await cli.store.verdicts.save(failedVerdict(`d${index}.example`, times(age, day)));
    }
    const ages = async (...options: readonly string[]): Promise<readonly string[]> => {
      const { out } = await cli.run("verdict", "list", "--json", "--sort", "checked", ...options);
      const lines = out.trimEnd().split("\n");
      return lines.map((line) => (JSON.parse(line) as { checkedAt: string }).checkedAt);
    };
    const all = await ages();
    assert.equal(all.length, 1203);
    assert.deepEqual(all, all.toSorted());
    assert.deepEqual(await ages("--limit", "7"), all.slice(0, 7));
    assert.deepEqual(await ages("--limit", "7", "--reverse"), all.slice(-7).toReversed());
  });

  it("with a limit keeps little more than that many in mind", () => {
    const order = new VerdictOrder("checked", false, 3);
    for (let index = 10_000; index > 0; index -= 1) {
      order.add(failedVerdict(`d${index}.example`, { checkedAt: index }));
    }
    assert.deepEqual(order.domains(), ["d1.example", "d2.example", "d3.example"]);
  });
});

describe("the table of verdicts", () => {
  it("fits a terminal of 80, 120 and 200 columns, also with a long domain", async () => {
    const long = "a-domain-that-is-longer-than-most-of-them-ever-are-in-practice.example";
    for (const columns of [80, 120, 200]) {
      await using cli = await cliHarness({ nowMs, columns });
      await fill(cli);
      await cli.store.verdicts.save(failedVerdict(long, times(hour, day)));
      const { out } = await cli.run("verdict", "list");
      for (const line of out.split("\n")) assert.ok(line.length <= columns, line);
      assert.match(out, /^bad\.example +failed.*certificate/m);
      assert.ok(out.includes(long));
    }
  });

  it("tells age and time left where it is narrow", async () => {
    await using cli = await cliHarness({ nowMs, columns: 80 });
    await fill(cli);
    const { out } = await cli.run("verdict", "list");
    assert.match(out, /^DOMAIN +STATUS +ASSURANCE +AGE +LEFT +WHY$/m);
    assert.match(out, /^mx\.example +proven +mx-name +3d +1h$/m);
    assert.match(out, /^old\.example +failed +none +9d +expired /m);
    assert.match(out, /^bad\.example +failed +none +2h +3d +certificate-expired: The .*…$/m);
  });

  it("cuts nothing in a pipe", async () => {
    await using cli = await cliHarness({ nowMs });
    await fill(cli);
    const { out } = await cli.run("verdict", "list");
    assert.match(out, /The certificate of "mx\.bad\.example" expired on 2026-11-01 00:00 UTC\.$/m);
    assert.doesNotMatch(out, /…/);
  });
});
