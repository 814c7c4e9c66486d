import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { failedVerdict, provenVerdict } from "../support/full-verdict.ts";
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

describe("mxseal refresh", () => {
  it("says what changed and ends with 0 when everything could be told", async () => {
    await using cli = await cliHarness({
      nowMs,
      probe: async (domain) => provenVerdict(domain, fresh),
    });
    await cli.store.verdicts.save(failedVerdict("a.example", stale));
    await cli.store.verdicts.save(provenVerdict("b.example", stale));
    const { code, out, err } = await cli.run("refresh", "--all");
    assert.equal(code, 0);
    assert.equal(out, "a.example: failed -> proven.\nChecked 2 domains.\n");
    assert.equal(err, "");
  });

  it("ends with 1 when something could not be told, and says why", async () => {
    await using cli = await cliHarness({
      nowMs,
      probe: async (domain) => failedVerdict(domain, unknown),
    });
    await cli.store.verdicts.save(provenVerdict("b.example", stale));
    const { code, out } = await cli.run("refresh", "--all");
    assert.equal(code, 1);
    assert.match(out, /b\.example: still proven\. The check of .* could not tell\. No banner/);
    assert.match(out, /Checked 1 domain; 1 could not be told now\.\n$/);
  });

  it("prints one JSON object per domain and nothing else", async () => {
    await using cli = await cliHarness({
      nowMs,
      probe: async (domain) => failedVerdict(domain, fresh),
    });
    await cli.store.verdicts.save(provenVerdict("a.example", stale));
    const { out } = await cli.run("refresh", "--all", "--json");
    const record = JSON.parse(out) as Readonly<Record<string, unknown>>;
    assert.equal(record["domain"], "a.example");
    assert.equal(record["status"], "failed");
    assert.equal(record["before"], "proven");
    assert.equal(record["inconclusive"], false);
    assert.equal(record["checkedAt"], "2026-11-23T12:00:00.000Z");
  });

  it("leaves what nobody used alone", async () => {
    await using cli = await cliHarness({ nowMs });
    await cli.store.verdicts.save(failedVerdict("a.example", stale));
    const { code, out } = await cli.run("refresh");
    assert.equal(code, 0);
    assert.equal(out, "Nothing is due.\n");
  });

  it("draws its progress on a terminal and wipes it off", async () => {
    await using cli = await cliHarness({
      nowMs,
      isTerminal: true,
      probe: async (domain) => failedVerdict(domain, fresh),
    });
    await cli.store.verdicts.save(failedVerdict("a.example", stale));
    const { err } = await cli.run("refresh", "--all");
    assert.match(err, /\[#{30}\] 1\/1/);
    assert.ok(err.endsWith("\r\u001b[K"));
  });

  it("hands a fault of the machine on, for the program's own exit code", async () => {
    const fault = new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "no resolver answers");
    await using cli = await cliHarness({ nowMs, probe: () => Promise.reject(fault) });
    await cli.store.verdicts.save(failedVerdict("a.example", stale));
    await assert.rejects(cli.run("refresh", "--all"), fault);
  });
});
