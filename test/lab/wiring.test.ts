/** The wiring of postfix-examples/ by itself: what Postfix does with it while mxseal is absent. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCommand, tryCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { submit } from "./submit.ts";

const examples = join(import.meta.dirname, "../../postfix-examples");
const secret = "wiring-secret-4711";
const sealPort = 10043;

function letter(
  to: readonly string[],
  headers: readonly string[] = [],
): Parameters<typeof submit>[0] {
  const lines = ["Subject: test", ...headers, "", secret, ""];
  return { from: "alice@company.example", to, data: Buffer.from(lines.join("\r\n")) };
}

describe("the wiring without mxseal", () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start();
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  function assertNothingLeft(): void {
    for (const server of lab.recipients.servers) {
      assert.equal(server.heard.includes(secret), false, `${server.host} saw the message`);
    }
  }

  it("is free of faults in Postfix's own eyes", async () => {
    const { code, stderr, stdout } = await tryCommand(["postfix", "check"]);
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
  });

  it("names no parameter that this Postfix does not know", async () => {
    assert.equal((await tryCommand(["postconf", "-n"])).stderr, "");
    assert.equal((await tryCommand(["postconf", "-P"])).stderr, "");
    const names = optionNames();
    assert.ok(names.size > 60);
    assert.equal((await tryCommand(["postconf", "-d", ...names])).stderr, "");
  });

  it("takes mail from outside and delivers it to own people", async () => {
    const mail = letter(["bob@company.example"]);
    const { reply } = await submit({ ...mail, from: "stranger@valid.test" });
    assert.match(reply ?? "", /^250 /);
    await lab.postfix.logged("to=<bob@company.example>", "status=sent");
    assert.equal((await lab.postfix.mailbox("bob")).length, 1);
  });

  it("takes mail to others and lets it wait", async () => {
    const { reply } = await submit(letter(["x@valid.test", "x@plain.test"]));
    assert.match(reply ?? "", /^250 /);
    await lab.postfix.deferred("x@plain.test", 60_000);
    assertNothingLeft();
  });

  it("refuses at the door of sealing while the milter is away", async () => {
    await assert.rejects(submit({ ...letter(["y@plain.test"]), port: sealPort }), /451 4\.7\.1 /);
    assertNothingLeft();
  });

  it("keeps what no milter released, also when a client writes the way header itself", async () => {
    const service = `127.0.0.1:${sealPort}/inet/smtpd_milters`;
    const milter = (await runCommand(["postconf", "-Ph", service])).trim();
    await runCommand(["postconf", "-P", `${service}=`]);
    await lab.postfix.reload();
    const forged = letter(["z@plain.test"], ["X-MXSeal-Way: notify"]);
    const { reply } = await submit({ ...forged, port: sealPort });
    assert.match(reply ?? "", /^250 /);
    const waiting = await lab.postfix.deferred("z@plain.test");
    assert.match(waiting.recipients[0]?.delay_reason ?? "", /not released by mxseal/);
    await runCommand(["postconf", "-P", `${service}=${milter}`]);
    await lab.postfix.reload();
    assertNothingLeft();
  });

  it("turns every refusal that is not mxseal's into waiting", async () => {
    const cases = [
      ["550 5.7.10 no protected way", "550 5.7.10 no protected way"],
      ["550-5.7.10 no protected way", "550-5.7.10 no protected way"],
      ["550 5.1.2 no such domain", "550 5.1.2 no such domain"],
      ["550 5.1.10 takes no mail", "550 5.1.10 takes no mail"],
      [
        "530 5.7.0 Must issue a STARTTLS command first",
        "430 4.7.0 Must issue a STARTTLS command first",
      ],
      ["554 5.7.1 <x>: Access denied", "454 4.7.1 <x>: Access denied"],
      ["552-5.3.4 too big", "452-4.3.4 too big"],
      ["550 5.1.1 no such user", "450 4.1.1 no such user"],
      ["500 unknown", "400 unknown"],
    ] as const;
    for (const [said, understood] of cases) {
      const table = `regexp:${join(examples, "mxseal-reply.re")}`;
      assert.equal((await runCommand(["postmap", "-q", said, table])).trim(), understood);
    }
  });

  it("leaves own addresses to ordinary routing and no other", async () => {
    const way = async (address: string): Promise<string> =>
      (
        await tryCommand(["postmap", "-q", address, `regexp:${join(examples, "mxseal-routed.re")}`])
      ).stdout.trim();
    assert.equal(await way("alice@company.example"), ":");
    assert.equal(await way("Alice+x@Company.Example"), ":");
    assert.equal(await way("alice@sub.company.example"), ":");
    assert.equal(await way("alice@mycompany.example"), "");
    assert.equal(await way("alice@company.example.test"), "");
    assert.equal(await way("alice@company-example"), "");
  });
});

function optionNames(): ReadonlySet<string> {
  const text = readFileSync(join(examples, "master.cf"), "utf8");
  const options = [...text.matchAll(/^\s+-o (?:\{ )?([A-Za-z_0-9]+)/gm)];
  return new Set(options.map((match) => match[1] ?? ""));
}
