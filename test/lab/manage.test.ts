/** What a sender can do with a letter that was sealed: from the code mail's link to its end. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import PostalMime from "postal-mime";
import { Lab } from "./lab.ts";
import { composeLetter, type MarkedLetter } from "./letter.ts";
import { portalUrl } from "./mxseal.ts";
import { openSealed } from "./portal-visit.ts";
import { codeMailsIn, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

const wrongCode = "0000-0000-0000";
const deadlineMs = 30_000;

interface Sealed {
  readonly letter: MarkedLetter;
  /** The recipient's. */
  readonly link: string;
  readonly code: string;
  /** The sender's. */
  readonly page: string;
  readonly id: string;
  readonly codeMail: string;
}

describe("a sealed letter in its sender's hand", () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start({ mxseal: {} });
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  /** Each sender gets one letter, so that no mailbox has two code mails. */
  async function seal(sender: string, recipient: string): Promise<Sealed> {
    const from = `${sender}@company.example`;
    const letter = composeLetter({ from, to: [recipient] });
    await submit(letter);
    const mail = await lab.recipients.mailTo(recipient);
    const codeMail = await waitUntil("the code mail comes", () => textWith(sender, "Your page"), {
      deadlineMs: 60_000,
      explain: () => lab.postfix.log(),
    });
    const [codes] = await codeMailsIn(await lab.postfix.mailbox(sender));
    const page = /https?:\/\/\S+\/s\/[\w-]{43}/.exec(codeMail)?.[0] ?? "";
    const id = /^Message number: (\w{8})/m.exec(codeMail)?.[1] ?? "";
    assert.ok(page.startsWith(`${portalUrl}/s/`) && id !== "", codeMail);
    const code = codes?.codes.get(recipient) ?? "";
    return { letter, link: await linkIn(mail), code, page, id, codeMail };
  }

  /** The text of the mail in that mailbox in which these words stand. */
  async function textWith(person: string, words: string): Promise<string | undefined> {
    for (const mail of await lab.postfix.mailbox(person)) {
      const { text = "" } = await PostalMime.parse(mail);
      if (text.replace(/\s+/g, " ").includes(words)) return text;
    }
    return undefined;
  }

  async function get(url: string): Promise<string> {
    const headers = { "accept-language": "en" };
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(deadlineMs) });
    return await answer.text();
  }

  async function post(url: string, fields: Readonly<Record<string, string>>): Promise<string> {
    const answer = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { "accept-language": "en" },
      signal: AbortSignal.timeout(deadlineMs),
    });
    return await answer.text();
  }

  async function openedBy(sealed: Sealed, code: string): Promise<boolean> {
    const { original } = await openSealed(sealed.link, code);
    return original.subarray(-sealed.letter.data.length).equals(sealed.letter.data);
  }

  it("gets a new code through the code mail's link; the old one opens nothing any more", async () => {
    const sealed = await seal("alice", "x@plain.test");
    assert.match(await get(sealed.page), /Your sealed message/);
    const form = await get(`${sealed.page}/renew`);
    const version = /name="version" value="(\w+)"/.exec(form)?.[1] ?? "";
    const renewed = await post(`${sealed.page}/renew`, { sure: "yes", version });
    const code = /class="secret"><bdi>([^<]+)/.exec(renewed)?.[1] ?? "";
    assert.match(code, /^\w{4}-\w{4}-\w{4}$/);
    await assert.rejects(openedBy(sealed, sealed.code), /did not open/);
    assert.ok(await openedBy(sealed, code));
    assert.match(await get(sealed.page), /first on/);
    const words = /Check words: <strong>(\w+ \w+)</.exec(await get(sealed.link))?.[1] ?? "?";
    assert.ok(sealed.codeMail.includes(words), "the code mail named what the page shows");
    assert.ok(renewed.includes(words));
    const log = `${lab.mxseal.output}${await lab.postfix.log()}`;
    for (const secret of [code, sealed.code, sealed.page.slice(-43), sealed.link.slice(-43)]) {
      assert.ok(!log.includes(secret));
    }
  });

  it("is taken back, and stays so for its reader", async () => {
    const sealed = await seal("bob", "y@expired.test");
    await post(`${sealed.page}/recall`, { sure: "yes" });
    assert.match(await get(sealed.link), /This message was taken back/);
    await assert.rejects(openedBy(sealed, sealed.code), /did not open/);
    const shown: unknown = JSON.parse(
      await lab.mxseal.must("message", "show", sealed.id, "--json"),
    );
    assert.equal((shown as { readonly state: string }).state, "recalled");
  });

  it("is extended, locked, alarmed of and unlocked", async () => {
    const sealed = await seal("carol", "z@self-signed.test");
    const listed = await lab.mxseal.must("message", "list", "--sender", "carol@company.example");
    assert.ok(listed.includes(`${sealed.id}  waiting`));
    await lab.mxseal.must("message", "extend", sealed.id, "--until", "90d");
    assert.match(
      await post(`${sealed.page}/extend`, { days: "365", sure: "yes" }),
      /The end has been changed/,
    );
    for (let number = 0; number < 5; number += 1) await post(sealed.link, { code: wrongCode });
    await assert.rejects(openedBy(sealed, sealed.code), /did not open the link: 429/);
    const alarm = await waitUntil(
      "the sender is alarmed",
      () => textWith("carol", "Wrong codes were entered several times"),
      { deadlineMs: 90_000, explain: () => lab.mxseal.output },
    );
    assert.ok(alarm.includes(sealed.id) && !/https?:/.test(alarm));
    await post(`${sealed.page}/unlock`, { sure: "yes" });
    assert.ok(await openedBy(sealed, sealed.code));
  });

  it("hears that its reader has no code", async () => {
    const sealed = await seal("dave", "v@wrong-name.test");
    await post(`${sealed.link}?view=no-code`, { sure: "yes" });
    await waitUntil("the sender hears of it", () => textWith("dave", "they have no code"), {
      deadlineMs: 60_000,
      explain: () => lab.mxseal.output,
    });
  });
});
