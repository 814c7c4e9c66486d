/** The machine's own faults: store not writable, disk full, resolver down. Mail waits, the log helps. */
import assert from "node:assert/strict";
import { chmod, chown, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { composeLetter, type MarkedLetter } from "./letter.ts";
import { openSealed } from "./portal-visit.ts";
import { codeMailsIn, isNotification, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { userId } from "./user.ts";
import { waitUntil } from "./wait-until.ts";

describe("a fault of the machine", () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start({ mxseal: {} });
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
    await runCommand(["umount", lab.mxseal.storeDirectory]);
  });

  async function send(letter: MarkedLetter): Promise<void> {
    const { reply, recipientReplies } = await submit(letter);
    assert.match(reply ?? recipientReplies.join(), /^250 /);
  }

  function assertUnseen(letter: MarkedLetter): void {
    for (const server of lab.recipients.servers) {
      for (const secret of letter.secrets) assert.ok(!server.heard.includes(secret), server.host);
    }
  }

  /** Log records with a code, and what they tell a person. */
  async function logNames(code: string): Promise<void> {
    await waitUntil(
      `the log names ${code} and what to mend`,
      () =>
        lab.mxseal.records.some((record) => {
          const text = JSON.stringify(record);
          return text.includes(code) && text.includes("Check ");
        }),
      { explain: () => lab.mxseal.output },
    );
  }

  async function assertOpens(letter: MarkedLetter, recipient: string): Promise<void> {
    const mail = await lab.recipients.mailTo(recipient, 90_000);
    assert.ok(isNotification(mail));
    const person = letter.from.split("@")[0] ?? "";
    const codes = await waitUntil("the code comes", async () => {
      const mails = await codeMailsIn(await lab.postfix.mailbox(person));
      return mails.find((one) => one.codes.has(recipient))?.codes;
    });
    const { original } = await openSealed(await linkIn(mail), codes.get(recipient) ?? "");
    assert.ok(original.subarray(-letter.data.length).equals(letter.data));
  }

  it("resolver down: mail waits, the log says so, and it leaves when the resolver is back", async () => {
    await lab.nameServer.stopResolver();
    const letter = composeLetter({
      from: "bob@company.example",
      to: ["x@valid.test", "x@plain.test"],
    });
    await send(letter);
    await lab.postfix.deferred("x@plain.test");
    await logNames("MXSEAL_RESOLVER_UNUSABLE");
    assertUnseen(letter);
    await lab.nameServer.startResolver();
    const mail = await lab.recipients.mailTo("x@valid.test", 90_000);
    assert.match(mail.tls ?? "in clear", /^TLS/);
    await assertOpens(letter, "x@plain.test");
  });

  it("store not writable: mail waits, the log says so, and it leaves when that is mended", async () => {
    await lab.mxseal.service[Symbol.asyncDispose]();
    const files = (await readdir(lab.mxseal.storeDirectory)).map((name) =>
      join(lab.mxseal.storeDirectory, name),
    );
    for (const path of [lab.mxseal.storeDirectory, ...files]) await chown(path, 0, 0);
    await chmod(lab.mxseal.storeDirectory, 0o755);
    lab.mxseal.startUnready();
    const letter = composeLetter({
      from: "carol@company.example",
      to: ["y@valid.test", "y@plain.test"],
    });
    await send(letter);
    await lab.postfix.deferred("y@plain.test", 60_000);
    await logNames("MXSEAL_STORE_UNUSABLE");
    assertUnseen(letter);
    const { uid, gid } = await userId("mxseal");
    for (const path of [lab.mxseal.storeDirectory, ...files]) await chown(path, uid, gid);
    await lab.mxseal.ready();
    const mail = await lab.recipients.mailTo("y@valid.test", 90_000);
    assert.match(mail.tls ?? "in clear", /^TLS/);
    await assertOpens(letter, "y@plain.test");
  });

  it("disk full: mail waits, the log says so, and it is sealed when there is room again", async () => {
    await lab.mxseal.service[Symbol.asyncDispose]();
    await runCommand(["mount", "-t", "tmpfs", "-o", "size=4m", "full", lab.mxseal.storeDirectory]);
    const { uid, gid } = await userId("mxseal");
    await chown(lab.mxseal.storeDirectory, uid, gid);
    await rm(join(lab.mxseal.directory, "keys"), { recursive: true });
    await lab.mxseal.prepare();
    await lab.mxseal.start();
    const ballast = join(lab.mxseal.storeDirectory, "ballast");
    await writeFile(ballast, Buffer.alloc(3_000_000));
    const letter = composeLetter({
      from: "dave@company.example",
      to: ["z@plain.test"],
      attachmentBytes: 1_500_000,
    });
    await send(letter);
    await lab.postfix.deferred("z@plain.test", 60_000);
    await lab.postfix.logged("mxseal-hold", "to=<z@plain.test>", "status=deferred", "451");
    await logNames("MXSEAL_STORE_UNUSABLE");
    assertUnseen(letter);
    await rm(ballast);
    await runCommand(["postqueue", "-f"]);
    await assertOpens(letter, "z@plain.test");
  });
});
