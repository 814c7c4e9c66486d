import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { cliHarness } from "./cli-harness.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const times = { checkedAt: nowMs - 60_000, refreshAfter: nowMs, expiresAt: nowMs + 60_000 };

describe("mxseal verdict list", () => {
  it("shows a table with the reason in words", async () => {
    await using cli = await cliHarness({ nowMs });
    await cli.store.verdicts.save(provenVerdict("good.example", times));
    await cli.store.verdicts.save(failedVerdict("bad.example", { ...times, expiresAt: nowMs }));
    await cli.store.verdicts.save(
      failedVerdict("none.example", {
        ...times,
        status: "no-mail",
        noMail: { reason: "null-mx", certain: true },
      }),
    );
    const { code, out } = await cli.run("verdict", "list");
    assert.equal(code, 0);
    assert.deepEqual(out.split("\n"), [
      "DOMAIN        STATUS            ASSURANCE  CHECKED            EXPIRES            WHY",
      "bad.example   failed (expired)  none       2026-11-23 11:59Z  2026-11-23 12:00Z  The certificate is self-signed; one from a known authority was expected.",
      "good.example  proven            mx-name    2026-11-23 11:59Z  2026-11-23 12:01Z",
      "none.example  no-mail           none       2026-11-23 11:59Z  2026-11-23 12:01Z  The domain says that it takes no mail.",
      "",
    ]);
  });

  it("prints one JSON object per line, however many pages there are", async () => {
    await using cli = await cliHarness({ nowMs });
    for (let index = 0; index < 1001; index += 1) {
      await cli.store.verdicts.save(failedVerdict(`d${index}.example`, times));
    }
    await cli.store.verdicts.save(provenVerdict("good.example", times));
    const { out } = await cli.run("verdict", "list", "--json", "--status", "failed");
    const records = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    assert.equal(records.length, 1001);
    assert.equal(new Set(records.map((record) => record["domain"])).size, 1001);
    assert.equal(records[0]?.["checkedAt"], "2026-11-23T11:59:00.000Z");
    assert.equal(records[0]?.["expiresAt"], "2026-11-23T12:01:00.000Z");
    assert.equal(records[0]?.["postfixPolicy"], null);
  });

  it("says so when there is none, in JSON by saying nothing", async () => {
    await using cli = await cliHarness({ nowMs });
    assert.equal((await cli.run("verdict", "list")).out, "No verdicts.\n");
    assert.equal((await cli.run("verdict", "list", "--json")).out, "");
  });

  it("refuses a status that does not exist and names those that do", async () => {
    await using cli = await cliHarness({ nowMs });
    const { code, err } = await cli.run("verdict", "list", "--status", "good");
    assert.notEqual(code, 0);
    assert.match(err, /proven, failed, unknown, no-mail/);
  });

  it("lets nothing that a stranger's server said rule the terminal", async () => {
    await using cli = await cliHarness({ nowMs });
    const detail = "banner \u001b[2J\u001b]0;owned\u0007 \u202e\r\nok";
    const findings = [{ code: "banner", severity: "fail", detail } as const];
    await cli.store.verdicts.save(failedVerdict("bad.example", { ...times, findings }));
    for (const command of [["list"], ["show", "bad.example"]]) {
      const { out } = await cli.run("verdict", ...command);
      assert.match(out, /banner \uFFFD\[2J\uFFFD\]0;owned\uFFFD \uFFFDok/);
      assert.doesNotMatch(out, /[\u001b\u0007\u202e\r]/u);
    }
  });
});

describe("mxseal verdict show", () => {
  it("shows all that is known, in any spelling of the domain", async () => {
    await using cli = await cliHarness({ nowMs });
    await cli.store.verdicts.save(failedVerdict("bad.example", times));
    const { code, out } = await cli.run("verdict", "show", "BAD.example.");
    assert.equal(code, 0);
    for (const part of [
      /^bad\.example: failed\./m,
      /mx\.bad\.example \(preference 10\): failed/,
      /The certificate is self-signed.*\[self-signed\]/,
      /127\.0\.1\.1: failed\n +TLSv1\.3 TLS_AES_256_GCM_SHA384, key exchange X25519/,
      /by "mx\.bad\.example", EC 256, valid until 2027-01-01/,
      /holds until 2026-11-23 12:01 UTC/,
    ]) {
      assert.match(out, part);
    }
  });

  it("gives the whole record as JSON", async () => {
    await using cli = await cliHarness({ nowMs });
    const verdict = failedVerdict("bad.example", times);
    await cli.store.verdicts.save(verdict);
    const { out } = await cli.run("verdict", "show", "--json", "bad.example");
    const record = JSON.parse(out) as Readonly<Record<string, unknown>>;
    assert.deepEqual(record["hosts"], verdict.hosts);
    assert.deepEqual(record["findings"], verdict.findings);
  });

  it("ends with 1 for what it does not know and 2 for what is no domain", async () => {
    await using cli = await cliHarness({ nowMs });
    const strange = await cli.run("verdict", "show", "far.example");
    assert.equal(strange.code, 1);
    assert.match(strange.err, /mxseal probe far\.example/);
    const wrong = await cli.run("verdict", "show", "bob@far.example");
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /"bob@far\.example" is not a domain/);
    assert.equal(wrong.out, "");
  });
});

describe("mxseal verdict forget", () => {
  it("forgets once", async () => {
    await using cli = await cliHarness({ nowMs });
    await cli.store.verdicts.save(failedVerdict("bad.example", times));
    assert.equal((await cli.run("verdict", "forget", "bad.example")).code, 0);
    assert.deepEqual(await cli.store.verdicts.list({}), []);
    assert.equal((await cli.run("verdict", "forget", "bad.example")).code, 1);
  });
});
