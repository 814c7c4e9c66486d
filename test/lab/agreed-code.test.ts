/** A code that stays the same for a recipient, and one that must not be mailed, through Postfix. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import PostalMime from "postal-mime";
import { Lab } from "./lab.ts";
import { composeLetter } from "./letter.ts";
import { openSealed } from "./portal-visit.ts";
import { codeMailsIn, isNotification, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

const recipient = "x@plain.test";
const sender = "alice@company.example";

describe("a code that stays the same for a recipient", () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start({ mxseal: {} });
    await lab.mxseal.must("rule", "add", recipient, "seal", "--remember-code");
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  function server() {
    return lab.recipients.server("plain.test");
  }

  async function textWith(person: string, words: RegExp): Promise<string> {
    const find = async () => {
      for (const mail of await lab.postfix.mailbox(person)) {
        const { text = "" } = await PostalMime.parse(mail);
        if (words.test(text.replace(/\s+/g, " "))) return text;
      }
      return undefined;
    };
    const explain = async () => `${await lab.postfix.log()}${lab.mxseal.output}`;
    return await waitUntil(`mail to ${person}`, find, { deadlineMs: 90_000, explain });
  }

  it("opens every later letter, whoever of the house wrote it; mailed to its reader it comes back", async () => {
    const first = composeLetter({ from: sender, to: [recipient] });
    await submit(first);
    await lab.recipients.mailTo(recipient);
    await textWith("alice", /later messages from your organisation/);
    const [mail] = await codeMailsIn(await lab.postfix.mailbox("alice"));
    const code = mail?.codes.get(recipient) ?? "";
    assert.match(code, /^\w{4}-\w{4}-\w{4}$/);

    const second = composeLetter({ from: "bob@company.example", to: [recipient] });
    await submit(second);
    const told = await textWith("bob", /the agreed one, made on/);
    assert.ok(told.includes(sender) && !told.includes(code));
    const notices = server().mailTo(recipient);
    assert.equal(notices.length, 2);
    assert.ok(notices.every(isNotification));
    for (const [letter, notice] of [
      [first, notices[0]],
      [second, notices[1]],
    ] as const) {
      assert.ok(notice);
      const { original } = await openSealed(await linkIn(notice), code);
      assert.ok(original.subarray(-letter.data.length).equals(letter.data));
    }

    const lines = [
      `From: <${sender}>`,
      `To: ${recipient}`,
      "Subject: Der Code",
      "",
      `Der Code ist ${code}`,
      "",
    ];
    await submit({ from: sender, to: [recipient], data: Buffer.from(lines.join("\r\n")) });
    const bounce = await textWith("alice", /holds the code of the sealed message/);
    assert.match(bounce, /5\.7\.10/);
    assert.equal(server().mailTo(recipient).length, 2, "and nothing of it went out");
    assert.ok(!`${await lab.postfix.log()}${lab.mxseal.output}`.includes(code));

    assert.match(await lab.mxseal.must("code", "list"), /x@plain\.test +company\.example +drawn/);
    await lab.mxseal.must("code", "forget", "1");
    await submit(composeLetter({ from: "carol@company.example", to: [recipient] }));
    await textWith("carol", /later messages from your organisation/);
    const [own] = await codeMailsIn(await lab.postfix.mailbox("carol"));
    assert.notEqual(own?.codes.get(recipient), code);
  });
});
