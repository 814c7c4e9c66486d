/**
 * What every backend of the store must do. Each backend's test hands in how to open a store of
 * its own that is empty, and how to open the same one again.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NewRule } from "../../src/rules/rule.ts";
import type { HeldMail, Store } from "../../src/store/store.ts";
import type { StaleFilter } from "../../src/store/verdict-store.ts";
import { domainOf, failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { guessingAtRemembered } from "./code-guess-suite.ts";
import { history } from "./history-suite.ts";
import { leases } from "./lease-suite.ts";
import { alarms, listed, managed } from "./manage-suite.ts";
import { noticeJobs } from "./notice-suite.ts";
import { remembering } from "./remembered-suite.ts";
import { replies } from "./reply-suite.ts";
import { attempts, codeJobs, sealed } from "./sealed-suite.ts";
import { sms } from "./sms-suite.ts";
import { stsPolicies } from "./sts-policy-suite.ts";
import { untold } from "./untold-code-suite.ts";

export interface StorePlace extends AsyncDisposable {
  /** Every call is another connection to the same data. */
  open(): Promise<Store>;
}

const dayMs = 86_400_000;

export function describeStore(backend: string, createPlace: () => Promise<StorePlace>): void {
  function behaviour(name: string, work: (store: Store, place: StorePlace) => Promise<void>): void {
    it(name, async () => {
      await using place = await createPlace();
      await using store = await place.open();
      await work(store, place);
    });
  }

  describe(`${backend}: verdicts`, () => verdicts(behaviour));
  describe(`${backend}: history`, () => history(behaviour));
  describe(`${backend}: MTA-STS policies`, () => stsPolicies(behaviour));
  describe(`${backend}: leases`, () => leases(behaviour));
  describe(`${backend}: rules`, () => rules(behaviour));
  describe(`${backend}: held mail`, () => held(behaviour));
  describe(`${backend}: sealed messages`, () => sealed(behaviour));
  describe(`${backend}: attempts`, () => attempts(behaviour));
  describe(`${backend}: messages in the sender's hand`, () => managed(behaviour));
  describe(`${backend}: remembered codes`, () => remembering(behaviour));
  describe(`${backend}: remembered codes that nobody was told`, () => untold(behaviour));
  describe(`${backend}: guesses at remembered codes`, () => guessingAtRemembered(behaviour));
  describe(`${backend}: lists of messages`, () => listed(behaviour));
  describe(`${backend}: alarms`, () => alarms(behaviour));
  describe(`${backend}: code jobs`, () => codeJobs(behaviour));
  describe(`${backend}: notice jobs`, () => noticeJobs(behaviour));
  describe(`${backend}: replies`, () => replies(behaviour));
  describe(`${backend}: codes by SMS`, () => sms(behaviour));
}

type Behaviour = (name: string, work: (store: Store, place: StorePlace) => Promise<void>) => void;

function verdicts(behaviour: Behaviour): void {
  behaviour(
    "gives a verdict back as it was saved, also to another process",
    async (store, place) => {
      const verdict = failedVerdict("a.example");
      await store.verdicts.save(verdict);
      assert.deepEqual(await store.verdicts.find(verdict.domain), verdict);
      await using other = await place.open();
      assert.deepEqual(await other.verdicts.find(verdict.domain), verdict);
      assert.equal(await store.verdicts.find(domainOf("b.example")), undefined);
    },
  );

  behaviour("keeps one verdict per domain, the last", async (store) => {
    await store.verdicts.save(failedVerdict("a.example"));
    await store.verdicts.save(provenVerdict("a.example"));
    assert.deepEqual(await store.verdicts.list({}), [provenVerdict("a.example")]);
  });

  behaviour("lists by domain, by status and page by page", async (store) => {
    for (const name of ["c.example", "a.example", "b.example"]) {
      await store.verdicts.save(failedVerdict(name));
    }
    await store.verdicts.save(provenVerdict("d.example"));
    const names = async (filter: Parameters<Store["verdicts"]["list"]>[0]) =>
      (await store.verdicts.list(filter)).map(({ domain }) => domain);
    assert.deepEqual(await names({}), ["a.example", "b.example", "c.example", "d.example"]);
    assert.deepEqual(await names({ status: "proven" }), ["d.example"]);
    assert.deepEqual(await names({ limit: 2 }), ["a.example", "b.example"]);
    assert.deepEqual(await names({ limit: 2, after: domainOf("b.example") }), [
      "c.example",
      "d.example",
    ]);
  });

  behaviour("tells what changed after a mark, the forgotten too, oldest first", async (store) => {
    await store.verdicts.save(failedVerdict("a.example"));
    await store.verdicts.save(failedVerdict("b.example"));
    const { verdicts: before } = await store.marks();
    assert.equal((await store.verdicts.changesSince(0, 10)).length, 2);
    assert.deepEqual(await store.verdicts.changesSince(before, 10), []);

    await store.verdicts.save(provenVerdict("a.example"));
    assert.equal(await store.verdicts.forget(domainOf("b.example")), true);
    const changes = await store.verdicts.changesSince(before, 10);
    assert.deepEqual(
      changes.map(({ domain, verdict }) => [domain, verdict?.status]),
      [
        ["a.example", "proven"],
        ["b.example", undefined],
      ],
    );
    assert.equal(changes.at(-1)?.mark, (await store.marks()).verdicts);
  });

  behaviour("hands changes out in pages that join without gap", async (store) => {
    for (let index = 0; index < 25; index += 1) {
      await store.verdicts.save(failedVerdict(`d${index}.example`));
    }
    const seen: string[] = [];
    let page = await store.verdicts.changesSince(0, 10);
    while (page.length > 0) {
      seen.push(...page.map(({ domain }) => domain));
      page = await store.verdicts.changesSince(page.at(-1)?.mark ?? 0, 10);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, index) => `d${index}.example`),
    );
  });

  behaviour("moves only the mark of the area that changed", async (store) => {
    const before = await store.marks();
    await store.verdicts.save(failedVerdict("a.example"));
    const after = await store.marks();
    assert.ok(after.verdicts > before.verdicts);
    assert.deepEqual({ ...after, verdicts: 0 }, { ...before, verdicts: 0 });
  });

  behaviour("forgets only what it knows, and only once", async (store) => {
    const domain = domainOf("a.example");
    assert.equal(await store.verdicts.forget(domain), false);
    await store.verdicts.save(failedVerdict("a.example"));
    assert.equal(await store.verdicts.forget(domain), true);
    const { verdicts: mark } = await store.marks();
    assert.equal(await store.verdicts.forget(domain), false);
    assert.equal((await store.marks()).verdicts, mark);
    assert.equal(await store.verdicts.find(domain), undefined);
    assert.deepEqual(await store.verdicts.list({}), []);
    assert.deepEqual(await store.verdicts.stale({ dueAt: dayMs }, 10), []);
  });

  behaviour("knows a forgotten domain again after the next probe", async (store) => {
    await store.verdicts.save(failedVerdict("a.example"));
    await store.verdicts.forget(domainOf("a.example"));
    await store.verdicts.save(provenVerdict("a.example"));
    assert.equal((await store.verdicts.find(domainOf("a.example")))?.status, "proven");
  });

  behaviour("names what is due, longest overdue first", async (store) => {
    await store.verdicts.save(failedVerdict("late.example", { refreshAfter: 200 }));
    await store.verdicts.save(failedVerdict("later.example", { refreshAfter: 100 }));
    await store.verdicts.save(failedVerdict("fresh.example", { refreshAfter: 900 }));
    const due = { dueAt: 500 };
    assert.deepEqual(await staleNames(store, due), ["later.example", "late.example"]);
    assert.deepEqual(await store.verdicts.stale(due, 1), [
      { domain: "later.example", checkedAt: 1_000_000, refreshAfter: 100 },
    ]);
    assert.equal(await store.verdicts.countStale(due), 2);
  });

  behaviour("names what was not checked since, oldest first", async (store) => {
    for (const [name, checkedAt] of [["new", 900] as const, ["old", 100] as const]) {
      await store.verdicts.save(failedVerdict(`${name}.example`, { checkedAt }));
    }
    await store.verdicts.save(failedVerdict("older.example", { checkedAt: 50 }));
    const stale = { checkedBefore: 900 };
    assert.deepEqual(await staleNames(store, stale), ["older.example", "old.example"]);
    assert.equal(await store.verdicts.countStale(stale), 2);
    assert.equal(await store.verdicts.countStale({}), 3);
    assert.deepEqual(await staleNames(store, { checkedBefore: 900, dueAt: 1 }), []);
  });

  behaviour("names each of many once, though some are checked between two pages", async (store) => {
    const names = Array.from({ length: 23 }, (_, index) => `d${index + 10}.example`);
    for (const [index, name] of names.entries()) {
      const refreshAfter = 100 + Math.floor(index / 7);
      await store.verdicts.save(failedVerdict(name, { checkedAt: refreshAfter, refreshAfter }));
    }
    for (const filter of [{ dueAt: 500 }, { checkedBefore: 500 }]) {
      const seen: string[] = [];
      let page = await store.verdicts.stale(filter, 5);
      while (page.length > 0) {
        seen.push(...page.map(({ domain }) => domain));
        const first = page[0]?.domain ?? "";
        await store.verdicts.save(failedVerdict(first, { checkedAt: 499, refreshAfter: 499 }));
        page = await store.verdicts.stale(filter, 5, page.at(-1));
      }
      assert.deepEqual([...new Set(seen)].toSorted(), names);
    }
  });

  behaviour("tells the used from the unused, also after a new verdict", async (store) => {
    await store.verdicts.save(failedVerdict("used.example", { refreshAfter: 100 }));
    await store.verdicts.save(failedVerdict("idle.example", { refreshAfter: 100 }));
    const used = domainOf("used.example");
    await store.verdicts.markUsed([used, domainOf("strange.example")], 400);
    await store.verdicts.markUsed([used], 300);
    await store.verdicts.save(failedVerdict("used.example", { refreshAfter: 200 }));
    assert.deepEqual(await staleNames(store, { dueAt: 500, usedSince: 400 }), ["used.example"]);
    assert.deepEqual(await staleNames(store, { dueAt: 500, usedSince: 401 }), []);
    assert.equal(await store.verdicts.countStale({ usedSince: 400 }), 1);
  });

  behaviour("does not grow by verdicts that expired long ago", async (store) => {
    for (let index = 0; index < 50; index += 1) {
      await store.verdicts.save(failedVerdict(`old${index}.example`, { expiresAt: dayMs }));
    }
    const later = { checkedAt: 9 * dayMs, expiresAt: 10 * dayMs };
    for (const name of ["a.example", "b.example", "c.example"]) {
      await store.verdicts.save(failedVerdict(name, later));
    }
    const left = await store.verdicts.list({});
    assert.deepEqual(
      left.map(({ domain }) => domain),
      ["a.example", "b.example", "c.example"],
    );
  });
}

async function staleNames(store: Store, filter: StaleFilter): Promise<readonly string[]> {
  return (await store.verdicts.stale(filter, 100)).map(({ domain }) => domain);
}

function rules(behaviour: Behaviour): void {
  const scopes: readonly NewRule["scope"][] = [
    { kind: "address", address: "bob@far.example" },
    { kind: "domain", domain: domainOf("far.example") },
    { kind: "parent", domain: domainOf("far.example") },
    { kind: "default" },
  ];
  const rule = (scope: NewRule["scope"]): NewRule => ({
    scope,
    action: "allow",
    leastTls: "encrypt",
    reason: "contract 7",
    author: "root",
    createdAt: 1000,
    expiresAt: scope.kind === "default" ? null : 2000,
  });

  behaviour("gives rules of every scope back as they were added, in order", async (store) => {
    const added = [];
    for (const scope of scopes) added.push(await store.rules.add(rule(scope)));
    assert.deepEqual(await store.rules.list(), added);
    assert.deepEqual(
      added.map(({ scope }) => scope),
      scopes,
    );
  });

  behaviour("never gives an identifier twice", async (store, place) => {
    const first = await store.rules.add(rule({ kind: "default" }));
    await store.rules.remove(first.id);
    await using other = await place.open();
    const second = await other.rules.add(rule({ kind: "default" }));
    assert.ok(second.id > first.id);
  });

  behaviour(
    "removes a rule once, and moves the mark each time something changed",
    async (store) => {
      const { id } = await store.rules.add(rule({ kind: "default" }));
      const added = (await store.marks()).rules;
      assert.equal(await store.rules.remove(id), true);
      const removed = (await store.marks()).rules;
      assert.equal(await store.rules.remove(id), false);
      assert.ok(removed > added);
      assert.equal((await store.marks()).rules, removed);
      assert.deepEqual(await store.rules.list(), []);
    },
  );
}

function held(behaviour: Behaviour): void {
  const mail = (queueId: string, heldAt: number): HeldMail => ({
    queueId,
    recipient: "Bob@Far.example",
    domain: domainOf("far.example"),
    heldAt,
  });

  behaviour("lists what is held, longest first, and moves what is held again", async (store) => {
    await store.held.put(mail("B", 200));
    await store.held.put(mail("A", 100));
    await store.held.put(mail("A", 300));
    assert.deepEqual(await store.held.list(10), [mail("B", 200), mail("A", 300)]);
    assert.deepEqual(await store.held.list(1), [mail("B", 200)]);
  });

  behaviour("removes one, or all that are older", async (store) => {
    for (const [queueId, heldAt] of [
      ["A", 100] as const,
      ["B", 200] as const,
      ["C", 300] as const,
    ]) {
      await store.held.put(mail(queueId, heldAt));
    }
    await store.held.remove("A", "bob@far.example");
    assert.equal((await store.held.list(10)).length, 3, "another spelling is another recipient");
    await store.held.remove("A", "Bob@Far.example");
    assert.equal(await store.held.removeOlderThan(300), 1);
    assert.deepEqual(await store.held.list(10), [mail("C", 300)]);
  });

  behaviour("moves its mark when something changed, and only then", async (store) => {
    await store.held.put(mail("A", 100));
    const { held: put } = await store.marks();
    await store.held.remove("B", "Bob@Far.example");
    await store.held.removeOlderThan(50);
    assert.equal((await store.marks()).held, put);
    await store.held.remove("A", "Bob@Far.example");
    assert.ok((await store.marks()).held > put);
  });
}
