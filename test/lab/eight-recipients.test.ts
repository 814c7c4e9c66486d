/** One message to eight recipients: each takes its way, nothing leaks, everything arrives once. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { composeLetter, type MarkedLetter } from "./letter.ts";
import { openSealed } from "./portal-visit.ts";
import { type CodeMail, codeMailsIn, isNotification, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

const sealedDomains = ["self-signed", "expired", "wrong-name", "plain", "old-tls"];
const sealed = sealedDomains.map((name) => `x@${name}.test`);
const all = ["x@valid.test", ...sealed, "x@allowed.test", "x@rejected.test"];

describe("one message to eight recipients", () => {
  let lab: Lab;
  let letter: MarkedLetter;
  let codeMails: readonly CodeMail[];
  before(async () => {
    // On a busy machine two of the eight may be sealed more than a second apart.
    const config = { seal: { code_mail_delay_seconds: 5 } };
    lab = await Lab.start({ mxseal: { config } });
    const reason = ["--reason", "their contract says so"];
    await lab.mxseal.must("rule", "add", "allowed.test", "allow", ...reason);
    await lab.mxseal.must("rule", "add", "rejected.test", "reject");
    letter = composeLetter({ to: all });
    const { recipientReplies, reply } = await submit(letter);
    assert.ok(recipientReplies.every((text) => text.startsWith("250 ")));
    assert.match(reply ?? "", /^250 /);
    await waitUntil("the queue is empty", async () => (await lab.postfix.queue()).length === 0, {
      deadlineMs: 60_000,
      explain: async () => JSON.stringify(await lab.postfix.queue()),
    });
    codeMails = await waitUntil("the code mail comes", () => findCodeMails("alice"));
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  async function findCodeMails(person: string): Promise<readonly CodeMail[] | undefined> {
    const mails = await codeMailsIn(await lab.postfix.mailbox(person));
    return mails.length > 0 ? mails : undefined;
  }

  function codeFor(recipient: string): string {
    const codes = codeMails.flatMap((mail) => mail.codes.get(recipient) ?? []);
    assert.equal(codes.length, 1, `codes for ${recipient}`);
    return codes[0] ?? "";
  }

  it("sends the original to the proven one, byte for byte, over verified TLS", async () => {
    const [mail, ...more] = lab.recipients.server("valid.test").received;
    assert.equal(more.length, 0);
    assert.match(mail?.tls ?? "in clear", /^TLSv1\.[23]$/);
    assert.ok(mail?.data.subarray(-letter.data.length).equals(letter.data));
    await lab.postfix.logged("mxseal-secure/smtp", "Verified TLS", "mx.valid.test[");
  });

  it("sends the original to the allowed one, byte for byte", () => {
    const [mail, ...more] = lab.recipients.server("allowed.test").received;
    assert.equal(more.length, 0);
    assert.ok(mail?.data.subarray(-letter.data.length).equals(letter.data));
  });

  it("sends nothing to the rejected one and returns the mail with 5.7.10", async () => {
    assert.equal(lab.recipients.server("rejected.test").received.length, 0);
    await lab.postfix.logged("to=<x@rejected.test>", "dsn=5.7.10", "status=bounced");
    const box = await lab.postfix.mailbox("alice");
    const reports = box.filter((mail) => mail.includes("Status: 5.7.10"));
    assert.equal(reports.length, 1);
    assert.ok(reports[0]?.includes("x@rejected.test"));
    assert.ok(!reports[0]?.includes("Final-Recipient: rfc822; x@plain.test"));
  });

  it("shows no byte of the message to servers that are not proven", () => {
    const trusted = ["mx.valid.test", "mx.allowed.test"];
    for (const server of lab.recipients.servers) {
      if (trusted.includes(server.host)) continue;
      const { heard } = server;
      const lines = letter.data.toString("latin1").split("\r\n");
      for (const piece of [...letter.secrets, ...lines.filter((line) => line.length > 60)]) {
        assert.ok(!heard.includes(piece, 0, "latin1"), `${server.host} heard ${piece}`);
      }
    }
  });

  it("gives each sealed recipient one link and one code of its own", async () => {
    const links = new Set<string>();
    const codes = new Set<string>();
    for (const recipient of sealed) {
      const mails = lab.recipients.server(recipient.slice(2)).received;
      assert.equal(mails.length, 1, recipient);
      const [mail] = mails;
      assert.ok(mail !== undefined && isNotification(mail));
      links.add(await linkIn(mail));
      codes.add(codeFor(recipient));
    }
    assert.equal(links.size, sealed.length);
    assert.equal(codes.size, sealed.length);
  });

  it("sends the sender one code mail for all of them", () => {
    assert.deepEqual(
      codeMails.map((mail) => [...mail.codes.keys()].sort((a, b) => (a < b ? -1 : 1))),
      [[...sealed].sort((a, b) => (a < b ? -1 : 1))],
    );
  });

  it("shows the original, byte for byte, to who has link and code", async () => {
    for (const recipient of sealed) {
      const [mail] = lab.recipients.server(recipient.slice(2)).received;
      assert.ok(mail !== undefined);
      const { original } = await openSealed(await linkIn(mail), codeFor(recipient));
      assert.ok(original.subarray(-letter.data.length).equals(letter.data), recipient);
    }
  });

  it("opens nothing with the code of another recipient", async () => {
    const [mail] = lab.recipients.server("plain.test").received;
    assert.ok(mail !== undefined);
    const link = await linkIn(mail);
    await assert.rejects(openSealed(link, codeFor("x@expired.test")), /did not open/);
  });

  it("names each recipient's way in its log, and no code, link or text", async () => {
    const log = `${lab.mxseal.output}${await lab.postfix.log()}`;
    const ways = lab.mxseal.records.flatMap((record) =>
      record["text"] === "route" ? [`${String(record["recipient"])} ${String(record["way"])}`] : [],
    );
    for (const recipient of sealed) assert.ok(ways.includes(`${recipient} mxseal-hold`));
    assert.ok(ways.includes("x@valid.test mxseal-secure"));
    assert.ok(ways.includes("x@allowed.test mxseal-clear"));
    for (const recipient of sealed) {
      const [mail] = lab.recipients.server(recipient.slice(2)).received;
      assert.ok(mail !== undefined);
      const token = (await linkIn(mail)).split("/").at(-1) ?? "";
      assert.ok(!log.includes(token));
      assert.ok(!log.includes(codeFor(recipient)));
    }
    for (const secret of letter.secrets) assert.ok(!lab.mxseal.output.includes(secret));
  });

  it("passes a notification on as it is when postsuper puts it back into the queue", async () => {
    const server = lab.recipients.server("expired.test");
    const { manner } = server;
    server.manner = { ...manner, greeting: "busy" };
    const second = composeLetter({ from: "carol@company.example", to: ["y@expired.test"] });
    await submit(second);
    const waiting = await lab.postfix.deferred("y@expired.test", 30_000);
    const [code] = await waitUntil("carol's code comes", () => findCodeMails("carol"));
    await runCommand(["postsuper", "-r", waiting.queue_id]);
    // Now, and not when pickup looks by itself, once a minute. A pickup that is just ending
    // breaks the pipe; the next one is asked again.
    const kick = ["sh", "-c", "postkick public pickup W || :"];
    const passed = ["mxseal-hold", "to=<y@expired.test>", "status=sent"];
    await waitUntil(
      "the notification has come through the milter again",
      async () => {
        await runCommand(kick);
        return (await lab.postfix.logLines(...passed)).length === 2;
      },
      { deadlineMs: 30_000, explain: () => lab.postfix.log() },
    );
    server.manner = manner;
    await runCommand(["postqueue", "-f"]);
    const mail = await lab.recipients.mailTo("y@expired.test");
    const { original } = await openSealed(
      await linkIn(mail),
      code?.codes.get("y@expired.test") ?? "",
    );
    assert.ok(original.subarray(-second.data.length).equals(second.data));
    await waitUntil("the queue is empty", async () => (await lab.postfix.queue()).length === 0);
    assert.equal(server.mailTo("y@expired.test").length, 1);
    assert.equal((await findCodeMails("carol"))?.length, 1);
    const sealings = lab.mxseal.records.filter(
      (record) =>
        record["recipient"] === "y@expired.test" && String(record["text"]).startsWith("sealed"),
    );
    assert.equal(sealings.length, 1);
  });
});
