/** From a sealed job to a mail in Postfix's hands, with a real store and real cryptography. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe } from "node:test";
import PostalMime from "postal-mime";
import { MxsealError } from "../../src/base/errors.ts";
import { plainTemplates } from "../../src/mime/template.ts";
import type { ReplyMailerParts } from "../../src/notify/reply-mailer.ts";
import { SmtpSubmission } from "../../src/notify/submission.ts";
import { bodyHashOf, verifyMark } from "../../src/seal/own-mark.ts";
import { MailSink } from "./mail-sink.ts";
import { alice, behaviour, bob } from "./reply-world.ts";

describe("reply mailer", () => {
  behaviour("mails a reply to the sender: from us, by the recipient, in its thread", async (w) => {
    await w.answer();
    assert.equal(await w.mailer().tick(), 1);
    const [mail] = w.submission.mails;
    assert.ok(mail);
    assert.deepEqual([mail.from, mail.to], ["", alice]);
    const parsed = await PostalMime.parse(mail.bytes);
    assert.deepEqual(parsed.from, {
      name: `${bob} via Own Ltd`,
      address: "mxseal@own.example",
    });
    assert.equal(parsed.replyTo?.[0]?.address, bob);
    assert.equal(parsed.to?.[0]?.address, alice);
    assert.equal(parsed.subject, "Re: Befund – Müller");
    assert.equal(parsed.inReplyTo, "<second@own.example>");
    assert.match(parsed.references ?? "", /^<first@own\.example>\s+<second@own\.example>$/);
    assert.ok(parsed.text?.startsWith("Danke, Größe passt.\n\n.\nFrom here €\n\n-- \n"));
    const head = mail.bytes.toString("latin1").split("\r\n\r\n", 1)[0] ?? "";
    assert.match(head, /^X-MXSeal-Reply: m1\r$/m);
    assert.doesNotMatch(head, /^Auto-Submitted:/im);
    assert.equal(await w.waiting(), 0);
    assert.equal(await w.mailer().tick(), 0);
  });

  behaviour("bears a mark that holds for every recipient and this body alone", async (w) => {
    await w.answer();
    await w.mailer().tick();
    const bytes = w.submission.mails[0]?.bytes ?? Buffer.alloc(0);
    const end = bytes.indexOf("\r\n\r\n");
    const value = /^X-MXSeal-Id: (.*)$/m.exec(bytes.toString("latin1", 0, end))?.[1] ?? "";
    const bodyHash = bodyHashOf(bytes.subarray(end + 4));
    const mark = { kind: "reply", id: "m1" };
    for (const recipient of [alice, "forward@far.example"]) {
      assert.deepEqual(
        verifyMark(w.keys.markKey, value, { recipient, fields: [], bodyHash }),
        mark,
      );
    }
    const other = { recipient: alice, fields: [], bodyHash: bodyHashOf(Buffer.from("other")) };
    assert.equal(verifyMark(w.keys.markKey, value, other), undefined);
  });

  behaviour("sends from a configured address, which then gets the bounces", async (w) => {
    await w.answer();
    const settings = { templates: plainTemplates(""), from: "portal@own.example" };
    await w.mailer({ settings }).tick();
    const [mail] = w.submission.mails;
    assert.equal(mail?.from, "portal@own.example");
    assert.match(mail.bytes.toString("latin1"), /^From: .* via mxseal" <portal@own\.example>\r$/m);
  });

  behaviour("starts no thread where the message had no Message-ID", async (w) => {
    await w.answer(1, { references: [], subject: "" });
    await w.mailer().tick();
    const text = w.submission.mails[0]?.bytes.toString("latin1") ?? "";
    assert.doesNotMatch(text, /^(?:In-Reply-To|References):/m);
    assert.match(text, /^Subject: Re:\r$/m);
  });

  behaviour("lets no text become a header, a part or the end of the mail", async (w) => {
    const evil = "x\r\nBcc: eve@evil.test\r\n\r\n.\r\nRSET\0\u0007";
    await w.answer(1, { text: evil, subject: evil });
    await using sink = await MailSink.start();
    const submission = new SmtpSubmission({ host: "127.0.0.1", port: sink.port });
    assert.equal(await w.mailer({ submission }).tick(), 1);
    const [mail, ...more] = sink.mails;
    assert.ok(mail);
    assert.deepEqual(more, []);
    assert.equal(mail.to.length, 1);
    const parsed = await PostalMime.parse(mail.bytes);
    assert.equal(
      parsed.headers.some(({ key }) => key === "bcc"),
      false,
    );
    assert.equal(parsed.subject, "Re: x Bcc: eve@evil.test . RSET");
    assert.ok(parsed.text?.startsWith("x\nBcc: eve@evil.test\n\n.\nRSET\n\n-- \n"));
    assert.ok(mail.bytes.every((byte) => byte < 0x80 && byte !== 0));
  });

  behaviour("waits while Postfix is away and mails everything once it is back", async (w) => {
    await w.answer(1);
    await w.answer(2);
    w.submission.outcome = { kind: "unreachable", text: "ECONNREFUSED" };
    const mailer = w.mailer();
    assert.equal(await mailer.tick(), 0);
    assert.equal(await w.waiting(), 2);
    assert.equal(w.log.at("error").length, 1);
    w.submission.outcome = { kind: "taken" };
    assert.equal(await mailer.tick(), 0);
    w.clock.advance(60_001);
    assert.equal(await mailer.tick(), 2);
    assert.equal(await w.waiting(), 0);
  });

  behaviour("waits when Postfix refuses one, and mails the others meanwhile", async (w) => {
    await w.answer(1);
    const mailer = w.mailer();
    w.submission.outcome = { kind: "refused", text: "452 full" };
    assert.equal(await mailer.tick(), 0);
    w.submission.outcome = { kind: "taken" };
    await w.answer(1, {}, "m2");
    assert.equal(await mailer.tick(), 1);
    assert.match(w.submission.mails[0]?.bytes.toString("latin1") ?? "", /^X-MXSeal-Reply: m2/m);
    w.clock.advance(60_000);
    assert.equal(await mailer.tick(), 1);
    assert.equal(await w.waiting(), 0);
  });

  behaviour("mails to nobody whose servers are foreign or not proven, loudly", async (w) => {
    await w.answer();
    const mailer = w.mailer();
    w.ownClass = "other";
    assert.equal(await mailer.tick(), 0);
    w.ownClass = "own-remote";
    w.clock.advance(60_000);
    assert.equal(await mailer.tick(), 0);
    assert.deepEqual(w.submission.mails, []);
    assert.equal(w.log.at("error").length, 1);
    w.isProven = true;
    w.clock.advance(600_000);
    assert.equal(await mailer.tick(), 1);
  });

  behaviour("keeps what does not open under its key, loudly and without its text", async (w) => {
    await w.answer();
    const keys = { ...w.keys, replyKey: randomBytes(32) };
    assert.equal(await w.mailer({ keys }).tick(), 0);
    assert.equal(await w.waiting(), 1);
    assert.equal(w.log.at("error").length, 1);
    assert.equal(JSON.stringify(w.log).includes("Größe"), false);
  });

  behaviour("mails no second time in a process whose store did not let go at once", async (w) => {
    await w.answer();
    let isFull = true;
    const jobs: ReplyMailerParts["jobs"] = {
      jobs: (limit) => w.store.replies.jobs(limit),
      readFiles: (job) => w.store.replies.readFiles(job),
      complete: (job) =>
        isFull
          ? Promise.reject(new MxsealError("MXSEAL_STORE_UNUSABLE", "full"))
          : w.store.replies.complete(job),
    };
    const mailer = w.mailer({ jobs });
    await assert.rejects(mailer.tick(), /full/);
    await assert.rejects(mailer.tick(), /full/);
    isFull = false;
    assert.equal(await mailer.tick(), 0);
    assert.equal(w.submission.mails.length, 1);
    assert.equal(await w.waiting(), 0);
  });

  behaviour("gives the same reply the same Message-ID, another one another", async (w) => {
    await w.answer(1);
    await w.answer(2);
    const lost: ReplyMailerParts["jobs"] = {
      jobs: (limit) => w.store.replies.jobs(limit),
      readFiles: (job) => w.store.replies.readFiles(job),
      complete: () => Promise.resolve(),
    };
    await w.mailer({ jobs: lost }).tick();
    await w.mailer().tick();
    const ids = w.submission.mails.map(
      ({ bytes }) => /^Message-ID: (.*)\r$/m.exec(bytes.toString("latin1"))?.[1],
    );
    assert.equal(ids.length, 4);
    assert.deepEqual([ids[2], ids[3]], [ids[0], ids[1]]);
    assert.equal(new Set(ids).size, 2);
  });
});
