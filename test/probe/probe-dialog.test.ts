/** What the SMTP dialog may do before TLS, and what the probe makes of it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Verdict } from "../../src/base/verdict.ts";
import { issueCertificate } from "../support/certificates.ts";
import { ProbeLab, quickTimes } from "../support/probe-lab.ts";
import type { SmtpScript } from "../support/smtp-server.ts";

const authority = issueCertificate({ commonName: "Test Root CA", isAuthority: true });
const host = "mx.corp.test";
const identity = issueCertificate({ names: [host], issuer: authority });
const oldIdentity = issueCertificate({ names: [host], issuer: authority });
const zone = {
  MX: { "corp.test": [{ preference: 10, exchange: host }] },
  A: { [host]: ["192.0.2.1"] },
};

interface Case {
  readonly title: string;
  readonly server: SmtpScript;
  readonly status: Verdict["status"];
  readonly codes: readonly string[];
}

const cases: readonly Case[] = [
  {
    title: "reads a greeting and an EHLO reply of many lines whole",
    server: {
      identity,
      greeting: "220-one\r\n220-STARTTLS\r\n220 three\r\n",
      ehlo: `250-mx\r\n${"250-X-OTHER\r\n".repeat(60)}250-starttls\r\n250 HELP\r\n`,
    },
    status: "proven",
    codes: [],
  },
  {
    title: "takes bare line feeds, as Postfix does",
    server: {
      identity,
      greeting: "220 hi\n",
      ehlo: "250-mx\n250 STARTTLS\n",
      startTls: "220 go\n",
    },
    status: "proven",
    codes: [],
  },
  {
    title: "fails a server that does not offer STARTTLS",
    server: { ehlo: "250-mx.test\r\n250-SIZE 1000\r\n250 XSTARTTLS\r\n" },
    status: "failed",
    codes: ["starttls-not-offered"],
  },
  {
    title: "does not take a greeting STARTTLS in the first line for an offer",
    server: { ehlo: "250 STARTTLS\r\n" },
    status: "failed",
    codes: ["starttls-not-offered"],
  },
  {
    title: "fails a server that answers STARTTLS with 5xx",
    server: { startTls: "502 5.5.1 no such command\r\n" },
    status: "failed",
    codes: ["starttls-refused"],
  },
  {
    title: "fails a server that answers EHLO with 5xx",
    server: { ehlo: "502 5.5.1 what?\r\n" },
    status: "failed",
    codes: ["starttls-refused"],
  },
  {
    title: "fails plaintext that follows the reply to STARTTLS",
    server: { identity, injected: "250 sneaked in\r\n" },
    status: "failed",
    codes: ["starttls-injection"],
  },
  {
    title: "fails half a line that follows the reply to STARTTLS",
    server: { identity, injected: "2" },
    status: "failed",
    codes: ["starttls-injection"],
  },
  {
    title: "does not know a server that greets with 421",
    server: { greeting: "421 4.7.0 too many connections\r\n" },
    status: "unknown",
    codes: ["try-again-later"],
  },
  {
    title: "does not know a server that refuses us in its greeting",
    server: { greeting: "554 5.7.1 you are listed\r\n" },
    status: "unknown",
    codes: ["greeting-refused"],
  },
  {
    title: "does not know a server that answers EHLO with 4xx",
    server: { ehlo: "450 4.3.2 later\r\n" },
    status: "unknown",
    codes: ["try-again-later"],
  },
  {
    title: "does not know a server that answers STARTTLS with 454",
    server: { startTls: "454 4.7.0 TLS not available\r\n" },
    status: "unknown",
    codes: ["try-again-later"],
  },
  {
    title: "does not know a server whose reply turns into 421 halfway",
    server: { ehlo: "250-mx.test\r\n250-STARTTLS\r\n421 closing\r\n" },
    status: "unknown",
    codes: ["try-again-later"],
  },
  {
    title: "does not know a server that greets with garbage",
    server: { greeting: "\u0000\u0001\u0002 SSH-2.0-OpenSSH\r\n" },
    status: "unknown",
    codes: ["not-smtp"],
  },
  {
    title: "does not know a server that greets with a success code of another kind",
    server: { greeting: "250 hello\r\n" },
    status: "unknown",
    codes: ["not-smtp"],
  },
  {
    title: "does not know a server whose greeting never ends a line",
    server: { flood: "x".repeat(4096) },
    status: "unknown",
    codes: ["not-smtp"],
  },
  {
    title: "does not know a server whose greeting has no last line",
    server: { flood: "220-and on\r\n".repeat(50) },
    status: "unknown",
    codes: ["not-smtp"],
  },
  {
    title: "does not know a server that resets the connection in the middle of the dialog",
    server: { resetsAt: "EHLO" },
    status: "unknown",
    codes: ["connection-lost"],
  },
  {
    title: "does not know a server that resets the connection when TLS begins",
    server: { resetsAtTls: true },
    status: "unknown",
    codes: ["tls-interrupted"],
  },
  {
    title: "does not know a server that falls silent when TLS begins",
    server: { silentAtTls: true, startTls: "220 go\r\n" },
    status: "unknown",
    codes: ["no-answer-in-time"],
  },
];

const patience = { ...quickTimes, handshakeMs: 60 };

describe("the dialog before TLS", () => {
  for (const { title, server, status, codes } of cases) {
    it(title, async () => {
      await using lab = new ProbeLab(authority);
      await lab.serve("192.0.2.1", server);
      const times = server.silentAtTls ? patience : quickTimes;
      const verdict = await lab.probe("corp.test", zone, { times });
      const found = verdict.findings.map(({ code }) => code);
      assert.deepEqual(found, codes, JSON.stringify(verdict.findings));
      assert.equal(verdict.status, status);
    });
  }

  it("does not know a server that stays silent, and waits no longer than told", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { greeting: undefined });
    const times = { ...quickTimes, greetingMs: 30 };
    const verdict = await lab.probe("corp.test", zone, { times });
    assert.equal(verdict.status, "unknown");
    assert.match(verdict.findings[0]?.detail ?? "", /within 0\.03 s: we waited for the greeting/);
  });

  it("does not know what the deadline of the whole probe cuts short", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { greeting: undefined });
    const times = { ...quickTimes, probeMs: 30 };
    const verdict = await lab.probe("corp.test", zone, { times });
    assert.deepEqual(
      verdict.findings.map(({ code }) => code),
      ["probe-timeout"],
    );
  });

  it("says QUIT to a server that it leaves early", async () => {
    await using lab = new ProbeLab(authority);
    const server = await lab.serve("192.0.2.1", { startTls: "454 later\r\n" });
    await lab.probe("corp.test", zone);
    assert.deepEqual(server.heard, ["EHLO client.test", "STARTTLS", "QUIT"]);
  });

  it("explains a refused handshake by a second connection, never two at once", async () => {
    await using lab = new ProbeLab(authority);
    const tls = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
    const server = await lab.serve("192.0.2.1", { identity: oldIdentity, tls });
    const verdict = await lab.probe("corp.test", zone);
    assert.ok(verdict.findings.some(({ code }) => code === "protocol-too-old"));
    assert.equal(server.connections, 2);
    assert.equal(server.mostAtOnce, 1);
  });

  it("makes what a server says harmless before it is shown", async () => {
    await using lab = new ProbeLab(authority);
    const startTls = `502 \u001b[2Jred\u202e ${"long ".repeat(100)}\r\n`;
    await lab.serve("192.0.2.1", { startTls });
    const [found] = (await lab.probe("corp.test", zone)).findings;
    assert.doesNotMatch(found?.detail ?? "", /[\u0000-\u001f\u202e]/);
    assert.ok((found?.detail.length ?? 0) < 300);
  });

  it("ends with the reason of the caller who no longer wants it", async () => {
    await using lab = new ProbeLab(authority);
    await lab.serve("192.0.2.1", { greeting: undefined });
    const shutdown = new Error("shutting down");
    const signal = AbortSignal.abort(shutdown);
    await assert.rejects(lab.probe("corp.test", zone, { signal }), shutdown);
  });
});
