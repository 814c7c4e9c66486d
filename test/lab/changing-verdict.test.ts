/** Verdicts that change while mail waits in Postfix's queue. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runCommand, tryCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { composeLetter } from "./letter.ts";
import { openSealed } from "./portal-visit.ts";
import { codeMailsIn, isNotification, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

// Each test has domains of its own and most of its time is spent waiting for qmgr.
describe("a verdict that changes while mail waits", { concurrency: true }, () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start({ mxseal: {} });
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  it("keeps mail from a good domain whose certificate was swapped, and seals it after the next probe", async () => {
    const server = lab.recipients.server("valid.test");
    await submit(composeLetter({ from: "bob@company.example", to: ["first@valid.test"] }));
    await lab.recipients.mailTo("first@valid.test");
    const { manner } = server;
    server.manner = { ...manner, greeting: "busy" };
    const letter = composeLetter({ to: ["x@valid.test"] });
    const { queueId = "" } = await submit(letter);
    await lab.postfix.deferred("x@valid.test");

    lab.recipients.changeCertificate("valid.test", "self-signed");
    server.manner = manner;
    await runCommand(["postqueue", "-i", queueId]);
    await lab.postfix.logged(queueId, "mxseal-secure", "Server certificate not verified");
    assert.equal(server.mailTo("x@valid.test").length, 0);

    await lab.mxseal.refresh("valid.test");
    const mail = await lab.recipients.mailTo("x@valid.test", 90_000);
    assert.ok(isNotification(mail));
    for (const secret of letter.secrets) assert.ok(!server.heard.includes(secret));
    const codeMail = await waitUntil("the code comes", async () => {
      return (await codeMailsIn(await lab.postfix.mailbox("alice")))[0];
    });
    const code = codeMail.codes.get("x@valid.test") ?? "";
    const { original } = await openSealed(await linkIn(mail), code);
    assert.ok(original.subarray(-letter.data.length).equals(letter.data));
  });

  it("releases mail within a minute when the domain turns proven, with at most three flushes", async () => {
    const server = lab.recipients.server("busy.test");
    const letter = composeLetter({ from: "carol@company.example", to: ["x@busy.test"] });
    const { queueId = "" } = await submit(letter);
    await lab.postfix.deferred("x@busy.test");
    assert.equal(server.received.length, 0);

    server.manner = { startTls: true };
    await waitUntil("the domain is proven", async () => {
      await lab.mxseal.refresh("busy.test");
      return (await lab.mxseal.must("verdict", "show", "busy.test", "--json")).includes('"proven"');
    });
    const provenAt = Date.now();
    const mail = await lab.recipients.mailTo("x@busy.test");
    assert.ok(Date.now() - provenAt < 60_000);
    assert.ok(mail.data.subarray(-letter.data.length).equals(letter.data));
    assert.match(mail.tls ?? "in clear", /^TLS/);
    // One activation is qmgr's own first attempt; each flush that reaches the file is another.
    const activations = await lab.postfix.logLines(`${queueId}: `, "(queue active)");
    assert.ok(activations.length <= 1 + 3, activations.join("\n"));
  });

  it("seals mail within a minute when an unknown domain turns out to fail", async () => {
    const server = lab.recipients.server("silent.test");
    server.manner = { startTls: true, greeting: "busy" };
    const letter = composeLetter({ from: "dave@company.example", to: ["x@silent.test"] });
    await submit(letter);
    await lab.postfix.deferred("x@silent.test");
    server.manner = { startTls: false };
    await lab.mxseal.refresh("silent.test");
    const mail = await lab.recipients.mailTo("x@silent.test");
    assert.ok(isNotification(mail));
    for (const secret of letter.secrets) assert.ok(!server.heard.includes(secret));
  });

  it("stops allowed mail within a second of the rule's removal", async () => {
    const server = lab.recipients.server("allowed.test");
    const reason = ["--reason", "a trial"];
    const added = await lab.mxseal.must(
      "rule",
      "add",
      "allowed.test",
      "allow",
      ...reason,
      "--json",
    );
    const { id } = JSON.parse(added) as { readonly id: number };
    const send = (mark: string): ReturnType<typeof submit> =>
      submit({
        from: "erin@company.example",
        to: ["x@allowed.test"],
        data: Buffer.from(`Subject: ${mark}\r\n\r\n${mark}\r\n`),
      });
    await send("while-allowed-1");
    await lab.recipients.mailTo("x@allowed.test");
    await lab.mxseal.must("rule", "remove", String(id));
    // qmgr still has the old way in mind: only the gate map at delivery stops this one.
    const question = ["postmap", "-q", "allowed.test", "socketmap:inet:127.0.0.1:10041:clear"];
    const closed = async (): Promise<boolean> => (await tryCommand(question)).code !== 0;
    await waitUntil("the gate is closed", closed, { deadlineMs: 1_000 });
    await send("after-removal-2");
    await waitUntil("the mail waits or is sealed", async () => {
      const waiting = (await lab.postfix.queue()).some((one) =>
        one.recipients.some(
          ({ address, delay_reason }) => address === "x@allowed.test" && delay_reason !== undefined,
        ),
      );
      return waiting || server.received.length > 1;
    });
    assert.equal(server.heard.includes("after-removal-2"), false);
  });
});
