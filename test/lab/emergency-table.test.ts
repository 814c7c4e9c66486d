/**
 * The static policy table of `mxseal verdict export` in a real Postfix, wired as the table's own
 * comments say, with mxseal away: proven domains get their mail, all others wait unasked.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { formatPolicyTable } from "../../src/cli/policy-table.ts";
import { domainOf } from "../support/full-verdict.ts";
import { runCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { submit } from "./submit.ts";

const file = "/etc/postfix/mxseal-policy";
const nowMs = Date.now();

function line(domain: string): Parameters<typeof formatPolicyTable>[0][number] {
  const policy = `secure match=mx.${domain} ciphers=high`;
  return { domain: domainOf(domain), policy, expiresAt: nowMs, profile: "bsi/2026-01" };
}

/** What the table's comments say to write behind `name=` or `name = `. */
function advised(table: string, name: string): string {
  const found = new RegExp(`^# .*\\b${name} ?= ?(.+)$`, "m").exec(table)?.[1];
  assert.ok(found !== undefined, `no advice on ${name}`);
  return found;
}

describe("the emergency table in Postfix", () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start();
    const table = formatPolicyTable([line("valid.test"), line("expired.test")], nowMs, file);
    writeFileSync(file, table, { mode: 0o644 });
    const policy = advised(table, "smtp_tls_policy_maps");
    const transports = advised(table, "transport_maps");
    await runCommand(["postconf", "-P", `mxseal-secure/unix/smtp_tls_policy_maps=${policy}`]);
    await runCommand(["postconf", "-e", `transport_maps=${transports}`]);
    await lab.postfix.reload();
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  function send(recipient: string): ReturnType<typeof submit> {
    const data = Buffer.from("Subject: test\r\n\r\nemergency-4711\r\n");
    return submit({ from: "alice@company.example", to: [recipient], data });
  }

  it("delivers to what was proven", async () => {
    await send("x@valid.test");
    await lab.postfix.logged("to=<x@valid.test>", "status=sent");
    assert.equal(lab.recipients.server("valid.test").mailTo("x@valid.test").length, 1);
  });

  it("delivers to own people as ever", async () => {
    await send("bob@company.example");
    await lab.postfix.logged("to=<bob@company.example>", "status=sent");
  });

  it("lets wait what is in the table and no longer holds", async () => {
    await send("x@expired.test");
    const waiting = await lab.postfix.deferred("x@expired.test");
    assert.match(waiting.recipients[0]?.delay_reason ?? "", /not verified|not trusted/i);
    assert.doesNotMatch(lab.recipients.server("expired.test").heard.toString(), /MAIL FROM/i);
  });

  it("asks no other server at all, not even one with a good certificate", async () => {
    for (const domain of ["other.test", "own-name.test", "plain.test"]) {
      await send(`x@${domain}`);
      const waiting = await lab.postfix.deferred(`x@${domain}`);
      assert.match(waiting.recipients[0]?.delay_reason ?? "", /TLS configuration problem/);
      assert.equal(lab.recipients.server(domain).heard.length, 0, domain);
    }
  });
});
