/** `mxseal refresh` as processes of its own, beside a running serve: killed, doubled, cut short. */
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable } from "node:stream";
import { after, before, beforeEach, describe, it } from "node:test";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { tryCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { waitUntil } from "./wait-until.ts";

const hourMs = 3_600_000;
const names = Array.from({ length: 300 }, (_, index) => `d${1000 + index}.example`);

type Child = ChildProcessByStdio<null, Readable, Readable>;

interface Running {
  readonly child: Child;
  /** Read line by line: what is not read holds the command up. */
  readonly lines: AsyncIterator<string>;
  readonly reader: Interface;
  readonly stderr: () => string;
}

describe("mxseal refresh in the lab", () => {
  let lab: Lab;
  let store: Store;

  before(async () => {
    lab = await Lab.start({ mxseal: {} });
    store = await openStore(join(lab.mxseal.storeDirectory, "mxseal.db"));
  });
  after(async () => {
    await store[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  /** Checked an hour ago and due in an hour. */
  async function know(...domains: readonly string[]): Promise<void> {
    const nowMs = Date.now();
    const times = { checkedAt: nowMs - hourMs, refreshAfter: nowMs + hourMs };
    const life = { ...times, expiresAt: nowMs + 2 * hourMs };
    for (const domain of domains) await store.verdicts.save(failedVerdict(domain, life));
  }

  beforeEach(async () => {
    for (const { domain } of await store.verdicts.list({})) await store.verdicts.forget(domain);
    // There are none such: each is quickly told.
    await know(...names);
  });

  /** Taken only while nobody has it, and run out at once. */
  const probeLease = { name: "refresh", holder: "test", note: "test", startedAt: 0 };

  function begin(...words: readonly string[]): Running {
    const [program = "", ...rest] = lab.mxseal.commandLine("refresh", "--json", ...words);
    const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const reader = createInterface(child.stdout);
    return { child, reader, lines: reader[Symbol.asyncIterator](), stderr: () => stderr };
  }

  async function readDomains(running: Running, count: number): Promise<readonly string[]> {
    const domains: string[] = [];
    while (domains.length < count) {
      const line = await running.lines.next();
      assert.ok(line.done !== true, `it ended after ${domains.length} lines\n${running.stderr()}`);
      const record = JSON.parse(line.value) as { readonly kind: string; readonly domain: string };
      if (record.kind === "domain") domains.push(record.domain);
    }
    return domains;
  }

  /** What is left of its output, and how it ended. */
  async function finish({ child, lines, stderr }: Running) {
    const records: Readonly<Record<string, unknown>>[] = [];
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
      records.push(JSON.parse(line.value) as Readonly<Record<string, unknown>>);
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const domains = records.flatMap(({ kind, domain }) => (kind === "domain" ? [domain] : []));
    return { code: child.exitCode, domains, summary: records.at(-1), stderr: stderr() };
  }

  it("killed in the middle is continued by the next one, soon and without doing all again", async () => {
    const slow = lab.recipients.server("silent.test");
    const { manner } = slow;
    await know("silent.test");
    const first = begin("--all");
    const seen = await readDomains(first, 60);
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    slow.manner = { startTls: false };
    const second = await finish(begin("--all"));
    assert.match(second.stderr, /mxseal: A refresh has the store \(mxseal refresh --all, process/);
    assert.match(second.stderr, /mxseal: Continuing the run that began at /);
    assert.equal(second.code, 0, second.stderr);
    assert.equal(second.summary?.["end"], "done");
    for (const domain of seen) assert.ok(!second.domains.includes(domain), `${domain} again`);
    assert.equal(await store.verdicts.countStale({ checkedBefore: Date.now() - hourMs / 2 }), 0);
    assert.ok(second.domains.includes("silent.test"));
    const third = await finish(begin("--all"));
    slow.manner = manner;
    assert.equal(third.stderr, "");
    assert.equal(third.domains.length, names.length + 1);
  });

  it("leaves the store to another one that is at work, and says which", async () => {
    // A server that never says a word keeps the first one busy for half a minute.
    const first = begin("--domain", "silent.test");
    await waitUntil("the first one is at work", async () => {
      const { kind } = await store.leases.take({ ...probeLease, until: Date.now() }, Date.now());
      return kind === "held";
    });
    const second = await finish(begin("--all"));
    assert.equal(second.code, 1);
    assert.deepEqual(second.domains, []);
    assert.match(
      second.stderr,
      new RegExp(
        `Another refresh is at work: mxseal refresh, process ${first.child.pid}, since 20`,
      ),
    );
    first.child.kill("SIGTERM");
    const { code, summary } = await finish(first);
    assert.deepEqual([code, summary?.["checked"], summary?.["end"]], [1, 0, "stopped"]);
  });

  it("ends soon at Ctrl-C, tells what it did, and holds nobody up", async () => {
    const first = begin("--domain", "d1000.example", "silent.test");
    assert.deepEqual(await readDomains(first, 1), ["d1000.example"]);
    first.child.kill("SIGINT");
    const { code, summary } = await finish(first);
    assert.equal(code, 1);
    assert.deepEqual([summary?.["end"], summary?.["checked"]], ["stopped", 1]);
    const second = await finish(begin("--all", "--restart"));
    assert.equal(second.stderr, "");
    assert.deepEqual([second.code, second.domains.length], [0, names.length]);
  });

  it("ends without a word when its reader has had enough", async () => {
    const command = lab.mxseal.commandLine("refresh", "--all", "--json", "--restart");
    const { stdout, stderr } = await tryCommand(["sh", "-c", '"$@" | head -n 3', "sh", ...command]);
    assert.equal(stdout.trim().split("\n").length, 3);
    assert.equal(stderr, "");
    assert.ok((await store.verdicts.countStale({ checkedBefore: Date.now() - hourMs / 2 })) > 0);
  });

  it("lets lookups be answered meanwhile, and they know each new verdict at once", async () => {
    const nowMs = Date.now();
    const life = { checkedAt: nowMs - hourMs, refreshAfter: nowMs + hourMs };
    const known = provenVerdict("valid.test", { ...life, expiresAt: nowMs + 2 * hourMs });
    await store.verdicts.save({ ...known, postfixPolicy: "secure match=old.test" });
    const running = begin("--all");
    await readDomains(running, 1);
    const map = "socketmap:inet:127.0.0.1:10041:tls-policy";
    const answer = async (): Promise<string> => {
      return (await tryCommand(["postmap", "-q", "valid.test", map])).stdout.trim();
    };
    const early = await answer();
    await finish(running);
    const verdict = await store.verdicts.find(domainOf("valid.test"));
    assert.notEqual(verdict?.postfixPolicy, "secure match=old.test");
    await waitUntil(
      "the new verdict is answered",
      async () => {
        const now = await answer();
        return now !== early && now !== "";
      },
      { explain: answer },
    );
  });

  it("logs a downgrade once, in the process that found it", async () => {
    const nowMs = Date.now();
    const life = { checkedAt: nowMs, refreshAfter: nowMs + hourMs, expiresAt: nowMs + 2 * hourMs };
    for (const domain of ["self-signed.test", "expired.test"]) {
      await store.verdicts.save(provenVerdict(domain, life));
    }
    const { code, stderr, summary } = await finish(begin("--domain", "self-signed.test"));
    assert.equal(code, 0, stderr);
    const [line = "", ...others] = stderr.trim().split("\n");
    const record = JSON.parse(line) as Readonly<Record<string, unknown>>;
    assert.equal(record["domain"], "self-signed.test");
    assert.equal(record["level"], "warn");
    assert.deepEqual(others, []);
    assert.deepEqual(summary?.["downgraded"], { count: 1, domains: ["self-signed.test"] });
    const listed = await lab.mxseal.must("verdict", "list", "--downgraded", "--json");
    assert.match(listed, /"self-signed\.test"/);
    assert.ok(!lab.mxseal.output.includes("less protected"), "serve told it as well");
  });

  it("ends with 3 and says why when no resolver answers", async () => {
    await lab.nameServer.stopResolver();
    const { code, stderr, summary } = await finish(begin("--all", "--restart"));
    await lab.nameServer.startResolver();
    assert.equal(code, 3);
    assert.match(stderr, /No DNS resolver can be reached[^]*\[MXSEAL_RESOLVER_UNUSABLE\]/);
    assert.equal(summary?.["end"], "fault");
    const next = await finish(begin("--domain", "valid.test"));
    assert.equal(next.stderr, "");
  });
});
