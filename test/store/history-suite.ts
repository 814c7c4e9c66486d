/** How verdicts turned, and which downgrades stand; part of `store-suite.ts`. */
import assert from "node:assert/strict";
import type { Verdict } from "../../src/base/verdict.ts";
import type { Store } from "../../src/store/store.ts";
import type { VerdictStanding, VerdictTurn } from "../../src/store/verdict-store.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";

type Behaviour = (name: string, work: (store: Store) => Promise<void>) => void;

const dayMs = 86_400_000;
const dane: VerdictStanding = { status: "proven", assurance: "dane" };
const pkix: VerdictStanding = { status: "proven", assurance: "mx-name" };
const failed: VerdictStanding = { status: "failed", assurance: "none" };
const unknown: VerdictStanding = { status: "unknown", assurance: "none" };

export function history(behaviour: Behaviour): void {
  behaviour("tells the turns of one domain, newest first, as they were recorded", async (store) => {
    const turns = [
      turn("a.example", { turnedAt: 1, to: pkix, from: undefined }),
      turn("a.example", { turnedAt: 2, from: pkix, to: failed, isDowngrade: true, reason: "why" }),
    ];
    for (const one of turns) await save(store, one);
    await save(store, turn("b.example", { turnedAt: 3 }));
    assert.deepEqual(await store.verdicts.history(domainOf("a.example")), turns.toReversed());
    assert.deepEqual(await store.verdicts.history(domainOf("c.example")), []);
  });

  behaviour("records no turn with a verdict that changes nothing", async (store) => {
    await store.verdicts.save(provenVerdict("a.example"));
    assert.deepEqual(await store.verdicts.history(domainOf("a.example")), []);
  });

  behaviour("keeps the last fifty turns of a domain", async (store) => {
    await save(store, turn("b.example", { turnedAt: 1 }));
    for (let at = 1; at <= 60; at += 1) await save(store, turn("a.example", { turnedAt: at }));
    const kept = await store.verdicts.history(domainOf("a.example"));
    assert.deepEqual(
      kept.map(({ turnedAt }) => turnedAt),
      Array.from({ length: 50 }, (_, index) => 60 - index),
    );
    assert.equal((await store.verdicts.history(domainOf("b.example"))).length, 1);
  });

  behaviour("lets go of turns that are older than two years", async (store) => {
    for (let at = 1; at <= 30; at += 1) await save(store, turn(`d${at}.example`, { turnedAt: at }));
    for (const [name, days] of [["late", 729] as const, ["now", 735] as const]) {
      await save(store, turn(`${name}.example`, { turnedAt: days * dayMs }));
    }
    await save(store, turn("now2.example", { turnedAt: 735 * dayMs }));
    for (const name of ["d1", "d30"]) {
      assert.deepEqual(await store.verdicts.history(domainOf(`${name}.example`)), [], name);
    }
    assert.equal((await store.verdicts.history(domainOf("late.example"))).length, 1);
  });

  behaviour("lists the newest downgrade of each domain, newest first", async (store) => {
    const first = turn("a.example", { turnedAt: 1, from: dane, to: pkix, isDowngrade: true });
    const second = turn("a.example", { turnedAt: 2, from: pkix, to: failed, isDowngrade: true });
    const other = turn("b.example", { turnedAt: 3, from: dane, to: failed, isDowngrade: true });
    for (const one of [first, second, other]) await save(store, one);
    await save(store, turn("c.example", { turnedAt: 4, from: failed, to: pkix }));
    assert.deepEqual(await store.verdicts.downgrades(10), [other, second]);
    assert.deepEqual(await store.verdicts.downgrades(1), [other]);
  });

  behaviour("lists a downgrade until the domain is worth as much again", async (store) => {
    const names = async () =>
      (await store.verdicts.downgrades(10)).map(({ domain, from }) => [domain, from?.assurance]);
    const lost = turn("a.example", { turnedAt: 1, from: dane, to: unknown, isDowngrade: true });
    await save(store, lost);
    await save(store, turn("a.example", { turnedAt: 2, from: unknown, to: failed }));
    assert.deepEqual(await names(), [["a.example", "dane"]], "failed after a day in the dark");
    await save(store, turn("a.example", { turnedAt: 3, from: failed, to: pkix }));
    assert.deepEqual(await names(), [["a.example", "dane"]], "proven, but less than before");
    const again = turn("a.example", { turnedAt: 4, from: pkix, to: failed, isDowngrade: true });
    await save(store, again);
    await save(store, turn("a.example", { turnedAt: 5, from: failed, to: pkix }));
    assert.deepEqual(await names(), [["a.example", "dane"]], "the second is made good");
    await save(store, turn("a.example", { turnedAt: 6, from: pkix, to: dane }));
    assert.deepEqual(await names(), []);
  });

  behaviour("lists no downgrade of a domain that was forgotten", async (store) => {
    const lost = turn("a.example", { turnedAt: 1, from: dane, to: failed, isDowngrade: true });
    await save(store, lost);
    await store.verdicts.forget(lost.domain);
    assert.deepEqual(await store.verdicts.downgrades(10), []);
    await save(store, turn("a.example", { turnedAt: 2, from: undefined, to: failed }));
    assert.deepEqual(await store.verdicts.downgrades(10), [], "it began anew");
    assert.equal((await store.verdicts.history(lost.domain)).length, 2);
  });

  behaviour("revises a verdict in the light of what is stored", async (store) => {
    const first = failedVerdict("a.example");
    const recorded = turn("a.example", { turnedAt: 1, from: undefined, to: failed });
    const seen: (Verdict | undefined)[] = [];
    await store.verdicts.revise(first.domain, (old) => {
      seen.push(old);
      return { verdict: first, turn: recorded };
    });
    const { verdicts: mark } = await store.marks();
    const kept = await store.verdicts.revise(first.domain, (old) => {
      seen.push(old);
      return { verdict: old ?? first, turn: recorded };
    });
    assert.deepEqual(seen, [undefined, first]);
    assert.deepEqual(kept.verdict, first);
    assert.equal((await store.marks()).verdicts, mark, "nothing was stored");
    assert.deepEqual(await store.verdicts.history(first.domain), [recorded]);
  });

  behaviour("sees a forgotten verdict as none when it is revised", async (store) => {
    await store.verdicts.save(failedVerdict("a.example"));
    await store.verdicts.forget(domainOf("a.example"));
    await store.verdicts.revise(domainOf("a.example"), (old) => {
      assert.equal(old, undefined);
      return { verdict: provenVerdict("a.example"), turn: undefined };
    });
    assert.equal((await store.verdicts.find(domainOf("a.example")))?.status, "proven");
  });

  behaviour("stores neither verdict nor turn when a revision throws", async (store) => {
    const domain = domainOf("a.example");
    const fault = new Error("no");
    await assert.rejects(
      store.verdicts.revise(domain, () => {
        throw fault;
      }),
      fault,
    );
    assert.equal(await store.verdicts.find(domain), undefined);
    await store.verdicts.save(failedVerdict("a.example"));
  });
}

function turn(name: string, change: Partial<VerdictTurn>): VerdictTurn {
  const usual = { from: failed, to: unknown, turnedAt: 1, isDowngrade: false, reason: "" };
  return { domain: domainOf(name), ...usual, ...change };
}

function save(store: Store, recorded: VerdictTurn): Promise<void> {
  const { domain, to, turnedAt } = recorded;
  const life = { checkedAt: turnedAt, expiresAt: turnedAt + 10_000 * dayMs };
  return store.verdicts.save(failedVerdict(domain, { ...to, ...life }), recorded);
}
