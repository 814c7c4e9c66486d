import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import type { Verdict } from "../../src/base/verdict.ts";
import { failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { tempDirectory } from "../support/temp-directory.ts";
import { type CliHarness, cliHarness } from "./cli-harness.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const day = 86_400_000;
const times = { checkedAt: nowMs - day, refreshAfter: nowMs, expiresAt: nowMs + day };
const hasPostfix = existsSync("/usr/sbin/postmap") ? false : "needs Postfix";

async function fill({ store }: CliHarness): Promise<void> {
  const verdicts: readonly Verdict[] = [
    provenVerdict("zulu.example", times),
    provenVerdict("alpha.example", {
      ...times,
      assurance: "dane",
      postfixPolicy: "dane-only ciphers=high",
      expiresAt: nowMs + 2 * day,
    }),
    failedVerdict("failed.example", times),
    failedVerdict("unknown.example", { ...times, status: "unknown" }),
    provenVerdict("expired.example", { ...times, expiresAt: nowMs }),
    provenVerdict("nothing.example", { ...times, postfixPolicy: null }),
    provenVerdict("broken.example", {
      ...times,
      postfixPolicy: "secure match=a\nother.example\tnone",
    }),
  ];
  for (const verdict of verdicts) await store.verdicts.save(verdict);
}

function entries(table: string): readonly string[] {
  return table.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("mxseal verdict export", () => {
  it("writes one line per domain that is proven and not expired, sorted, and no other", async () => {
    await using cli = await cliHarness({ nowMs });
    await fill(cli);
    const { code, out } = await cli.run("verdict", "export", "--format", "postfix");
    assert.equal(code, 0);
    assert.deepEqual(entries(out), [
      "alpha.example\tdane-only ciphers=high",
      "zulu.example\tsecure match=mx.zulu.example",
    ]);
    assert.match(out, /^# until 2026-11-25 12:00Z\nalpha\.example\t/m);
    assert.match(out, /^# Written 2026-11-23 12:00Z; 2 domains, judged by bcp195\/2022-11\.$/m);
    assert.match(out, /^# The first line ends 2026-11-24 12:00Z, the last 2026-11-25 12:00Z\.$/m);
    assert.match(out, /smtp_tls_policy_maps=texthash:\/etc\/postfix\/mxseal-policy,static:wait$/m);
  });

  it("takes for proven what the configuration takes for proven", async () => {
    await using cli = await cliHarness({ nowMs, leastAssurance: "dnssec-mx" });
    await fill(cli);
    const { out } = await cli.run("verdict", "export");
    assert.deepEqual(entries(out), ["alpha.example\tdane-only ciphers=high"]);
  });

  it("of nothing is a table without lines, from which everything waits", async () => {
    await using cli = await cliHarness({ nowMs });
    const { code, out } = await cli.run("verdict", "export");
    assert.equal(code, 0);
    assert.deepEqual(entries(out), []);
    assert.match(out, /; 0 domains\.$/m);
  });

  it("writes a file in one step, readable for Postfix, and names its place in it", async () => {
    await using cli = await cliHarness({ nowMs });
    await using directory = await tempDirectory();
    await fill(cli);
    const path = join(directory.path, "mxseal-policy");
    await writeFile(path, "old", { mode: 0o600 });
    const before = process.umask(0o077);
    try {
      const { code, out, err } = await cli.run("verdict", "export", "--output", path);
      assert.equal(code, 0);
      assert.equal(out, "");
      assert.match(err, /Wrote the proven domains \(2\) to /);
    } finally {
      process.umask(before);
    }
    assert.equal((await stat(path)).mode & 0o777, 0o644);
    const table = await readFile(path, "utf8");
    assert.equal(entries(table).length, 2);
    assert.ok(table.includes(`texthash:${path},static:wait`));
    assert.deepEqual(await readdir(directory.path), ["mxseal-policy"]);
  });

  it("leaves nothing behind when it cannot write, and says why", async () => {
    await using cli = await cliHarness({ nowMs });
    await using directory = await tempDirectory();
    const place = join(directory.path, "taken");
    await mkdir(join(place, "full"), { recursive: true });
    for (const path of [place, join(directory.path, "missing", "file")]) {
      await assert.rejects(cli.run("verdict", "export", "--output", path), {
        code: "MXSEAL_OUTPUT_FAILED",
      });
    }
    assert.deepEqual(await readdir(directory.path), ["taken"]);
  });

  it("is read by Postfix as it is meant", { skip: hasPostfix }, async () => {
    await using cli = await cliHarness({ nowMs });
    await using directory = await tempDirectory();
    await fill(cli);
    const path = join(directory.path, "mxseal-policy");
    await cli.run("verdict", "export", "--output", path);
    const ask = async (domain: string): Promise<string> => {
      const command = promisify(execFile)("/usr/sbin/postmap", ["-q", domain, `texthash:${path}`]);
      return command.then(
        ({ stdout }) => stdout.trimEnd(),
        (error: { readonly code?: unknown }) => `status ${String(error.code)}`,
      );
    };
    assert.equal(await ask("alpha.example"), "dane-only ciphers=high");
    assert.equal(await ask("zulu.example"), "secure match=mx.zulu.example");
    for (const other of ["other.example", "expired.example", "sub.zulu.example", ".example"]) {
      assert.equal(await ask(other), "status 1", other);
    }
  });
});
