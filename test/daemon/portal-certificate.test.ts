/** The portal role as a real process with a certificate of its own, renewed and broken under way. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { createKeyFiles } from "../../src/seal/key-files.ts";
import { install, MxsealProcess } from "../support/mxseal-process.ts";
import {
  certificatePathsIn,
  issueForPortal,
  portalName,
  putCertificate,
  testAuthority,
} from "../support/server-certificate.ts";
import { tempDirectory } from "../support/temp-directory.ts";

async function secure(port: number): Promise<TLSSocket> {
  const options = { host: "127.0.0.1", port, servername: portalName, ca: testAuthority.pem };
  const socket = connect(options);
  await once(socket, "secureConnect");
  return socket;
}

async function statusOf(socket: TLSSocket): Promise<string> {
  socket.write(`GET / HTTP/1.1\r\nHost: ${portalName}\r\n\r\n`);
  let text = "";
  while (!text.includes("</html>")) text += String((await once(socket, "data"))[0]);
  return text.slice(0, 12);
}

const serialOf = (socket: TLSSocket): string => socket.getPeerCertificate().serialNumber;

describe("the portal role with a certificate", () => {
  it("takes up a renewed one while readers read, and no broken one, not even at HUP", async () => {
    await using directory = await tempDirectory();
    const { configPath } = await install(directory.path);
    const paths = certificatePathsIn(directory.path);
    await putCertificate(paths, issueForPortal());
    await createKeyFiles(`${directory.path}/keys`);
    const text = await readFile(configPath, "utf8");
    const keys = `certificate = "${paths.certificate}"\nprivate_key = "${paths.privateKey}"\n`;
    await writeFile(
      configPath,
      text
        .replace(/base_url = .*/, `base_url = "https://${portalName}"`)
        .replace("[portal]\n", `[portal]\n${keys}`),
    );
    const command = ["--config", configPath];
    await using role = new MxsealProcess([...command, "serve", "--role", "portal"]);
    const { address } = await role.says("portal open");
    const port = Number(new URL(String(address)).port);
    const old = await secure(port);

    await putCertificate(paths, issueForPortal());
    await role.says("the portal has a new certificate");
    const fresh = await secure(port);
    assert.notEqual(serialOf(fresh), serialOf(old));
    assert.equal(await statusOf(old), "HTTP/1.1 200");

    await writeFile(paths.certificate, issueForPortal().chainPem);
    await role.line(({ text: said }) => String(said).startsWith("the old certificate stays"));
    role.child.kill("SIGHUP");
    await role.line(({ text: said }) => String(said).startsWith("the old configuration stays"));
    const after = await secure(port);
    assert.equal(serialOf(after), serialOf(fresh));
    assert.equal(await statusOf(after), "HTTP/1.1 200");
    for (const socket of [old, fresh, after]) socket.destroy();
    assert.match(await checkOf(command), /FAULT {2}portal\.certificate .* is not the key of/);
    await putCertificate(paths, issueForPortal({ names: ["other.example"] }));
    assert.match(await checkOf(command), /FAULT {2}portal\.certificate .*does not name mail\.comp/);
    await putCertificate(paths, issueForPortal({ notAfter: new Date(Date.now() + 86_400_000) }));
    assert.match(await checkOf(command), /note {3}portal\.certificate .*expires on/);
    await putCertificate(paths, issueForPortal());
    assert.match(await checkOf(command), /ok {5}portal\.certificate/);
  });
});

/** What `mxseal config check` prints, whatever its status. */
async function checkOf(command: readonly string[]): Promise<string> {
  const words = ["src/cli/main.ts", ...command, "config", "check"];
  return await promisify(execFile)(process.execPath, words).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
}
