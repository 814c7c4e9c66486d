import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { VerdictTurn } from "../../src/store/verdict-store.ts";
import { failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { type CliHarness, cliHarness } from "./cli-harness.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const hour = 3_600_000;
const times = { checkedAt: nowMs - hour, refreshAfter: nowMs, expiresAt: nowMs + hour };
const hostile = `\u001b[2J\u001b]0;owned\u0007\u202e\r\n${"x".repeat(10_000)}`;

/** A domain proven by DANE four hours ago that failed an hour ago, and one that rose. */
async function fill({ store }: CliHarness, reason = "The certificate expired."): Promise<void> {
  const fallen = provenVerdict("fallen.example", { ...times, assurance: "dane" });
  const first: VerdictTurn = {
    domain: fallen.domain,
    turnedAt: nowMs - 4 * hour,
    from: undefined,
    to: { status: "proven", assurance: "dane" },
    isDowngrade: false,
    reason: "",
  };
  await store.verdicts.save(fallen, first);
  await store.verdicts.save(failedVerdict("fallen.example", times), {
    ...first,
    turnedAt: nowMs - hour,
    from: first.to,
    to: { status: "failed", assurance: "none" },
    isDowngrade: true,
    reason,
  });
  const risen = provenVerdict("risen.example", times);
  await store.verdicts.save(risen, { ...first, domain: risen.domain });
}

describe("the history in mxseal verdict show", () => {
  it("says when the domain changed, from what to what, and why", async () => {
    await using cli = await cliHarness({ nowMs });
    await fill(cli);
    const { out } = await cli.run("verdict", "show", "fallen.example");
    assert.deepEqual(out.slice(out.indexOf("  History")).trimEnd().split("\n"), [
      "  History, newest first:",
      "    2026-11-23 11:00Z proven/dane -> failed (downgrade): The certificate expired.",
      "    2026-11-23 08:00Z first checked: proven/dane",
    ]);
  });

  it("is told in the language asked for, else in the terminal's", async () => {
    await using cli = await cliHarness({ nowMs, language: "de" });
    await fill(cli);
    const german = await cli.run("verdict", "show", "fallen.example");
    assert.match(german.out, /^fallen\.example: nicht bestanden\./);
    assert.match(german.out, /Verlauf, Neuestes zuerst:\n.*-> failed \(Verschlechterung\)/);
    const english = await cli.run("verdict", "show", "--lang", "en", "fallen.example");
    assert.match(english.out, /^fallen\.example: failed\./);
    const other = await cli.run("verdict", "show", "--lang", "fr", "fallen.example");
    assert.notEqual(other.code, 0);
    assert.match(other.err, /de, en/);
  });

  it("is part of the JSON", async () => {
    await using cli = await cliHarness({ nowMs });
    await fill(cli);
    const { out } = await cli.run("verdict", "show", "--json", "fallen.example");
    const { history } = JSON.parse(out) as { readonly history: readonly unknown[] };
    assert.deepEqual(history, [
      {
        turnedAt: "2026-11-23T11:00:00.000Z",
        from: { status: "proven", assurance: "dane" },
        to: { status: "failed", assurance: "none" },
        isDowngrade: true,
        reason: "The certificate expired.",
      },
      {
        turnedAt: "2026-11-23T08:00:00.000Z",
        from: null,
        to: { status: "proven", assurance: "dane" },
        isDowngrade: false,
        reason: "",
      },
    ]);
  });

  it("says so where nothing is on record", async () => {
    await using cli = await cliHarness({ nowMs });
    await cli.store.verdicts.save(failedVerdict("bad.example", times));
    const { out } = await cli.run("verdict", "show", "bad.example");
    assert.match(out, /\n {2}History: no change is on record\.\n$/);
  });

  it("lets no reason of a stranger's rule the terminal", async () => {
    await using cli = await cliHarness({ nowMs });
    await fill(cli, hostile);
    for (const words of [
      ["show", "fallen.example"],
      ["list", "--downgraded"],
    ]) {
      const { out } = await cli.run("verdict", ...words);
      assert.doesNotMatch(out.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });
});

describe("mxseal verdict list --downgraded", () => {
  it("lists the domains that last changed for the worse, and what they were", async () => {
    await using cli = await cliHarness({ nowMs });
    await fill(cli);
    const { out } = await cli.run("verdict", "list", "--downgraded");
    const [, row = "", ...rest] = out.trimEnd().split("\n");
    assert.match(
      row,
      /^fallen\.example +failed .* was proven\/dane until 2026-11-23 11:00Z: The cert/,
    );
    assert.deepEqual(rest, []);
    const proven = await cli.run("verdict", "list", "--downgraded", "--status", "proven");
    assert.equal(proven.out, "No verdicts.\n");
  });

  it("tells the turn in JSON", async () => {
    await using cli = await cliHarness({ nowMs });
    await fill(cli);
    const { out } = await cli.run("verdict", "list", "--downgraded", "--json");
    const record = JSON.parse(out) as { readonly downgrade: { readonly turnedAt: string } };
    assert.equal(record.downgrade.turnedAt, "2026-11-23T11:00:00.000Z");
  });
});
