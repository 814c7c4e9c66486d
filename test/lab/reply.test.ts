/** A sealed letter is opened, answered in the portal, and the answer reaches its sender. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import PostalMime from "postal-mime";
import { runCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { composeLetter, type MarkedLetter } from "./letter.ts";
import { type OpenReading, openReading } from "./portal-reading.ts";
import { codeMailsIn, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

const alice = "alice@company.example";
const recipient = "x@plain.test";

describe("a reply in the portal", () => {
  let lab: Lab;
  let letter: MarkedLetter;
  let reader: OpenReading;
  before(async () => {
    // The default of 10 MB would let a reply with large files wait for good.
    const mainLines = ["message_size_limit = 60000000", "virtual_mailbox_limit = 0"];
    lab = await Lab.start({ mxseal: {}, postfix: { mainLines } });
    letter = composeLetter({ from: alice, to: [recipient] });
    await submit(letter);
    const notification = await lab.recipients.mailTo(recipient);
    const code = await waitUntil("the code mail comes", async () => {
      const mails = await codeMailsIn(await lab.postfix.mailbox("alice"));
      return mails[0]?.codes.get(recipient);
    });
    reader = await openReading(await linkIn(notification), code);
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  async function repliesFound(): Promise<readonly Buffer[]> {
    const mails = await lab.postfix.mailbox("alice");
    return mails.filter((mail) => /^X-MXSeal-Reply: /m.test(mail.toString("latin1")));
  }

  function repliesOnceThere(count: number): Promise<readonly Buffer[]> {
    const found = async (): Promise<readonly Buffer[] | undefined> => {
      const replies = await repliesFound();
      return replies.length >= count ? replies : undefined;
    };
    return waitUntil(`${count} replies arrive`, found, {
      deadlineMs: 60_000,
      explain: async () =>
        `${lab.mxseal.output.slice(-3000)}${(await lab.postfix.log()).slice(-3000)}`,
    });
  }

  function mailedReplies(): number {
    return lab.mxseal.records.filter(({ msg }) => msg === "reply mailed to the sender").length;
  }

  it("arrives in the sender's mailbox, from us, for the recipient, in its thread", async () => {
    assert.equal(await reader.reply("Danke für den Brief.\r\nBis Montag!", 1), 303);
    const [mail, ...more] = await repliesOnceThere(1);
    assert.ok(mail);
    assert.deepEqual(more, []);
    const parsed = await PostalMime.parse(mail);
    assert.deepEqual(parsed.from, {
      name: `${recipient} via Company Ltd`,
      address: "mxseal@company.example",
    });
    assert.equal(parsed.replyTo?.[0]?.address, recipient);
    assert.equal(parsed.to?.[0]?.address, alice);
    assert.equal(parsed.subject, `Re: ${letter.secrets[0]}`);
    const id = /^Message-ID: (.*)\r$/m.exec(letter.data.toString("latin1"))?.[1];
    assert.equal(parsed.inReplyTo, id);
    assert.equal(parsed.references, id);
    assert.match(parsed.text ?? "", /^Danke für den Brief\.\nBis Montag!\n\n-- \n/);
    assert.match(await reader.page(), /You replied on /);
    assert.equal(lab.mxseal.output.includes("Danke für den Brief"), false);
  });

  it("waits while Postfix is away, also over the sudden end of mxseal", async () => {
    const mailedBefore = mailedReplies();
    await runCommand(["postfix", "stop"]);
    assert.equal(await reader.reply("Die zweite", 2), 303);
    await waitUntil("mxseal notes that the reply waits", () =>
      lab.mxseal.output.includes("replies wait"),
    );
    await lab.mxseal.killAll();
    await lab.mxseal.start();
    assert.equal(mailedReplies(), mailedBefore);
    await runCommand(["postfix", "start"]);
    const replies = await repliesOnceThere(2);
    assert.equal(replies.length, 2);
    assert.ok(replies.some((mail) => mail.includes("Die zweite")));
  });

  it("brings its files byte for byte, under harmless names", async () => {
    const large = randomBytes(12 * 1024 * 1024);
    const small = Buffer.from("Klein\r\n.\r\n..\r\nFrom da\r\n");
    const files = [
      new File([large], "../Röntgen\u202egnp.exe"),
      new File([small], 'con".txt'),
      new File([], "leer.bin"),
    ];
    assert.equal(await reader.replyWith("Mit Anlagen", 3, files), 303);
    const withFiles = (await repliesOnceThere(3)).find((mail) => mail.includes("Mit Anlagen"));
    assert.ok(withFiles);
    const { attachments } = await PostalMime.parse(withFiles);
    const received = attachments.map(({ content }) => Buffer.from(content as ArrayBuffer));
    assert.equal(received.length, 3);
    assert.ok(received[0]?.equals(large) && received[1]?.equals(small));
    assert.equal(received[2]?.length, 0);
    for (const { filename } of attachments) assert.match(filename ?? "", /^[^/\\\u202e"]+$/u);
    assert.equal(lab.mxseal.output.includes("Mit Anlagen"), false);
  });

  it("left nothing of itself with any server outside", () => {
    for (const server of lab.recipients.servers) {
      assert.equal(server.heard.includes("Die zweite"), false, server.host);
      assert.equal(server.heard.includes("Bis Montag"), false, server.host);
    }
  });
});
