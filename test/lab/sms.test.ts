/** Codes by SMS through a real Postfix: to a gateway that takes them, and to one that does not. */
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import PostalMime from "postal-mime";
import { Lab } from "./lab.ts";
import { composeLetter, type MarkedLetter } from "./letter.ts";
import { openSealed } from "./portal-visit.ts";
import { codeMailsIn, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { sandboxOf } from "./unit-sandbox.ts";
import { waitUntil } from "./wait-until.ts";

const gateway = "/run/sms-gateway";
const taken = "/run/sms-taken";
const goodNumber = "+491701234567";
/** The gateway knows nobody by it. */
const badNumber = "+491701234999";

interface TakenSms {
  readonly to: string;
  readonly text: string;
  readonly message: string;
}

describe("a code by SMS", () => {
  let lab: Lab;
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "mxseal-sms-"));
    await mkdir(taken, { recursive: true });
    await chmod(taken, 0o777);
    const script = [
      "#!/bin/sh",
      "json=$(cat)",
      `case $json in *${badNumber}*) echo unknown >&2; exit 1 ;; esac`,
      `printf '%s' "$json" > ${taken}/$$`,
    ];
    await writeFile(gateway, `${script.join("\n")}\n`);
    await chmod(gateway, 0o755);
    // As the unit lets it: a hook that its sandbox stopped would be none.
    const wrapper = await sandboxOf("mxseal.service", directory);
    const config = { sms: { hook: gateway, countries: ["+49"] } };
    lab = await Lab.start({ mxseal: { config, wrapper } });
    for (const [address, number] of [
      ["x@plain.test", goodNumber],
      ["y@expired.test", badNumber],
    ] as const) {
      await lab.mxseal.must("rule", "add", address, "seal", "--sms", number);
    }
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  async function seal(person: string, to: string) {
    const letter = composeLetter({ from: `${person}@company.example`, to: [to] });
    await submit(letter);
    const link = await linkIn(await lab.recipients.mailTo(to));
    const code = await waitUntil(`a code for ${to} comes`, async () => {
      const mails = await codeMailsIn(await lab.postfix.mailbox(person));
      return mails.flatMap((mail) => mail.codes.get(to) ?? [])[0];
    });
    return { letter, link, code };
  }

  async function arrived(to: string): Promise<readonly TakenSms[]> {
    const files = await readdir(taken);
    const texts = await Promise.all(files.map((file) => readFile(join(taken, file), "utf8")));
    return texts.map((text) => JSON.parse(text) as TakenSms).filter((sms) => sms.to === to);
  }

  /** The text of the mail in that mailbox in which these words stand. */
  function textWith(person: string, words: string): Promise<string> {
    const look = async (): Promise<string | undefined> => {
      for (const mail of await lab.postfix.mailbox(person)) {
        const { text = "" } = await PostalMime.parse(mail);
        if (text.replace(/\s+/g, " ").includes(words)) return text.replace(/\s+/g, " ");
      }
      return undefined;
    };
    return waitUntil(`a mail says: ${words}`, look, {
      deadlineMs: 60_000,
      explain: () => lab.mxseal.output,
    });
  }

  async function opens(link: string, code: string, { data }: MarkedLetter): Promise<boolean> {
    const { original } = await openSealed(link, code);
    return original.subarray(-data.length).equals(data);
  }

  function assertSilent(number: string, code: string): void {
    const { output } = lab.mxseal;
    assert.ok(output.includes(`+49 … ${number.slice(-3)}`));
    assert.ok(!output.includes(number.slice(3)) && !output.includes(code));
  }

  it("opens the message with what arrived on the telephone, and is in the sender's mail", async () => {
    const { letter, link, code } = await seal("alice", "x@plain.test");
    const [sms] = await waitUntil("the SMS arrives", async () => {
      const found = await arrived(goodNumber);
      return found.length > 0 && found;
    });
    assert.ok(sms);
    const sent = /\n@127\.0\.0\.1 #([0-9A-Z]{12})$/.exec(sms.text)?.[1] ?? "";
    assert.equal(sent, code.replaceAll("-", ""));
    assert.ok(await opens(link, sent, letter));
    assert.ok(!sms.text.includes(link.slice(-43)));
    const mail = await textWith("alice", "Also by SMS to: +49 … 567");
    assert.ok(mail.includes(`Message number: ${sms.message}`) && mail.includes(code));
    assertSilent(goodNumber, code);
    assert.equal((await arrived(goodNumber)).length, 1);
  });

  it("is told by mail when the gateway refuses it; the mailed code opens the message", async () => {
    const { letter, link, code } = await seal("bob", "y@expired.test");
    const mail = await textWith("bob", "the SMS service refused it");
    assert.match(mail, /tell the recipient the code yourself, best by phone/);
    assert.ok(!mail.includes(code) && !mail.includes(badNumber.slice(3)));
    assert.ok(await opens(link, code, letter));
    assertSilent(badNumber, code);
    assert.deepEqual(await arrived(badNumber), []);
  });

  it("is made anew on the sender's page, for another number", async () => {
    const { letter, link } = await seal("carol", "z@self-signed.test");
    const page = /https?:\/\/\S+\/s\/[\w-]{43}/.exec(await textWith("carol", "Your page"))?.[0];
    const form = await (await fetch(`${page}/renew`)).text();
    const version = /name="version" value="(\w+)"/.exec(form)?.[1] ?? "";
    const body = new URLSearchParams({ sure: "yes", version, sms: "0049 151 23456789" });
    await (await fetch(`${page}/renew`, { method: "POST", body })).text();
    const [sms] = await waitUntil("the SMS arrives", async () => {
      const found = await arrived("+4915123456789");
      return found.length > 0 && found;
    });
    const code = /#([0-9A-Z]{12})$/.exec(sms?.text ?? "")?.[1] ?? "";
    assert.ok(await opens(link, code, letter));
  });
});
