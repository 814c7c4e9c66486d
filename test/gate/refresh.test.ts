import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Domain } from "../../src/base/domain.ts";
import { MxsealError } from "../../src/base/errors.ts";
import type { Verdict } from "../../src/base/verdict.ts";
import type { Prober } from "../../src/gate/prober.ts";
import { recordVerdict } from "../../src/gate/record-verdict.ts";
import { type RefreshProgress, refresh } from "../../src/gate/refresh.ts";
import type { RefreshScope } from "../../src/gate/refresh-list.ts";
import { Usage } from "../../src/gate/usage.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import type { VerdictStore } from "../../src/store/verdict-store.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const dayMs = 86_400_000;
const nowMs = 100 * dayMs;
const clock = { now: () => nowMs };
const stale = { checkedAt: nowMs - 2 * dayMs, refreshAfter: nowMs - 1, expiresAt: nowMs + dayMs };
const fresh = { checkedAt: nowMs, refreshAfter: nowMs + dayMs, expiresAt: nowMs + 2 * dayMs };

type Answer = (domain: Domain) => Verdict | MxsealError;

/** Stores what it finds, as every prober does. */
class ScriptedProber implements Prober {
  readonly asked: Domain[] = [];
  readonly askedFresh: Domain[] = [];
  readonly #verdicts: VerdictStore;
  readonly #answer: Answer;
  most = 0;
  #running = 0;

  constructor(verdicts: VerdictStore, answer: Answer) {
    this.#verdicts = verdicts;
    this.#answer = answer;
  }

  async probe(domain: Domain, wish = { fresh: false }): Promise<Verdict> {
    this.asked.push(domain);
    if (wish.fresh) this.askedFresh.push(domain);
    this.#running += 1;
    this.most = Math.max(this.most, this.#running);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.#running -= 1;
    const answer = this.#answer(domain);
    if (answer instanceof MxsealError) throw answer;
    return (await recordVerdict(this.#verdicts, answer)).verdict;
  }
}

async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  await using directory = await tempDirectory();
  await using store = await openStore(join(directory.path, "store.db"));
  await work(store);
}

const due: RefreshScope = { kind: "due", usedWithinMs: 30 * dayMs };
const all: RefreshScope = { kind: "all", checkedBefore: nowMs + 1 };

describe("refresh", () => {
  it("probes what is due and was used lately", () =>
    withStore(async ({ verdicts }) => {
      for (const name of ["used.example", "idle.example", "old.example"]) {
        await verdicts.save(failedVerdict(name, stale));
      }
      await verdicts.save(failedVerdict("fresh.example", fresh));
      const usage = new Usage();
      for (const name of ["used.example", "fresh.example"]) usage.note(domainOf(name));
      await usage.flush(verdicts, nowMs - 29 * dayMs);
      await verdicts.markUsed([domainOf("old.example")], nowMs - 31 * dayMs);

      const prober = new ScriptedProber(verdicts, (domain) => provenVerdict(domain, fresh));
      const seen: RefreshProgress[] = [];
      const onChecked = (progress: RefreshProgress) => void seen.push(progress);
      const common = { verdicts, prober, clock, concurrency: 8, onChecked };
      const summary = await refresh({ ...common, scope: due });
      assert.deepEqual(summary, { total: 1, checked: 1, inconclusive: 0, renewed: 0 });
      assert.deepEqual(prober.asked, ["used.example"]);
      assert.deepEqual(prober.askedFresh, []);
      assert.equal((await verdicts.find(domainOf("used.example")))?.status, "proven");
      assert.deepEqual(seen, [
        {
          verdict: provenVerdict("used.example", fresh),
          before: failedVerdict("used.example", stale),
          turn: {
            domain: "used.example",
            turnedAt: nowMs,
            from: { status: "failed", assurance: "none" },
            to: { status: "proven", assurance: "mx-name" },
            isDowngrade: false,
            reason: "",
          },
          inconclusive: false,
          done: 1,
          total: 1,
        },
      ]);
      await refresh({ ...common, scope: { kind: "due", usedWithinMs: 32 * dayMs } });
      assert.deepEqual(prober.asked.slice(1), ["old.example"]);
    }));

  it("probes everything when asked to, a few at a time, each once", () =>
    withStore(async ({ verdicts }) => {
      for (let index = 0; index < 1030; index += 1) {
        await verdicts.save(failedVerdict(`d${index}.example`, fresh));
      }
      const prober = new ScriptedProber(verdicts, (domain) => failedVerdict(domain, fresh));
      const summary = await refresh({ verdicts, prober, clock, scope: all, concurrency: 4 });
      assert.equal(summary.checked, 1030);
      assert.equal(new Set(prober.asked).size, 1030);
      assert.equal(prober.asked.length, 1030);
      assert.equal(prober.most, 4);
    }));

  it("leaves out of everything what was checked since it began", () =>
    withStore(async ({ verdicts }) => {
      await verdicts.save(failedVerdict("before.example", stale));
      await verdicts.save(failedVerdict("since.example", { ...fresh, checkedAt: nowMs - 100 }));
      const prober = new ScriptedProber(verdicts, (domain) => failedVerdict(domain, fresh));
      const scope: RefreshScope = { kind: "all", checkedBefore: nowMs - 100 };
      await refresh({ verdicts, prober, clock, scope, concurrency: 4 });
      assert.deepEqual(prober.asked, ["before.example"]);
    }));

  it("probes what is named, known or not, due or not, once and afresh", () =>
    withStore(async ({ verdicts }) => {
      await verdicts.save(failedVerdict("known.example", fresh));
      const prober = new ScriptedProber(verdicts, (domain) => provenVerdict(domain, fresh));
      const domains = ["known.example", "new.example", "known.example"].map(domainOf);
      const seen: RefreshProgress[] = [];
      const summary = await refresh({
        verdicts,
        prober,
        clock,
        scope: { kind: "domains", domains },
        concurrency: 1,
        onChecked: (progress) => void seen.push(progress),
      });
      assert.equal(summary.checked, 2);
      assert.deepEqual(prober.askedFresh, ["known.example", "new.example"]);
      assert.deepEqual(
        seen.map(({ before, turn }) => [before?.status, turn?.from?.status]),
        [
          ["failed", "failed"],
          [undefined, undefined],
        ],
      );
    }));

  it("leaves alone what another process renewed or forgot since the run listed it", () =>
    withStore(async ({ verdicts }) => {
      for (const name of ["a.example", "b.example", "c.example", "d.example"]) {
        await verdicts.save(failedVerdict(name, stale));
        await verdicts.markUsed([domainOf(name)], nowMs);
      }
      const prober = new ScriptedProber(verdicts, (domain) => failedVerdict(domain, fresh));
      const summary = await refresh({
        verdicts,
        prober,
        clock,
        scope: due,
        concurrency: 1,
        onChecked: async ({ verdict }) => {
          if (verdict.domain !== "a.example") return;
          await verdicts.save(provenVerdict("b.example", fresh));
          await verdicts.forget(domainOf("c.example"));
        },
      });
      assert.deepEqual(prober.asked, ["a.example", "d.example"]);
      assert.deepEqual(summary, { total: 4, checked: 2, inconclusive: 0, renewed: 2 });
      assert.equal((await verdicts.find(domainOf("b.example")))?.status, "proven");
    }));

  it("counts what could not be told and leaves the last verdict in force", () =>
    withStore(async ({ verdicts }) => {
      await verdicts.save(provenVerdict("a.example", stale));
      await verdicts.save(failedVerdict("b.example", { ...stale, expiresAt: nowMs - 1 }));
      const prober = new ScriptedProber(verdicts, (domain) =>
        failedVerdict(domain, { ...fresh, status: "unknown", findings: [] }),
      );
      const summary = await refresh({ verdicts, prober, clock, scope: all, concurrency: 8 });
      assert.deepEqual(summary, { total: 2, checked: 2, inconclusive: 2, renewed: 0 });
      assert.equal((await verdicts.find(domainOf("a.example")))?.status, "proven");
      assert.equal((await verdicts.find(domainOf("b.example")))?.status, "unknown");
    }));

  it("gives up when this machine is at fault, and says why", () =>
    withStore(async ({ verdicts }) => {
      for (let index = 0; index < 30; index += 1) {
        await verdicts.save(failedVerdict(`d${index}.example`, stale));
      }
      const prober = new ScriptedProber(
        verdicts,
        () => new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "no resolver answers"),
      );
      await assert.rejects(refresh({ verdicts, prober, clock, scope: all, concurrency: 3 }), {
        code: "MXSEAL_RESOLVER_UNUSABLE",
      });
      assert.ok(prober.asked.length <= 6, `${prober.asked.length} probes`);
    }));

  it("begins no further domain once it is told to stop, and waits for none for ever", () =>
    withStore(async ({ verdicts }) => {
      for (let index = 0; index < 30; index += 1) {
        await verdicts.save(failedVerdict(`d${index}.example`, stale));
      }
      const stop = new AbortController();
      const asked: Domain[] = [];
      const prober: Prober = {
        probe: async (domain) => {
          asked.push(domain);
          if (asked.length < 4) return failedVerdict(domain, fresh);
          stop.abort();
          return new Promise(() => undefined);
        },
      };
      const summary = await refresh({
        verdicts,
        prober,
        clock,
        scope: all,
        concurrency: 2,
        signal: stop.signal,
        graceMs: 1,
      });
      assert.equal(asked.length, 4);
      assert.deepEqual(summary, { total: 30, checked: 3, inconclusive: 0, renewed: 0 });
    }));

  it("lets what is under way end when only its time to begin is over", () =>
    withStore(async ({ verdicts }) => {
      for (let index = 0; index < 10; index += 1) {
        await verdicts.save(failedVerdict(`d${index}.example`, stale));
      }
      let time = nowMs;
      const prober = new ScriptedProber(verdicts, (domain) => {
        time += 10;
        return failedVerdict(domain, fresh);
      });
      const summary = await refresh({
        verdicts,
        prober,
        clock: { now: () => time },
        scope: all,
        concurrency: 3,
        beginUntil: nowMs + 5,
      });
      assert.equal(summary.checked, 3);
    }));

  it("has nothing to do with an empty store", () =>
    withStore(async ({ verdicts }) => {
      const prober = new ScriptedProber(verdicts, (domain) => failedVerdict(domain));
      const summary = await refresh({ verdicts, prober, clock, scope: all, concurrency: 8 });
      assert.deepEqual(summary, { total: 0, checked: 0, inconclusive: 0, renewed: 0 });
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
