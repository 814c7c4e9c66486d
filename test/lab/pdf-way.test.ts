/**
 * What a rule says of sealing, through a real Postfix: the PDF way from the letter to the opened
 * file, and the mails about a message in the portal.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import Sqlite from "better-sqlite3";
import PostalMime from "postal-mime";
import { openPdf } from "../support/pdf-tools.ts";
import { Lab } from "./lab.ts";
import { composeLetter, type MarkedLetter } from "./letter.ts";
import { openSealed } from "./portal-visit.ts";
import { codeMailsIn, isNotification, linkIn } from "./sealed-mail.ts";
import type { ReceivedMail } from "./smtp-dialogue.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

const mebibyte = 1024 * 1024;

describe("a rule that says how to seal", () => {
  let lab: Lab;
  before(async () => {
    const mainLines = [`message_size_limit = ${60 * mebibyte}`, "virtual_mailbox_limit = 0"];
    lab = await Lab.start({ postfix: { mainLines }, mxseal: {} });
    await lab.mxseal.must("rule", "add", "plain.test", "seal", "--way", "pdf");
    const times = ["--expires-after", "2h", "--remind", "1h"];
    await lab.mxseal.must("rule", "add", "expired.test", "seal", ...times, "--read-notice");
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  async function send(letter: MarkedLetter): Promise<void> {
    const { reply, recipientReplies } = await submit(letter);
    assert.match(reply ?? recipientReplies.join(), /^250 /);
  }

  function codeFor(person: string, recipient: string): Promise<string> {
    return waitUntil(`a code for ${recipient} comes`, async () => {
      const mails = await codeMailsIn(await lab.postfix.mailbox(person));
      return mails.flatMap((mail) => mail.codes.get(recipient) ?? [])[0];
    });
  }

  async function pdfIn(mail: ReceivedMail): Promise<Buffer> {
    const [attached, ...more] = (await PostalMime.parse(mail.data)).attachments;
    assert.ok(attached?.content instanceof ArrayBuffer && more.length === 0);
    return Buffer.from(attached.content);
  }

  it("brings the letter as a PDF that the mailed code opens, byte for byte", async () => {
    const letter = composeLetter({ from: "alice@company.example", to: ["pat@plain.test"] });
    await send(letter);
    const mail = await lab.recipients.mailTo("pat@plain.test");
    assert.ok(isNotification(mail));
    const server = lab.recipients.server("plain.test");
    for (const secret of letter.secrets) assert.ok(!server.heard.includes(secret));
    const pdf = await pdfIn(mail);
    assert.equal(await openPdf(pdf), undefined);
    const code = await codeFor("alice", "pat@plain.test");
    const opened = await openPdf(pdf, code);
    assert.match(opened?.encryption ?? "", /^R = 6$/m);
    const original = opened?.files.get("original.eml");
    assert.ok(original?.subarray(-letter.data.length).equals(letter.data));
    assert.ok(letter.secrets.slice(0, 2).every((secret) => opened?.text.includes(secret)));
    const { text = "" } = await PostalMime.parse(mail.data);
    assert.doesNotMatch(text, /https?:/);
    for (const process of await lab.mxseal.processes("milter")) {
      assert.ok(!(await readFile(`/proc/${process}/cmdline`, "utf8")).includes(code));
    }
    assert.ok(!lab.mxseal.output.includes(code));
    const left = (await readdir("/dev/shm")).filter((name) => name.startsWith("mxseal-"));
    assert.deepEqual(left, []);
  });

  it("brings 14 MiB, and takes the portal for what is too large", async () => {
    for (const [person, attachmentBytes, isPdf] of [
      ["bob", 10 * mebibyte, true],
      ["carol", 16 * mebibyte, false],
    ] as const) {
      const to = `${person}@plain.test`;
      const letter = composeLetter({ from: "bob@company.example", to: [to], attachmentBytes });
      await send(letter);
      const mail = await lab.recipients.mailTo(to, 120_000);
      const code = await codeFor("bob", to);
      const original = isPdf
        ? (await openPdf(await pdfIn(mail), code))?.files.get("original.eml")
        : (await openSealed(await linkIn(mail), code)).original;
      assert.ok(original?.subarray(-letter.data.length).equals(letter.data), to);
    }
  });

  it("tells the sender that a message was opened, and reminds who has not", async () => {
    const to = ["erna@expired.test", "otto@expired.test"];
    const letter = composeLetter({ from: "alice@company.example", to });
    await send(letter);
    const mail = await lab.recipients.mailTo("erna@expired.test");
    await openSealed(await linkIn(mail), await codeFor("alice", "erna@expired.test"));
    const notice = await waitUntil("the read notice comes", async () => {
      const box = await lab.postfix.mailbox("alice");
      return box.find((one) => one.includes("X-MXSeal-Id: told:"));
    });
    const told = await PostalMime.parse(notice);
    assert.match(told.text ?? "", /opened for the first time/);
    assert.match(told.text ?? "", /erna@expired\.test/);
    await lab.recipients.mailTo("otto@expired.test");
    makeRemindersDue(join(lab.mxseal.storeDirectory, "mxseal.db"));
    const server = lab.recipients.server("expired.test");
    const reminder = await waitUntil(
      "the reminder comes",
      () => server.mailTo("otto@expired.test")[1],
    );
    const { text = "", replyTo } = await PostalMime.parse(reminder.data);
    assert.match(text, /has not been opened yet/);
    assert.doesNotMatch(text, /https?:/);
    assert.equal(replyTo?.[0]?.address, "alice@company.example");
    assert.equal(server.mailTo("erna@expired.test").length, 1);
  });
});

/** An hour passes for reminders alone. */
function makeRemindersDue(path: string): void {
  const sqlite = new Sqlite(path);
  sqlite.pragma("busy_timeout = 10000");
  sqlite.exec("update notice_job set due_at = 0, before_ms = 86400000 where kind = 'reminder'");
  sqlite.close();
}
