/**
 * Messages of every shape go through the real Postfix to a server that is not proven. What the
 * portal gives back is compared with what entered the hold port, whole, byte by byte: a tap stands
 * there between mxseal-hold and the smtpd with the milter. What Postfix itself changed before
 * (missing fields, bare line feeds, lines without end) is its own business.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { runCommand } from "./command.ts";
import {
  internationalShape,
  type ShapedMessage,
  sealedShapes,
  unsealedShapes,
} from "./hundred-messages.ts";
import { HoldPortTap } from "./hundred-messages-tap.ts";
import { Lab } from "./lab.ts";
import { openSealed } from "./portal-visit.ts";
import { codeMailsIn, isNotification, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

const movedPort = 20_043;

function sealedTo(index: number): string {
  return `sealed${index}@plain.test`;
}

const foreignTo = "international@plain.test";

function unsealedTo(index: number): string {
  return `unsealed${index}@plain.test`;
}

describe("messages of every shape", () => {
  let lab: Lab;
  let tap: HoldPortTap;
  const codes = new Map<string, string>();

  before(async () => {
    lab = await Lab.start({ mxseal: {} });
    tap = new HoldPortTap(movedPort);
    await moveHoldPort();
    await tap.listen(10_043);
    for (const [index, message] of sealedShapes.entries()) await send(message, sealedTo(index));
    for (const [index, message] of unsealedShapes.entries()) await send(message, unsealedTo(index));
    await send(internationalShape, foreignTo);
    await waitUntil("the queue is empty", async () => (await lab.postfix.queue()).length === 0, {
      deadlineMs: 240_000,
      explain: async () => JSON.stringify(await lab.postfix.queue()),
    });
    await waitUntil("every code has come", collectCodes, {
      deadlineMs: 60_000,
      explain: () => `${codes.size} codes`,
    });
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
    await tap[Symbol.asyncDispose]();
  });

  async function send(message: ShapedMessage, recipient: string): Promise<void> {
    const { reply, recipientReplies } = await submit({ ...message, to: [recipient] });
    assert.match(reply ?? recipientReplies.join(), /^250 /, message.shape);
  }

  async function collectCodes(): Promise<boolean> {
    for (const mail of await codeMailsIn(await lab.postfix.mailbox("alice"))) {
      for (const [recipient, code] of mail.codes) codes.set(recipient, code);
    }
    return codes.size > sealedShapes.length;
  }

  it("are a hundred and more", () => {
    assert.ok(sealedShapes.length >= 100, String(sealedShapes.length));
  });

  for (const [index, { shape, gainsEmptyLine }] of sealedShapes.entries()) {
    it(`come back from the portal as they entered sealing: ${shape}`, async () => {
      const recipient = sealedTo(index);
      const entered = tap.mailsTo(recipient).at(-1);
      assert.ok(entered);
      const [notification, ...more] = lab.recipients.server("plain.test").mailTo(recipient);
      assert.ok(notification !== undefined && isNotification(notification));
      assert.equal(more.length, 0);
      const visit = await openSealed(await linkIn(notification), codes.get(recipient) ?? "");
      const end = gainsEmptyLine ? "\r\n" : "";
      assert.equal(visit.original.toString("latin1"), entered.data.toString("latin1") + end);
      assert.ok(visit.page.includes("/eml"), visit.page);
    });
  }

  for (const [index, { shape, way }] of unsealedShapes.entries()) {
    it(`are not sealed without somebody who can tell the code, or not whole: ${shape}`, async () => {
      const recipient = unsealedTo(index);
      const mails = lab.recipients.server("plain.test").mailTo(recipient);
      const status = way === "report" ? "status=sent" : "dsn=5.7.10";
      await lab.postfix.logged("mxseal-hold", `to=<${recipient}>`, status);
      assert.equal(mails.length, way === "report" ? 1 : 0);
      assert.ok(mails.every((mail) => /^X-MXSeal-Id: report:/m.test(mail.data.toString("latin1"))));
      assert.ok(!codes.has(recipient));
    });
  }

  it("are counted alike by Postfix, by mxseal and by who got them", async () => {
    const count = sealedShapes.length;
    const handed = await lab.postfix.logLines("mxseal-hold/smtp", "to=<sealed", "status=sent");
    assert.equal(handed.length, count);
    const delivered = await lab.postfix.logLines("mxseal-notify/smtp", "to=<sealed", "status=sent");
    assert.equal(delivered.length, count);
    const sealed = lab.mxseal.records.filter(({ text, recipient }) => {
      return String(text).startsWith("sealed, ") && String(recipient).startsWith("sealed");
    });
    assert.equal(sealed.length, count);
    assert.equal(codes.size, count + 1);
    assert.ok(codes.has(foreignTo));
  });

  it("are returned sealed and unseen where the server lacks the SMTPUTF8 that they ask for", async () => {
    await lab.postfix.logged("mxseal-notify/smtp", `to=<${foreignTo}>`, "dsn=5.6.7");
    assert.equal(lab.recipients.server("plain.test").mailTo(foreignTo).length, 0);
  });

  it("show no word of those that are not sealed", () => {
    assert.ok(!lab.recipients.server("plain.test").heard.includes("SECRET"));
  });
});

/** The smtpd with the milter listens elsewhere, for the tap to take its place. */
async function moveHoldPort(): Promise<void> {
  const file = "/etc/postfix/master.cf";
  const services = await readFile(file, "utf8");
  await writeFile(file, services.replace(/^127\.0\.0\.1:10043 /m, `127.0.0.1:${movedPort} `));
  await runCommand(["postfix", "reload"]);
  await waitUntil("the hold port is free", async () => {
    const table = await runCommand(["ss", "-Hltn"]);
    return table.includes(`:${movedPort} `) && !table.includes(":10043 ");
  });
}
