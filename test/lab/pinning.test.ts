/** mxseal-secure as a real Postfix runs it: what it offers under each profile, and when it must not. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { createDeliveryTls } from "../../src/probe/delivery-tls.ts";
import { securePolicy } from "../../src/probe/postfix-policy.ts";
import { profileOf } from "../../src/tls-profile/profile-of.ts";
import { profileNames, type TlsProfile } from "../../src/tls-profile/tls-profile.ts";
import { issueCertificate } from "../support/certificates.ts";
import { captureClientHello, comparable, probeHello } from "../support/client-hello.ts";
import { SmtpServer } from "../support/smtp-server.ts";
import { runCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { submit } from "./submit.ts";

const host = "mx.test";
const secret = "pinning-secret-815";
const authority = issueCertificate({ commonName: "Test Root CA", isAuthority: true });
const anchor = new X509Certificate(authority.pem);
const trust = { path: "ca.pem", pem: authority.pem, anchors: [anchor] };
const chacha = { ciphers: "TLS_CHACHA20_POLY1305_SHA256", minVersion: "TLSv1.3" } as const;

describe("mxseal-secure in a real Postfix", () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start();
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  /** As README.md says for the profile. The policy holds for whatever is at `port`. */
  async function pin({ name, offer }: TlsProfile, port: number, ...more: string[]): Promise<void> {
    const policy = securePolicy([host], profileOf(name));
    const settings = [
      `tls_config_file=$config_directory/mxseal-tls-${name}.cnf`,
      `tls_eecdh_auto_curves=${offer.groups.join(",")}`,
      `smtp_tls_mandatory_exclude_ciphers=${offer.exclusions.join(",")}`,
      "smtp_tls_policy_maps=$pinning_policy",
      ...more,
    ].map((setting) => `mxseal-secure/unix/${setting}`);
    await runCommand(["postconf", "-P", ...settings]);
    const route = `inline:{ { ${name}.test = mxseal-secure:[127.0.0.1]:${port} } }`;
    const answer = `inline:{ { [127.0.0.1]:${port} = ${policy} } }`;
    const tables = [`transport_maps=${route}`, `pinning_policy=${answer}`];
    await runCommand(["postconf", "-e", ...tables]);
    await lab.postfix.reload();
  }

  async function send(recipient: string): Promise<void> {
    const data = Buffer.from(`Subject: test\r\n\r\n${secret}\r\n`);
    const { reply } = await submit({ from: "alice@company.example", to: [recipient], data });
    assert.match(reply ?? "", /^250 /);
  }

  for (const name of profileNames) {
    it(`offers under ${name} what the probe offers`, async () => {
      const profile = profileOf(name);
      const theirs = await captureClientHello(async (port) => {
        await pin(profile, port);
        await send(`hello@${name}.test`);
      });
      const ours = await probeHello(createDeliveryTls(profile, trust).delivery);
      assert.deepEqual(comparable(theirs), comparable(ours));
    });
  }

  it("lets mail wait while the file of pinned parameters is missing", async () => {
    const identity = issueCertificate({ names: [host], issuer: authority });
    await using server = await SmtpServer.start({ identity });
    const missing = "tls_config_file=$config_directory/mxseal-nowhere.cnf";
    await pin(profileOf("bsi"), server.port, missing);
    await send("nowhere@bsi.test");
    const waiting = await lab.postfix.deferred("nowhere@bsi.test");
    assert.match(waiting.recipients[0]?.delay_reason ?? "", /TLS/);
    await lab.postfix.logged("mxseal-secure/smtp", "disabling TLS support");
    assert.ok(!server.heard.some((line) => line.startsWith("MAIL") || line.includes(secret)));
  });

  it("refuses a server that has nothing of the profile", async () => {
    const identity = issueCertificate({ names: [host], issuer: authority });
    await using server = await SmtpServer.start({ identity, tls: chacha });
    await pin(profileOf("bsi"), server.port);
    await send("chacha@bsi.test");
    const waiting = await lab.postfix.deferred("chacha@bsi.test");
    assert.match(waiting.recipients[0]?.delay_reason ?? "", /Cannot start TLS/);
  });
});
