/** mxseal killed or hanging, at rest and in the middle of sealing: nothing leaves, nothing is lost. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, beforeEach, describe, it } from "node:test";
import { runCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { composeLetter, type MarkedLetter } from "./letter.ts";
import { openSealed } from "./portal-visit.ts";
import { codeMailsIn, isNotification, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

describe("mxseal away", () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start({ mxseal: {} });
    // Known verdicts, so that each test begins at rest.
    const known = ["warm@valid.test", "warm@plain.test", "warm@self-signed.test"];
    await submit(composeLetter({ from: "erin@company.example", to: known }));
    await queueEmpties();
  });
  beforeEach(async () => {
    if (lab.mxseal.service.ended) await lab.mxseal.start();
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  async function queueEmpties(): Promise<void> {
    await waitUntil("the queue is empty", async () => (await lab.postfix.queue()).length === 0, {
      deadlineMs: 90_000,
      explain: async () =>
        `${JSON.stringify(await lab.postfix.queue())}\n${await lab.postfix.log()}`,
    });
  }

  async function send(letter: MarkedLetter): Promise<void> {
    const { reply, recipientReplies } = await submit(letter);
    assert.match(reply ?? recipientReplies.join(), /^250 /);
  }

  /** A stranger writes to bob: taken and delivered. */
  async function inboundWorks(mark: string): Promise<void> {
    const from = `${mark}@valid.test`;
    const letter = composeLetter({ from, to: ["bob@company.example"] });
    await send(letter);
    await waitUntil("bob has his mail", async () => {
      const box = await lab.postfix.mailbox("bob");
      return box.some((mail) => mail.includes(letter.secrets[0] ?? ""));
    });
  }

  /** Each recipient: one notification, one code that opens it, the original as it was sent. */
  async function assertSealedOnce(letter: MarkedLetter): Promise<void> {
    const person = letter.from.split("@")[0] ?? "";
    const codes = await waitUntil("all codes come", async () => {
      const mails = await codeMailsIn(await lab.postfix.mailbox(person));
      const found = new Map(mails.flatMap((mail) => [...mail.codes]));
      return letter.to.every((recipient) => found.has(recipient)) && found;
    });
    for (const recipient of letter.to) {
      const server = lab.recipients.server(recipient.slice(recipient.indexOf("@") + 1));
      const [mail, ...more] = server.mailTo(recipient);
      assert.equal(more.length, 0, `${recipient} got more than one mail`);
      assert.ok(mail !== undefined && isNotification(mail), recipient);
      for (const secret of letter.secrets) assert.ok(!server.heard.includes(secret));
      const { original } = await openSealed(await linkIn(mail), codes.get(recipient) ?? "");
      assert.ok(original.subarray(-letter.data.length).equals(letter.data), recipient);
    }
    await assertOneCodeEach(person, letter);
  }

  async function assertOneCodeEach(person: string, letter: MarkedLetter): Promise<void> {
    const mails = await codeMailsIn(await lab.postfix.mailbox(person));
    for (const recipient of letter.to) {
      const codes = new Set(mails.flatMap((mail) => mail.codes.get(recipient) ?? []));
      assert.equal(codes.size, 1, `codes for ${recipient}`);
    }
  }

  function sealedCount(): number {
    const database = new DatabaseSync(join(lab.mxseal.storeDirectory, "mxseal.db"), {
      readOnly: true,
    });
    try {
      const row = database.prepare("select count(*) as count from sealed_message").get();
      return Number(row?.["count"]);
    } finally {
      database.close();
    }
  }

  it("killed: mail comes in, mail to others waits and leaves after the restart", async () => {
    await lab.mxseal.killAll();
    await inboundWorks("killed");
    const letter = composeLetter({ to: ["killed@valid.test", "killed@plain.test"] });
    await send(letter);
    await lab.postfix.deferred("killed@valid.test", 60_000);
    assert.equal(lab.recipients.server("valid.test").mailTo("killed@valid.test").length, 0);
    await lab.mxseal.start();
    const mail = await lab.recipients.mailTo("killed@valid.test");
    assert.ok(mail.data.subarray(-letter.data.length).equals(letter.data));
    assert.match(mail.tls ?? "in clear", /^TLS/);
    await queueEmpties();
    const notice = await lab.recipients.mailTo("killed@plain.test");
    assert.ok(isNotification(notice));
  });

  it("its lookups stopped: noticed, started again, and mail goes on by itself", async () => {
    const [stopped] = await lab.mxseal.processes("lookup");
    assert.ok(stopped !== undefined);
    process.kill(stopped, "SIGSTOP");
    await send(composeLetter({ to: ["hang@valid.test"] }));
    await inboundWorks("hang");
    await lab.recipients.mailTo("hang@valid.test");
    assert.ok(!(await lab.mxseal.processes("lookup")).includes(stopped));
    await queueEmpties();
  });

  it("all of it stopped: mail comes in, and leaves after the restart", async () => {
    await lab.mxseal.signalAll("SIGSTOP");
    // smtpd gives the policy service ten seconds, twice, at RCPT and at DATA, and goes on.
    await inboundWorks("stopped");
    const letter = composeLetter({ to: ["stopped@valid.test", "stopped@plain.test"] });
    await runCommand(["sendmail", "-f", letter.from, ...letter.to], { input: letter.data });
    await lab.postfix.logged(`from=<${letter.from}>`, "nrcpt=2 (queue active)");
    await lab.mxseal.killAll();
    assert.equal(lab.recipients.server("valid.test").mailTo("stopped@valid.test").length, 0);
    await lab.mxseal.start();
    await lab.recipients.mailTo("stopped@valid.test");
    assert.ok(isNotification(await lab.recipients.mailTo("stopped@plain.test")));
    await queueEmpties();
  });

  it("killed after Postfix has accepted and before it seals: sealed once after the restart", async () => {
    for (const pid of await lab.mxseal.processes("milter")) process.kill(pid, "SIGSTOP");
    const letter = composeLetter({ from: "dave@company.example", to: ["between@plain.test"] });
    await send(letter);
    await lab.postfix.logged("mxseal-seal/smtpd", "connect from");
    await lab.mxseal.killAll();
    await lab.mxseal.start();
    await queueEmpties();
    await assertSealedOnce(letter);
  });

  it("killed while it seals: every recipient gets one notification after the restart", async () => {
    const to = Array.from({ length: 12 }, (_, index) => `during${index}@plain.test`);
    const letter = composeLetter({ to, attachmentBytes: 2_000_000 });
    const sealedBefore = sealedCount();
    await send(letter);
    await waitUntil("the first of them is committed", () => sealedCount() > sealedBefore);
    await lab.mxseal.killAll();
    assert.ok(sealedCount() < sealedBefore + to.length);
    await lab.mxseal.start();
    await queueEmpties();
    assert.equal(sealedCount(), sealedBefore + to.length);
    await assertSealedOnce(letter);
  });
});
