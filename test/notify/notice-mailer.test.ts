import assert from "node:assert/strict";
import { describe, it } from "node:test";
import PostalMime from "postal-mime";
import type { HeaderField } from "../../src/mime/header.ts";
import { plainTemplates } from "../../src/mime/template.ts";
import { NoticeMailer } from "../../src/notify/notice-mailer.ts";
import type { OwnMail, Submission, SubmitOutcome } from "../../src/notify/submission.ts";
import { type SealOptions, usualSealOptions } from "../../src/rules/seal-options.ts";
import { lookupIdOf, parseLinkToken } from "../../src/seal/link-token.ts";
import type { NoticeJob } from "../../src/store/notice-job-store.ts";
import type { Store } from "../../src/store/store.ts";
import { HoldWorld, linkIn, sealTo } from "../gate/hold-world.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";

const dayMs = 86_400_000;

class FakeSubmission implements Submission {
  readonly mails: OwnMail[] = [];
  outcome: SubmitOutcome = { kind: "taken" };
  tried = 0;

  submit(mail: OwnMail): Promise<SubmitOutcome> {
    this.tried += 1;
    if (this.outcome.kind === "taken") this.mails.push(mail);
    return Promise.resolve(this.outcome);
  }
}

function mailerOf(
  world: HoldWorld,
  submission: Submission,
  jobs: Store["noticeJobs"] = world.store.noticeJobs,
): NoticeMailer {
  return new NoticeMailer<NoticeJob>({
    jobs,
    keys: world.keys,
    domains: {
      classOf: (domain) => world.classes.get(domain) ?? "other",
      isProven: () => false,
    },
    submission,
    clock: world.clock,
    log: world.log,
    settings: { templates: plainTemplates("Own"), timeZone: "Europe/Berlin" },
  });
}

/** Seals for one recipient by a rule that says so; answers the link. */
async function sealWith(world: HoldWorld, change: Partial<SealOptions>): Promise<string> {
  const { seal } = sampleDecisions;
  assert.equal(seal.kind, "seal");
  const options = { ...usualSealOptions, ...change };
  world.decider.decisions.set(sealTo, { ...seal, options });
  return linkIn(await world.send());
}

/** As the portal does after the right code. */
async function open(world: HoldWorld, link: string): Promise<void> {
  const token = parseLinkToken(link.slice(link.lastIndexOf("/") + 1));
  assert.ok(token);
  const lookupId = lookupIdOf(token);
  const { salt } = (await world.store.sealed.findByLookupId(lookupId)) ?? { salt: token };
  await world.store.sealed.resetAttempts(lookupId, world.clock.now(), "n1", salt);
}

function partsOf(bytes: Buffer): {
  readonly fields: readonly HeaderField[];
  readonly body: Buffer;
} {
  const end = bytes.indexOf("\r\n\r\n");
  const lines = bytes
    .toString("latin1", 0, end)
    .replaceAll(/\r\n(?=[ \t])/g, "\n")
    .split("\r\n");
  const fields = lines.map((line) => {
    const colon = line.indexOf(":");
    return { name: line.slice(0, colon), value: line.slice(colon + 1) };
  });
  return { fields, body: bytes.subarray(end + 4) };
}

describe("a read notice", () => {
  it("tells the sender once that the message was opened, and holds no link and no code", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const mailer = mailerOf(world, submission);
    const link = await sealWith(world, { readNotice: true });
    assert.equal(await mailer.tick(), 0);
    world.clock.advance(3_600_000);
    await open(world, link);
    assert.equal(await mailer.tick(), 1);
    await open(world, link);
    assert.equal(await mailer.tick(), 0);
    const [mail, ...more] = submission.mails;
    assert.ok(mail !== undefined && more.length === 0);
    assert.deepEqual([mail.from, mail.to], ["", "juergen@own.example"]);
    const parsed = await PostalMime.parse(mail.bytes);
    assert.match(parsed.text ?? "", /zum ersten Mal geöffnet[^]*opened for the first time/);
    assert.match(parsed.text ?? "", /erna@plain\.example/);
    const code = (await world.jobs())[0]?.code ?? "?";
    for (const secret of ["http", code, link.split("/").at(-1) ?? "?", "SECRET"]) {
      assert.ok(!`${parsed.text}${parsed.html}${parsed.subject}`.includes(secret), secret);
    }
    const submitted = parsed.headers.find(({ key }) => key === "auto-submitted")?.value;
    assert.equal(submitted, "auto-generated", "no mail but an opening brought it about");
  });

  it("is not sent to a sender who is none of ours any more", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const link = await sealWith(world, { readNotice: true });
    await open(world, link);
    world.classes.clear();
    assert.equal(await mailerOf(world, submission).tick(), 0);
    assert.equal(submission.tried, 0);
    assert.equal(world.log.at("error").length, 1);
  });
});

describe("a reminder", () => {
  it("comes to the recipient in its time, once, and says where the link is", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const mailer = mailerOf(world, submission);
    const link = await sealWith(world, { reminderBeforeMs: 3 * dayMs });
    const id = (await world.jobs())[0]?.id ?? "?";
    world.clock.advance(27 * dayMs - 1);
    assert.equal(await mailer.tick(), 0);
    world.clock.advance(1);
    assert.equal(await mailer.tick(), 1);
    world.clock.advance(dayMs);
    assert.equal(await mailer.tick(), 0);
    const [mail] = submission.mails;
    assert.ok(mail);
    assert.equal(mail.to, sealTo);
    const parsed = await PostalMime.parse(mail.bytes);
    const text = (parsed.text ?? "").replaceAll(/\s+/g, " ");
    assert.ok(text.includes(`The link to it is in our e-mail of`), text);
    assert.ok(text.includes(`with the number ${id}`));
    assert.deepEqual(parsed.replyTo?.[0]?.address, "juergen@own.example");
    assert.equal(parsed.from?.address, "mxseal@own.example");
    assert.ok(!text.includes("http") && !text.includes(link.split("/").at(-1) ?? "?"));
  });

  it("never comes about what was opened", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const link = await sealWith(world, { reminderBeforeMs: 3 * dayMs });
    await open(world, link);
    world.clock.advance(28 * dayMs);
    assert.equal(await mailerOf(world, submission).tick(), 0);
  });

  it("passes the hold port as it is, to its recipient only", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    await sealWith(world, { reminderBeforeMs: 3 * dayMs });
    world.clock.advance(28 * dayMs);
    await mailerOf(world, submission).tick();
    const { fields, body } = partsOf(submission.mails[0]?.bytes ?? Buffer.alloc(0));
    const message = { sender: "", fields };
    const outcome = await world.send({ message, body });
    assert.ok(outcome.kind === "notify" && outcome.body === undefined);
    assert.equal(await world.store.sealed.count(), 1);
    const other = { address: "otto@plain.example", notify: undefined, orcpt: undefined };
    world.decider.decisions.set(other.address, sampleDecisions.seal);
    const strayed = await world.send({ message: { ...message, recipients: [other] }, body });
    assert.deepEqual(strayed, { kind: "refuse", why: { kind: "null-sender" } });
    const changed = await world.send({ message, body: Buffer.concat([body, Buffer.from("x")]) });
    assert.equal(changed.kind, "refuse");
  });
});

describe("a mail about a message that Postfix does not take", () => {
  for (const kind of ["refused", "unreachable"] as const) {
    it(`is tried again later, not at once (${kind})`, async () => {
      await using world = await HoldWorld.create();
      const submission = new FakeSubmission();
      const mailer = mailerOf(world, submission);
      await open(world, await sealWith(world, { readNotice: true }));
      submission.outcome = { kind, text: "451 later" };
      assert.equal(await mailer.tick(), 0);
      assert.equal(await mailer.tick(), 0);
      assert.equal(submission.tried, 1);
      assert.equal(world.log.at("error").length, 1);
      submission.outcome = { kind: "taken" };
      world.clock.advance(60_000);
      assert.equal(await mailer.tick(), 1);
    });
  }

  it("is not sent twice when only the store did not let it go", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const { noticeJobs } = world.store;
    let faults = 1;
    const stubborn: Store["noticeJobs"] = {
      due: (nowMs, limit) => noticeJobs.due(nowMs, limit),
      complete: (job) =>
        faults-- > 0 ? Promise.reject(new Error("lost")) : noticeJobs.complete(job),
    };
    const mailer = mailerOf(world, submission, stubborn);
    await open(world, await sealWith(world, { readNotice: true }));
    await assert.rejects(mailer.tick(), /lost/);
    assert.equal(await mailer.tick(), 0);
    assert.equal(submission.mails.length, 1);
    assert.deepEqual(await noticeJobs.due(world.clock.now(), 10), []);
  });

  it("has the same Message-ID when it is sent twice", async () => {
    await using world = await HoldWorld.create();
    await open(world, await sealWith(world, { readNotice: true }));
    const ids = new Set<string | undefined>();
    for (const submission of [new FakeSubmission(), new FakeSubmission()]) {
      const forgetful = {
        due: world.store.noticeJobs.due.bind(world.store.noticeJobs),
        complete: async () => undefined,
      };
      await mailerOf(world, submission, forgetful).tick();
      ids.add((await PostalMime.parse(submission.mails[0]?.bytes ?? "")).messageId);
    }
    assert.equal(ids.size, 1);
  });
});
