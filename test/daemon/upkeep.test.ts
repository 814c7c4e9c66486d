import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Domain } from "../../src/base/domain.ts";
import { MxsealError } from "../../src/base/errors.ts";
import { upkeep } from "../../src/daemon/upkeep.ts";
import type { Prober } from "../../src/gate/prober.ts";
import { recordVerdict } from "../../src/gate/record-verdict.ts";
import { refreshLeaseMs } from "../../src/gate/refresh-lease.ts";
import { Usage } from "../../src/gate/usage.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const dayMs = 86_400_000;

async function world(answer: (domain: Domain, store: Store) => Promise<unknown>) {
  const directory = await tempDirectory();
  const store = await openStore(join(directory.path, "store.db"));
  const log = new RecordingLog();
  const usage = new Usage();
  const stop = new AbortController();
  const asked: Domain[] = [];
  const prober: Prober = {
    probe: async (domain) => {
      asked.push(domain);
      await answer(domain, store);
      const nowMs = Date.now();
      const life = { checkedAt: nowMs, refreshAfter: nowMs + dayMs, expiresAt: nowMs + 2 * dayMs };
      return (await recordVerdict(store.verdicts, provenVerdict(domain, life))).verdict;
    },
  };
  const nowMs = Date.now();
  for (const name of ["used.example", "idle.example"]) {
    const life = { checkedAt: nowMs - dayMs, refreshAfter: nowMs - 1, expiresAt: nowMs + dayMs };
    await store.verdicts.save(failedVerdict(name, life));
  }
  usage.note(domainOf("used.example"));
  return {
    store,
    log,
    asked,
    stop,
    work: upkeep({ store, prober, usage, log, signal: stop.signal }),
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function holderOf(store: Store): Promise<string | undefined> {
  const nowMs = Date.now();
  const lease = { name: "refresh", holder: "h", note: "n", startedAt: nowMs, until: nowMs };
  const outcome = await store.leases.take(lease, nowMs);
  return outcome.kind === "held" ? outcome.by.note : undefined;
}

describe("upkeep", () => {
  it("notes what was used and renews what is due of it, with the lease in hand", async () => {
    const holders: (string | undefined)[] = [];
    await using parts = await world(async (_domain, store) => {
      holders.push(await holderOf(store));
    });
    await parts.work();
    assert.deepEqual(parts.asked, ["used.example"]);
    assert.deepEqual(holders, [`mxseal serve, process ${process.pid}`]);
    assert.equal(await holderOf(parts.store), undefined);
    await parts.work();
    assert.equal(parts.asked.length, 1, "nothing is due any more");
  });

  it("leaves it to another process that refreshes, and says nothing", async () => {
    await using parts = await world(async () => undefined);
    const startedAt = Date.now();
    const until = startedAt + refreshLeaseMs;
    const lease = { name: "refresh", holder: "other", note: "cron", startedAt, until };
    await parts.store.leases.take(lease, startedAt);
    await parts.work();
    assert.deepEqual([parts.asked, parts.log.lines], [[], []]);
    await parts.store.leases.release("refresh", "other");
    await parts.work();
    assert.deepEqual(parts.asked, ["used.example"]);
  });

  it("tells of trouble once, gives the lease back and tries again", async () => {
    const fault = new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "no resolver answers");
    await using parts = await world(() => Promise.reject(fault));
    await parts.work();
    await parts.work();
    assert.equal(parts.asked.length, 2);
    assert.equal(parts.log.at("warn").length, 1);
    assert.equal(await holderOf(parts.store), undefined);
  });

  it("does not wait for a probe when the role is to stop", async () => {
    await using parts = await world(() => {
      parts.stop.abort();
      return new Promise(() => undefined);
    });
    await parts.work();
    assert.deepEqual(parts.asked, ["used.example"]);
  });
});
