import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Domain } from "../../src/base/domain.ts";
import { MxsealError } from "../../src/base/errors.ts";
import type { Verdict } from "../../src/base/verdict.ts";
import type { Prober } from "../../src/gate/prober.ts";
import { type RefreshProgress, refresh } from "../../src/gate/refresh.ts";
import { Usage } from "../../src/gate/usage.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const dayMs = 86_400_000;
const nowMs = 100 * dayMs;
const clock = { now: () => nowMs };
const stale = { checkedAt: nowMs - 2 * dayMs, refreshAfter: nowMs - 1, expiresAt: nowMs + dayMs };
const fresh = { checkedAt: nowMs, refreshAfter: nowMs + dayMs, expiresAt: nowMs + 2 * dayMs };

class ScriptedProber implements Prober {
  readonly asked: Domain[] = [];
  readonly #answer: (domain: Domain) => Verdict | MxsealError;
  most = 0;
  #running = 0;

  constructor(answer: (domain: Domain) => Verdict | MxsealError) {
    this.#answer = answer;
  }

  async probe(domain: Domain): Promise<Verdict> {
    this.asked.push(domain);
    this.#running += 1;
    this.most = Math.max(this.most, this.#running);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.#running -= 1;
    const answer = this.#answer(domain);
    if (answer instanceof MxsealError) throw answer;
    return answer;
  }
}

async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  await using directory = await tempDirectory();
  await using store = await openStore(join(directory.path, "store.db"));
  await work(store);
}

describe("refresh", () => {
  it("probes what is due and was used in the last month", () =>
    withStore(async ({ verdicts }) => {
      for (const name of ["used.example", "idle.example", "old.example"]) {
        await verdicts.save(failedVerdict(name, stale));
      }
      await verdicts.save(failedVerdict("fresh.example", fresh));
      const usage = new Usage();
      for (const name of ["used.example", "fresh.example"]) usage.note(domainOf(name));
      await usage.flush(verdicts, nowMs - 29 * dayMs);
      await verdicts.markUsed([domainOf("old.example")], nowMs - 31 * dayMs);

      const prober = new ScriptedProber((domain) => provenVerdict(domain, fresh));
      const seen: RefreshProgress[] = [];
      const onChecked = (progress: RefreshProgress) => void seen.push(progress);
      const summary = await refresh({ verdicts, prober, clock, all: false, onChecked });
      assert.deepEqual(summary, { checked: 1, inconclusive: 0 });
      assert.deepEqual(prober.asked, ["used.example"]);
      assert.equal((await verdicts.find(domainOf("used.example")))?.status, "proven");
      const { verdict, ...progress } = seen[0] ?? {};
      assert.equal(verdict?.status, "proven");
      assert.deepEqual(progress, { before: "failed", inconclusive: false, done: 1, total: 1 });
    }));

  it("probes everything when asked to, a few at a time", () =>
    withStore(async ({ verdicts }) => {
      for (let index = 0; index < 30; index += 1) {
        await verdicts.save(failedVerdict(`d${index}.example`, fresh));
      }
      const prober = new ScriptedProber((domain) => failedVerdict(domain, fresh));
      const summary = await refresh({ verdicts, prober, clock, all: true, concurrency: 4 });
      assert.equal(summary.checked, 30);
      assert.equal(new Set(prober.asked).size, 30);
      assert.equal(prober.most, 4);
    }));

  it("counts what could not be told and leaves the last verdict in force", () =>
    withStore(async ({ verdicts }) => {
      await verdicts.save(provenVerdict("a.example", stale));
      await verdicts.save(failedVerdict("b.example", { ...stale, expiresAt: nowMs - 1 }));
      const prober = new ScriptedProber((domain) =>
        failedVerdict(domain, { ...fresh, status: "unknown", findings: [] }),
      );
      const summary = await refresh({ verdicts, prober, clock, all: true });
      assert.deepEqual(summary, { checked: 2, inconclusive: 2 });
      assert.equal((await verdicts.find(domainOf("a.example")))?.status, "proven");
      assert.equal((await verdicts.find(domainOf("b.example")))?.status, "unknown");
    }));

  it("gives up when this machine is at fault, and says why", () =>
    withStore(async ({ verdicts }) => {
      for (let index = 0; index < 30; index += 1) {
        await verdicts.save(failedVerdict(`d${index}.example`, stale));
      }
      const prober = new ScriptedProber(
        () => new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "no resolver answers"),
      );
      await assert.rejects(refresh({ verdicts, prober, clock, all: true, concurrency: 3 }), {
        code: "MXSEAL_RESOLVER_UNUSABLE",
      });
      assert.ok(prober.asked.length <= 6, `${prober.asked.length} probes`);
    }));

  it("has nothing to do with an empty store", () =>
    withStore(async ({ verdicts }) => {
      const prober = new ScriptedProber((domain) => failedVerdict(domain));
      const summary = await refresh({ verdicts, prober, clock, all: true });
      assert.deepEqual(summary, { checked: 0, inconclusive: 0 });
    }));
});

describe("Usage", () => {
  it("flushes each domain once, and nothing when nothing was noted", async () => {
    const flushed: (readonly string[])[] = [];
    const verdicts = {
      markUsed: async (domains: readonly Domain[]) => void flushed.push(domains),
    };
    const usage = new Usage();
    usage.note(domainOf("a.example"));
    usage.note(domainOf("a.example"));
    await usage.flush(verdicts, 1);
    await usage.flush(verdicts, 2);
    assert.deepEqual(flushed, [["a.example"]]);
  });

  it("keeps what it noted while the store is in trouble, within its bound", async () => {
    const usage = new Usage(2);
    for (const name of ["a.example", "b.example", "c.example"]) usage.note(domainOf(name));
    const fault = new MxsealError("MXSEAL_STORE_UNUSABLE", "the store is locked");
    await assert.rejects(usage.flush({ markUsed: () => Promise.reject(fault) }, 1), fault);
    const flushed: (readonly string[])[] = [];
    const markUsed = async (domains: readonly Domain[]) => void flushed.push(domains);
    await usage.flush({ markUsed }, 2);
    assert.deepEqual(flushed, [["a.example", "b.example"]]);
  });
});
