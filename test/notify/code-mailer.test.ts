import assert from "node:assert/strict";
import { describe, it } from "node:test";
import PostalMime from "postal-mime";
import { MxsealError } from "../../src/base/errors.ts";
import { plainTemplates } from "../../src/mime/template.ts";
import { CodeMailer, type CodeMailerParts } from "../../src/notify/code-mailer.ts";
import type { OwnMail, Submission, SubmitOutcome } from "../../src/notify/submission.ts";
import { SmtpSubmission } from "../../src/notify/submission.ts";
import { drawCode } from "../../src/seal/code.ts";
import { prepareCode } from "../../src/seal/message-key.ts";
import { bodyHashOf, verifyMark } from "../../src/seal/own-mark.ts";
import { HoldWorld, linkIn, sealTo } from "../gate/hold-world.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";
import { MailSink } from "./mail-sink.ts";

const delayMs = 20_000;
const everything = { quietSince: Number.MAX_SAFE_INTEGER, overdueSince: Number.MAX_SAFE_INTEGER };

/** Keeps what it is given; answers what it is told. */
class FakeSubmission implements Submission {
  readonly mails: OwnMail[] = [];
  outcome: SubmitOutcome = { kind: "taken" };
  outcomeFor: (mail: OwnMail) => SubmitOutcome = () => this.outcome;

  submit(mail: OwnMail): Promise<SubmitOutcome> {
    const outcome = this.outcomeFor(mail);
    if (outcome.kind === "taken") this.mails.push(mail);
    return Promise.resolve(outcome);
  }
}

function mailerOf(
  world: HoldWorld,
  submission: Submission,
  change: Partial<CodeMailerParts> = {},
): CodeMailer {
  return new CodeMailer({
    jobs: world.store.codeJobs,
    keys: world.keys,
    domains: {
      classOf: (domain) => world.classes.get(domain) ?? "other",
      isProven: (domain) => world.decider.securePolicy(domain) !== undefined,
    },
    submission,
    clock: world.clock,
    log: world.log,
    settings: { delayMs, templates: plainTemplates("Own"), timeZone: "Europe/Berlin" },
    ...change,
  });
}

async function sealFor(world: HoldWorld, ...recipients: readonly string[]): Promise<void> {
  for (const address of recipients) {
    world.decider.decisions.set(address, sampleDecisions.seal);
    await world.send({
      message: { recipients: [{ address, notify: undefined, orcpt: undefined }] },
    });
  }
}

describe("code mailer", () => {
  it("mails the codes of all recipients of a message in one mail, after the delay", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const mailer = mailerOf(world, submission);
    await sealFor(world, "erna@plain.example", "otto@plain.example");
    const codes = (await world.jobs()).map(({ code }) => code);
    world.clock.advance(delayMs - 1);
    assert.equal(await mailer.tick(), 0);
    world.clock.advance(2);
    assert.equal(await mailer.tick(), 1);
    const [mail] = submission.mails;
    assert.equal(mail?.to, "juergen@own.example");
    assert.equal(mail.from, "");
    const parsed = await PostalMime.parse(mail.bytes);
    for (const code of codes) assert.ok(parsed.text?.includes(code));
    assert.equal(parsed.inReplyTo, "<original@own.example>");
    assert.equal(await world.store.codeJobs.count(), 0);
    assert.equal(await mailer.tick(), 0);
  });

  it("waits until the last code of a slow sealing has come, within a minute of the first", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const mailer = mailerOf(world, submission);
    for (let number = 0; number < 5; number += 1) {
      await sealFor(world, `r${number}@plain.example`);
      world.clock.advance(delayMs - 1);
      assert.equal(await mailer.tick(), number === 3 ? 1 : 0);
    }
    // Those of the first minute came together, the fifth by itself.
    world.clock.advance(2);
    assert.equal(await mailer.tick(), 1);
    const texts = submission.mails.map(({ bytes }) => bytes.toString("latin1"));
    const named = texts.map((text) => new Set(text.match(/\br\d(?=@plain\.example)/g)).size);
    assert.deepEqual(named, [4, 1]);
  });

  it("mails the codes of very many recipients in one mail", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const recipients = Array.from({ length: 210 }, (_, number) => `r${number}@plain.example`);
    // One code for all: deriving two hundred would take a minute.
    const code = await prepareCode(drawCode(), world.keys.pepper);
    const port = world.port({ codes: { next: () => Promise.resolve(code) } });
    for (const address of recipients) {
      world.decider.decisions.set(address, sampleDecisions.seal);
      const to = [{ address, notify: undefined, orcpt: undefined }];
      await world.send({ message: { recipients: to } }, port);
    }
    world.clock.advance(delayMs + 1);
    assert.equal(await mailerOf(world, submission).tick(), 1);
    const { text = "" } = await PostalMime.parse(submission.mails[0]?.bytes ?? "");
    for (const recipient of recipients) assert.ok(text.includes(recipient), recipient);
    assert.equal(await world.store.codeJobs.count(), 0);
  });

  it("mails no link, nothing of the message, and bears the mark of a code mail", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const link = await linkIn(await world.send());
    world.clock.advance(delayMs + 1);
    await mailerOf(world, submission).tick();
    const bytes = submission.mails[0]?.bytes ?? Buffer.alloc(0);
    const text = bytes.toString("latin1");
    assert.ok(!text.includes("SECRET") && !text.includes(link.split("/").at(-1) ?? "?"));
    const body = bytes.subarray(bytes.indexOf("\r\n\r\n") + 4);
    const value = /^X-MXSeal-Id: (.*)\r$/m.exec(text)?.[1] ?? "";
    const mail = { recipient: "juergen@own.example", fields: [], bodyHash: bodyHashOf(body) };
    assert.equal(verifyMark(world.keys.markKey, value, mail)?.kind, "code");
  });

  it("keeps a code mail that comes to the hold port from leaving, loudly", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    await sealFor(world, sealTo);
    world.clock.advance(delayMs + 1);
    await mailerOf(world, submission).tick();
    const bytes = submission.mails[0]?.bytes ?? Buffer.alloc(0);
    const end = bytes.indexOf("\r\n\r\n");
    const fields = bytes
      .toString("latin1", 0, end)
      .split(/\r\n(?![ \t])/)
      .map((line) => ({
        name: line.slice(0, line.indexOf(":")),
        value: line.slice(line.indexOf(":") + 1).replaceAll("\r\n", "\n"),
      }));
    const recipients = [{ address: "juergen@own.example", notify: undefined, orcpt: undefined }];
    const outcome = await world.send({
      message: { sender: "", fields, recipients },
      body: bytes.subarray(end + 4),
    });
    assert.deepEqual(outcome, { kind: "wait", why: "own-code-mail" });
    assert.equal(world.log.at("error").length, 1);
  });

  it("keeps codes that Postfix refuses and tries later and later, without stopping others", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const mailer = mailerOf(world, submission);
    await sealFor(world, "erna@plain.example");
    await world.send({ message: { sender: "otto@own.example" }, body: Buffer.from("other\r\n") });
    submission.outcomeFor = (mail) =>
      mail.to.startsWith("otto") ? submission.outcome : { kind: "refused", text: "550 no mailbox" };
    world.clock.advance(delayMs + 1);
    assert.equal(await mailer.tick(), 1);
    assert.equal(await world.store.codeJobs.count(), 1);
    const [line] = world.log.at("error");
    assert.match(line?.text ?? "", /550 no mailbox/);
    assert.match(String(line?.fields["advice"]), /postfix\.submission/);
    submission.outcomeFor = () => submission.outcome;
    world.clock.advance(29_000);
    assert.equal(await mailer.tick(), 0);
    world.clock.advance(1_000);
    assert.equal(await mailer.tick(), 1);
    assert.equal(await world.store.codeJobs.count(), 0);
  });

  it("opens codes for a mail that may be tried now, and for no other", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    await sealFor(world, "erna@plain.example");
    const { markKey, jobKey } = world.keys;
    let openings = 0;
    const keys = {
      markKey,
      get jobKey() {
        openings += 1;
        return jobKey;
      },
    };
    const mailer = mailerOf(world, submission, { keys });
    submission.outcome = { kind: "refused", text: "450 later" };
    world.clock.advance(delayMs + 1);
    const seen: number[] = [];
    for (const passedMs of [0, 2_000, 27_999, 1]) {
      world.clock.advance(passedMs);
      await mailer.tick();
      seen.push(openings);
    }
    assert.deepEqual(seen, [1, 1, 1, 2]);
  });

  it("stops trying others while Postfix cannot be reached, and loses nothing", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    const mailer = mailerOf(world, submission);
    await sealFor(world, "erna@plain.example");
    await world.send({ message: { sender: "otto@own.example" }, body: Buffer.from("other\r\n") });
    let tries = 0;
    submission.outcomeFor = () => {
      tries += 1;
      return { kind: "unreachable", text: "ECONNREFUSED" };
    };
    world.clock.advance(delayMs + 1);
    await mailer.tick();
    await mailer.tick();
    assert.equal(tries, 1);
    submission.outcomeFor = () => submission.outcome;
    world.clock.advance(60_000);
    assert.equal(await mailer.tick(), 2);
    assert.equal(await world.store.codeJobs.count(), 0);
  });

  it("does not mail again what Postfix has, when only the store failed to note it", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    await sealFor(world, sealTo);
    const store = world.store.codeJobs;
    let broken = true;
    const jobs = {
      ripe: store.ripe.bind(store),
      count: store.count.bind(store),
      complete: (ids: readonly number[]): Promise<void> =>
        broken
          ? Promise.reject(new MxsealError("MXSEAL_STORE_UNUSABLE", "the disk is full"))
          : store.complete(ids),
    };
    const mailer = mailerOf(world, submission, { jobs });
    world.clock.advance(delayMs + 1);
    await assert.rejects(mailer.tick(), /the disk is full/);
    await assert.rejects(mailer.tick(), /the disk is full/);
    broken = false;
    assert.equal(await mailer.tick(), 0);
    assert.equal(submission.mails.length, 1);
    assert.equal(await store.count(), 0);
  });

  it("gives a mail that must be repeated after a crash the same Message-ID", async () => {
    await using world = await HoldWorld.create();
    await sealFor(world, "erna@plain.example", "otto@plain.example");
    world.clock.advance(delayMs + 1);
    const store = world.store.codeJobs;
    const jobs = {
      ripe: store.ripe.bind(store),
      count: store.count.bind(store),
      complete: () => Promise.resolve(),
    };
    const ids: (string | undefined)[] = [];
    for (let life = 0; life < 2; life += 1) {
      const submission = new FakeSubmission();
      await mailerOf(world, submission, { jobs }).tick();
      ids.push((await PostalMime.parse(submission.mails[0]?.bytes ?? "")).messageId);
    }
    assert.match(ids[0] ?? "", /^<mxseal\.[0-9a-f]{32}@own\.example>$/);
    assert.equal(ids[1], ids[0]);
  });

  it("mails only to senders that are ours, and proven, at that moment", async () => {
    for (const [domainClass, proven, sent] of [
      ["local", false, 1],
      ["own-remote", true, 1],
      ["own-remote", false, 0],
      ["other", true, 0],
      ["routed", true, 0],
    ] as const) {
      await using world = await HoldWorld.create();
      const submission = new FakeSubmission();
      await sealFor(world, sealTo);
      world.classes.set("own.example", domainClass);
      if (proven) world.decider.policies.set("own.example", "secure");
      world.clock.advance(delayMs + 1);
      assert.equal(await mailerOf(world, submission).tick(), sent, domainClass);
      assert.equal(await world.store.codeJobs.count(), 1 - sent);
      assert.equal(world.log.at("error").length, 1 - sent);
    }
  });

  it("never mails a code to where its link went", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    await sealFor(world, "Juergen@own.example", "erna@plain.example");
    world.clock.advance(delayMs + 1);
    assert.equal(await mailerOf(world, submission).tick(), 1);
    const parsed = await PostalMime.parse(submission.mails[0]?.bytes ?? "");
    assert.ok(parsed.text?.includes("erna@plain.example"));
    assert.ok(parsed.text?.includes("Juergen@own.example") === false);
    const mailed = world.log.lines.find(({ text }) => text === "codes mailed to the sender");
    const [left] = await world.store.codeJobs.ripe(everything, 10);
    assert.ok(left !== undefined && Array.isArray(mailed?.fields["messages"]));
    assert.equal(mailed.fields["messages"].length, 1);
    assert.ok(!mailed.fields["messages"].includes(left.messageId));
    assert.equal(await world.store.codeJobs.count(), 1);
  });

  it("says which code does not open, and mails the others", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    await sealFor(world, sealTo);
    world.keys.jobKey.fill(1);
    await world.send({ message: { sender: "otto@own.example" }, body: Buffer.from("other\r\n") });
    world.clock.advance(delayMs + 1);
    assert.equal(await mailerOf(world, submission).tick(), 1);
    assert.equal(submission.mails[0]?.to, "otto@own.example");
    assert.match(world.log.at("error")[0]?.text ?? "", /does not open/);
    assert.equal(await world.store.codeJobs.count(), 1);
  });

  it("sends from the configured address, which then gets the bounces", async () => {
    await using world = await HoldWorld.create();
    await using sink = await MailSink.start();
    await sealFor(world, sealTo);
    world.clock.advance(delayMs + 1);
    const submission = new SmtpSubmission({ host: "127.0.0.1", port: sink.port });
    const settings = { delayMs, templates: plainTemplates(""), from: "codes@own.example" };
    assert.equal(await mailerOf(world, submission, { settings }).tick(), 1);
    assert.equal(sink.mails[0]?.from, "FROM:<codes@own.example> RET=HDRS");
    const parsed = await PostalMime.parse(sink.mails[0]?.bytes ?? "");
    assert.equal(parsed.from?.address, "codes@own.example");
  });

  it("writes neither codes nor links into the log", async () => {
    await using world = await HoldWorld.create();
    const submission = new FakeSubmission();
    await sealFor(world, sealTo);
    const code = (await world.jobs())[0]?.code ?? "?";
    submission.outcome = { kind: "refused", text: "450 later" };
    const mailer = mailerOf(world, submission);
    world.clock.advance(delayMs + 1);
    await mailer.tick();
    submission.outcome = { kind: "taken" };
    world.clock.advance(60_000);
    await mailer.tick();
    assert.equal(submission.mails.length, 1);
    assert.ok(!JSON.stringify(world.log.lines).includes(code));
  });

  it("runs until it is stopped", async () => {
    await using world = await HoldWorld.create();
    const stop = new AbortController();
    const submission = new FakeSubmission();
    await sealFor(world, sealTo);
    world.clock.advance(delayMs + 1);
    submission.outcomeFor = () => {
      stop.abort();
      return submission.outcome;
    };
    await mailerOf(world, submission).run(stop.signal);
    assert.equal(submission.mails.length, 1);
    assert.equal(await world.store.codeJobs.count(), 0);
  });
});
