import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SmtpSubmission } from "../../src/notify/submission.ts";
import { MailSink } from "./mail-sink.ts";

const bytes = Buffer.from("Subject: x\r\nTo: <a@own.example>\r\n\r\n.dot\r\n..\r\nFrom y\r\n\r\n");
const mail = { from: "", to: "erna@own.example", bytes };

async function submitTo(sink: MailSink, change: Partial<typeof mail> = {}) {
  return new SmtpSubmission({ host: "127.0.0.1", port: sink.port }).submit({ ...mail, ...change });
}

describe("submission", () => {
  it("hands over the very bytes, from the null sender, asking for no content in bounces", async () => {
    await using sink = await MailSink.start();
    assert.deepEqual(await submitTo(sink), { kind: "taken" });
    assert.deepEqual(sink.mails, [
      { from: "FROM:<> RET=HDRS", to: ["TO:<erna@own.example>"], bytes },
    ]);
  });

  it("hands over addresses with other letters as UTF-8", async () => {
    await using sink = await MailSink.start();
    assert.deepEqual(await submitTo(sink, { to: "jürgen@own.example" }), { kind: "taken" });
    assert.equal(
      Buffer.from(sink.mails[0]?.to[0] ?? "", "latin1").toString(),
      "TO:<jürgen@own.example>",
    );
  });

  it("tells a refusal of the mail with the server's words", async () => {
    for (const [word, reply] of [
      ["MAIL", "452 4.3.1 no space"],
      ["RCPT", "550 5.1.1 no such user"],
      ["RCPT", "450 4.2.0 try later"],
      ["END", "451 4.3.0 try later"],
    ] as const) {
      await using sink = await MailSink.start();
      sink.replies.set(word, reply);
      const outcome = await submitTo(sink);
      assert.deepEqual(outcome, { kind: "refused", text: reply }, word);
      assert.deepEqual(sink.mails, []);
    }
  });

  it("tells a server that is not there or does not want to talk", async () => {
    const gone = await MailSink.start();
    const port = gone.port;
    await gone[Symbol.asyncDispose]();
    const outcome = await new SmtpSubmission({ host: "127.0.0.1", port }).submit(mail);
    assert.equal(outcome.kind, "unreachable");
    await using sink = await MailSink.start();
    sink.replies.set("EHLO", "421 4.3.2 going down").set("HELO", "421 4.3.2 going down");
    assert.equal((await submitTo(sink)).kind, "unreachable");
  });
});
