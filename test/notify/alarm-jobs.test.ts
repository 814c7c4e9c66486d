/** From a wrong code to the sender's mailbox, without the network. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import PostalMime from "postal-mime";
import { plainTemplates } from "../../src/mime/template.ts";
import { AlarmJobs, type AlarmNotice } from "../../src/notify/alarm-jobs.ts";
import { NoticeMailer } from "../../src/notify/notice-mailer.ts";
import type { OwnMail, SubmitOutcome } from "../../src/notify/submission.ts";
import type { Store } from "../../src/store/store.ts";
import { HoldWorld, linkIn } from "../gate/hold-world.ts";

const limits = {
  perMessage: 20,
  lockMs: 86_400_000,
  perCode: 100,
  perNetwork: 5,
  networkWindowMs: 600_000,
  networkPauseMs: 1_800_000,
  perNetworkHour: 30,
  alarmAfter: 3,
};

interface Mailing {
  readonly mails: OwnMail[];
  readonly mailer: NoticeMailer<AlarmNotice>;
  outcome: SubmitOutcome;
}

function mailingOf(world: HoldWorld): Mailing {
  const mails: OwnMail[] = [];
  const mailing = { mails, outcome: { kind: "taken" } as SubmitOutcome };
  const mailer = new NoticeMailer({
    jobs: new AlarmJobs(world.store.alarms, world.clock),
    keys: world.keys,
    domains: {
      classOf: (domain) => world.classes.get(domain) ?? "other",
      isProven: () => false,
    },
    submission: {
      submit: (mail) => {
        if (mailing.outcome.kind === "taken") mails.push(mail);
        return Promise.resolve(mailing.outcome);
      },
    },
    clock: world.clock,
    log: world.log,
    settings: { templates: plainTemplates("Own"), timeZone: "Europe/Berlin" },
  });
  return Object.assign(mailing, { mailer });
}

async function guess(store: Store, lookupId: string, times: number, nowMs: number): Promise<void> {
  for (let number = 0; number < times; number += 1) {
    await store.sealed.countAttempt(lookupId, `n${number}`, nowMs, limits);
  }
}

async function sealed(
  world: HoldWorld,
): Promise<{ readonly id: string; readonly lookupId: string }> {
  await linkIn(await world.send());
  const [message] = await world.store.manage.list({}, world.clock.now(), { limit: 1 });
  assert.ok(message);
  return message;
}

describe("alarms to the sender", () => {
  it("tell of three wrong codes and of a lock, an hour apart, without any secret", async () => {
    await using world = await HoldWorld.create();
    const mailing = mailingOf(world);
    const { lookupId, id } = await sealed(world);
    const [job] = await world.jobs();
    await guess(world.store, lookupId, 3, world.clock.now());
    assert.equal(await mailing.mailer.tick(), 0);
    world.clock.advance(30_000);
    assert.equal(await mailing.mailer.tick(), 1);
    assert.equal(await mailing.mailer.tick(), 0);
    await guess(world.store, lookupId, 17, world.clock.now());
    world.clock.advance(3_599_999);
    assert.equal(await mailing.mailer.tick(), 0);
    world.clock.advance(1);
    assert.equal(await mailing.mailer.tick(), 1);
    const [wrong, locked] = await Promise.all(
      mailing.mails.map((mail) => PostalMime.parse(mail.bytes)),
    );
    assert.match(
      wrong?.subject ?? "",
      /^Falsche Codes: Ihre Nachricht an erna@plain\.example \/ Wrong/,
    );
    assert.match(wrong?.text ?? "", /They did not open it/);
    assert.match(locked?.subject ?? "", /^Gesperrt: .* Locked: /);
    assert.match(locked?.text ?? "", /Until 24 November 2026 at 01:00 CET even the right code/);
    assert.notEqual(wrong?.messageId, locked?.messageId);
    for (const mail of mailing.mails) {
      assert.equal(mail.to, "juergen@own.example");
      const bytes = mail.bytes.toString("latin1");
      assert.ok(bytes.includes(id) && !/https?:/.test(bytes));
      assert.ok(job !== undefined && !bytes.includes(job.code));
    }
  });

  it("say that only a new code helps when that is so", async () => {
    await using world = await HoldWorld.create();
    const mailing = mailingOf(world);
    const { lookupId } = await sealed(world);
    const few = { ...limits, perCode: 4 };
    for (let number = 0; number < 4; number += 1) {
      await world.store.sealed.countAttempt(lookupId, `n${number}`, world.clock.now(), few);
    }
    world.clock.advance(30_000);
    assert.equal(await mailing.mailer.tick(), 1);
    const { text } = await PostalMime.parse(mailing.mails[0]?.bytes ?? "");
    assert.match(text ?? "", /the message needs a new one/);
  });

  it("tell at once that the reader has no code, each time in a mail of its own", async () => {
    await using world = await HoldWorld.create();
    const mailing = mailingOf(world);
    const { lookupId } = await sealed(world);
    for (const expected of ["noted", "noted", "enough"]) {
      const now = world.clock.now();
      assert.equal(await world.store.manage.askForCode(lookupId, now), expected);
      await mailing.mailer.tick();
      world.clock.advance(1000);
    }
    const mails = await Promise.all(mailing.mails.map((mail) => PostalMime.parse(mail.bytes)));
    assert.equal(mails.length, 2);
    assert.match(mails[0]?.text ?? "", /says\s+that they have no code/);
    assert.equal(new Set(mails.map(({ messageId }) => messageId)).size, 2);
  });

  it("wait while Postfix does not take them, and go when it does", async () => {
    await using world = await HoldWorld.create();
    const mailing = mailingOf(world);
    const { lookupId } = await sealed(world);
    await world.store.manage.askForCode(lookupId, world.clock.now());
    mailing.outcome = { kind: "refused", text: "450 later" };
    assert.equal(await mailing.mailer.tick(), 0);
    mailing.outcome = { kind: "taken" };
    world.clock.advance(60_000);
    assert.equal(await mailing.mailer.tick(), 1);
  });
});
