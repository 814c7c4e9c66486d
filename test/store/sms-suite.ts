/** What every store does for codes that go by SMS. */
import assert from "node:assert/strict";
import type { NewSealedMessage } from "../../src/store/sealed-store.ts";
import type { SmsFailure, SmsJob, SmsLimits } from "../../src/store/sms-store.ts";
import type { Store } from "../../src/store/store.ts";
import { monthMs, sealMessage } from "./sample-message.ts";

type Behaviour = (
  name: string,
  work: (store: Store, place: { open(): Promise<Store> }) => Promise<void>,
) => void;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const endAt = 1000 + monthMs;
const sealed = { sms: { sealedContent: Buffer.from("sealed number and code") } };
const limits: SmsLimits = { perMessage: 3, perSenderPerHour: 20, perDay: 200 };
const failure: SmsFailure = {
  reason: "refused",
  number: "+49 … 567",
  waitedMs: 0,
  failedAt: 2000,
};

function sealWithSms(
  store: Store,
  id: string,
  change: Partial<NewSealedMessage> = {},
): Promise<unknown> {
  return sealMessage(store, id, { ...sealed, ...change });
}

async function jobOf(store: Store, id: string, nowMs = 5000): Promise<SmsJob> {
  const job = (await store.sms.due(nowMs, 100)).find(({ message }) => message.id === id);
  assert.ok(job, `no job for ${id}`);
  return job;
}

/** Calls the hook for this message, as its sender does who is told to try again at once. */
async function call(store: Store, id: string, nowMs: number, some = limits) {
  const job = await jobOf(store, id, nowMs);
  const started = await store.sms.start(job, some, { nowMs, againAt: nowMs + 1 });
  if (started.kind === "counted") await store.sms.postpone(job.id, nowMs);
  return started;
}

const code = { kind: "own", guard: Buffer.from("guard") } as const;

export function sms(behaviour: Behaviour): void {
  jobs(behaviour);
  limited(behaviour);
  failed(behaviour);
}

function jobs(behaviour: Behaviour): void {
  behaviour("keeps a job made with its message, also for another process", async (store, place) => {
    await sealWithSms(store, "m1");
    await sealMessage(store, "m2");
    await using other = await place.open();
    assert.deepEqual(await other.sms.due(999, 10), []);
    const [job, ...more] = await other.sms.due(1000, 10);
    assert.ok(job);
    assert.deepEqual(more, []);
    const { message, ...rest } = job;
    assert.equal(message.id, "m1");
    assert.deepEqual(rest, { ...sealed.sms, id: job.id, createdAt: 1000, tries: 0 });
    await other.sms.complete(job.id);
    assert.deepEqual(await store.sms.due(endAt - 1, 10), []);
  });

  behaviour("makes one with a new code, in the place of the one that waits", async (store) => {
    await sealWithSms(store, "m1");
    const old = await jobOf(store, "m1");
    const wrap = {
      oldSalt: Buffer.from("salt"),
      salt: Buffer.from("2"),
      wrappedKey: Buffer.of(2),
      code,
    };
    const second = { sealedContent: Buffer.from("second") };
    assert.equal(await store.manage.rewrap("m1", { ...wrap, sms: second }, 3000), true);
    const job = await jobOf(store, "m1");
    assert.deepEqual([job.sealedContent, job.createdAt], [second.sealedContent, 3000]);
    await store.sms.complete(old.id);
    await store.sms.postpone(old.id, endAt);
    await store.sms.fail(old.id, failure);
    assert.equal(
      (await jobOf(store, "m1")).id,
      job.id,
      "what still holds the old one hits nothing",
    );
    assert.deepEqual(await store.sms.failures(5000, 10), []);
    const third = {
      oldSalt: Buffer.from("2"),
      salt: Buffer.from("3"),
      wrappedKey: Buffer.of(3),
      code,
    };
    assert.equal(await store.manage.rewrap("m1", third, 4000), true);
    assert.deepEqual(await store.sms.due(5000, 10), []);
  });

  behaviour("lets it go with its message: recalled, expired, purged", async (store) => {
    for (const id of ["m1", "m2", "m3"]) await sealWithSms(store, id);
    await store.sms.fail((await jobOf(store, "m3")).id, failure);
    await store.manage.recall("m1", 2000);
    const left = async (nowMs: number) =>
      (await store.sms.due(nowMs, 10)).map(({ message }) => message.id);
    assert.deepEqual(await left(5000), ["m2"]);
    await store.manage.purge("m3");
    assert.deepEqual(await store.sms.failures(5000, 10), []);
    assert.deepEqual(await left(endAt), []);
    await store.sealed.sweep(endAt, 10);
    assert.deepEqual(await left(endAt - 1), []);
  });

  behaviour("gives a job to one of all who ask at the same moment", async (store, place) => {
    await sealWithSms(store, "m1");
    await using other = await place.open();
    const job = await jobOf(store, "m1");
    const times = { nowMs: 5000, againAt: 65_000 };
    const starts = await Promise.all(
      [store, other, store, other].map((each) => each.sms.start(job, limits, times)),
    );
    const kinds = starts.map(({ kind }) => kind);
    assert.deepEqual(kinds.toSorted(), ["counted", "gone", "gone", "gone"]);
    assert.deepEqual(await other.sms.due(64_999, 10), []);
    assert.equal((await jobOf(other, "m1", 65_000)).tries, 1);
  });
}

function limited(behaviour: Behaviour): void {
  behaviour(
    "calls no more often for a message than the limit, for its whole life",
    async (store) => {
      await sealWithSms(store, "m1");
      for (const nowMs of [5000, 6000, 5000 + 20 * dayMs]) {
        assert.equal((await call(store, "m1", nowMs)).kind, "counted");
      }
      const later = await call(store, "m1", 5000 + 25 * dayMs);
      assert.deepEqual(later, { kind: "limited", by: "message" });
    },
  );

  behaviour("counts what a process called that ended before it knew the answer", async (store) => {
    await sealWithSms(store, "m1");
    for (let round = 0; round < 3; round += 1) {
      const nowMs = 5000 + round * 60_000;
      const job = await jobOf(store, "m1", nowMs);
      const start = await store.sms.start(job, limits, { nowMs, againAt: nowMs + 60_000 });
      assert.equal(start.kind, "counted");
    }
    const after = await jobOf(store, "m1", 500_000);
    const times = { nowMs: 500_000, againAt: 560_000 };
    assert.deepEqual(await store.sms.start(after, limits, times), {
      kind: "limited",
      by: "message",
    });
  });

  behaviour("gives back what certainly sent nothing", async (store) => {
    await sealWithSms(store, "m1");
    for (let round = 0; round < 10; round += 1) {
      const job = await jobOf(store, "m1");
      const start = await store.sms.start(job, limits, { nowMs: 5000, againAt: 5001 });
      assert.ok(start.kind === "counted");
      await store.sms.postpone(job.id, 5000, start.call);
    }
  });

  behaviour("limits a sender within the hour, however the address is written", async (store) => {
    const some = { ...limits, perSenderPerHour: 2 };
    for (const [id, sender] of [
      ["m1", "alice@own.example"],
      ["m2", "Alice@OWN.example"],
      ["m3", "ALICE@own.example"],
      ["m4", "bob@own.example"],
    ] as const) {
      await sealWithSms(store, id, { sender });
    }
    assert.equal((await call(store, "m1", 5000, some)).kind, "counted");
    assert.equal((await call(store, "m2", 6000, some)).kind, "counted");
    assert.deepEqual(await call(store, "m3", 7000, some), { kind: "limited", by: "sender" });
    assert.equal((await call(store, "m4", 7000, some)).kind, "counted");
    assert.equal((await call(store, "m3", 5000 + hourMs, some)).kind, "counted");
  });

  behaviour("limits everybody together within the day, purged messages too", async (store) => {
    const some = { ...limits, perDay: 2 };
    for (const id of ["m1", "m2", "m3"])
      await sealWithSms(store, id, { sender: `${id}@own.example` });
    await call(store, "m1", 5000, some);
    await call(store, "m2", 6000, some);
    await store.manage.purge("m1");
    assert.deepEqual(await call(store, "m3", 7000, some), { kind: "limited", by: "day" });
    assert.equal((await call(store, "m3", 5000 + dayMs, some)).kind, "counted");
  });

  behaviour("keeps to a limit when many processes call at once", async (store, place) => {
    const some = { ...limits, perDay: 5 };
    const ids = Array.from({ length: 12 }, (_, index) => `m${index}`);
    for (const id of ids) await sealWithSms(store, id);
    const found = await store.sms.due(5000, 100);
    await using other = await place.open();
    const times = { nowMs: 5000, againAt: 65_000 };
    const starts = await Promise.all(
      found.flatMap((job) => [store, other].map((each) => each.sms.start(job, some, times))),
    );
    assert.equal(starts.filter(({ kind }) => kind === "counted").length, 5);
    assert.equal(starts.filter(({ kind }) => kind === "limited").length, 7);
  });
}

function failed(behaviour: Behaviour): void {
  behaviour("keeps what a sender is to be told until the mail is taken", async (store, place) => {
    await sealWithSms(store, "m1");
    await store.sms.fail((await jobOf(store, "m1")).id, failure);
    assert.deepEqual(await store.sms.due(5000, 10), []);
    await using other = await place.open();
    const [told] = await other.sms.failures(5000, 10);
    assert.ok(told);
    const { message, ...rest } = told;
    assert.equal(message.id, "m1");
    assert.deepEqual(rest, failure);
    await other.sms.completeFailure({ ...told, failedAt: 1999 });
    assert.equal((await store.sms.failures(5000, 10)).length, 1);
    await other.sms.completeFailure(told);
    assert.deepEqual(await store.sms.failures(5000, 10), []);
  });

  behaviour("tells nothing about a code that is valid no more", async (store) => {
    for (const id of ["m1", "m2"]) {
      await sealWithSms(store, id);
      await store.sms.fail((await jobOf(store, id)).id, failure);
    }
    await store.manage.recall("m1", 3000);
    const wrap = {
      oldSalt: Buffer.from("salt"),
      salt: Buffer.from("2"),
      wrappedKey: Buffer.of(2),
      code,
    };
    await store.manage.rewrap("m2", wrap, 3000);
    assert.deepEqual(await store.sms.failures(5000, 10), []);
  });
}
