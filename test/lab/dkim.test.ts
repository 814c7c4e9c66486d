/**
 * DKIM on the notification: the original's signature would be broken by the new body and goes; a
 * signer listed behind mxseal on port 10043 signs what leaves, so that DMARC stays aligned.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { Daemon, runCommand, tryCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { composeLetter } from "./letter.ts";
import { isNotification } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

const directory = "/run/dkim";
const port = 8891;
const signature = "DKIM-Signature: v=1; a=rsa-sha256; d=company.example; s=first; b=AAAA\r\n";

async function startSigner(): Promise<Daemon> {
  await mkdir(directory, { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs1", format: "pem" });
  await writeFile(`${directory}/key.pem`, pem, { mode: 0o600 });
  const spki = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const record = `lab._domainkey.company.example v=DKIM1; k=rsa; p=${spki}\n`;
  await writeFile(`${directory}/public-keys`, record);
  const common = "Canonicalization relaxed/relaxed\nUserID root\n";
  await writeFile(
    `${directory}/sign.conf`,
    `${common}Mode s\nDomain company.example\nSelector lab\nKeyFile ${directory}/key.pem\n` +
      `Socket inet:${port}@127.0.0.1\nInternalHosts 127.0.0.1\nBackground no\n`,
  );
  await writeFile(
    `${directory}/verify.conf`,
    `${common}Mode v\nTestPublicKeys ${directory}/public-keys\n`,
  );
  const signer = new Daemon(["opendkim", "-f", "-x", `${directory}/sign.conf`]);
  const listening = async () => (await runCommand(["ss", "-Hltn"])).includes(`:${port} `);
  await signer.ready(listening);
  return signer;
}

describe("DKIM", () => {
  let lab: Lab;
  let signer: Daemon;

  before(async () => {
    signer = await startSigner();
    lab = await Lab.start({ mxseal: {} });
    const milters = `unix:mxseal/milter.sock,inet:127.0.0.1:${port}`;
    await runCommand(["postconf", "-P", `127.0.0.1:10043/inet/smtpd_milters=${milters}`]);
    await lab.postfix.reload();
  });

  after(async () => {
    await lab[Symbol.asyncDispose]();
    await signer[Symbol.asyncDispose]();
  });

  it("is made anew behind mxseal, over the notification", async () => {
    const letter = composeLetter({ from: "alice@company.example", to: ["pat@plain.test"] });
    const data = Buffer.concat([Buffer.from(signature), letter.data]);
    await submit({ ...letter, data });
    const mail = await waitUntil("the notification arrives", async () => {
      return lab.recipients.server("plain.test").mailTo("pat@plain.test")[0];
    });
    assert.ok(isNotification(mail));
    const text = mail.data.toString("latin1");
    assert.equal(text.match(/^DKIM-Signature:/gim)?.length, 1);
    assert.doesNotMatch(text, /s=first/);
    await writeFile(`${directory}/mail.eml`, mail.data);
    const verify = ["opendkim", "-x", `${directory}/verify.conf`, "-t", `${directory}/mail.eml`];
    const { code, stdout, stderr } = await tryCommand(verify);
    assert.equal(code, 0, stderr);
    assert.match(stdout + stderr, /verification \(s=lab[^)]*\) succeeded/);
  });
});
