/** The portal as the web server itself: real TLS clients, and a renewal under open connections. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect as connectPlain } from "node:net";
import { describe, it } from "node:test";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import type { ServerCertificate } from "../../src/portal/certificate-files.ts";
import type { CertificateWish } from "../support/certificates.ts";
import { rsaKey } from "../support/certificates.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { issueForPortal, portalName, testAuthority } from "../support/server-certificate.ts";

function serverCertificate(wish: CertificateWish = {}): ServerCertificate {
  const { chainPem, keyPem } = issueForPortal(wish);
  return { cert: chainPem, key: keyPem, leaf: new X509Certificate(chainPem) };
}

async function openPortal(certificate: ServerCertificate): Promise<PortalBench> {
  const bench = await openBench({ certificate, baseUrl: `https://${portalName}` });
  await bench.portal.listen();
  return bench;
}

async function secure(bench: PortalBench, change: ConnectionOptions = {}): Promise<TLSSocket> {
  const port = Number(new URL(bench.portal.address ?? "").port);
  const options = { host: "127.0.0.1", port, servername: portalName, ca: testAuthority.pem };
  const socket = connect({ ...options, ...change });
  await once(socket, "secureConnect");
  return socket;
}

/** One answer, on a connection that stays. */
async function ask(socket: TLSSocket, path: string): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${portalName}\r\n\r\n`);
  let text = "";
  while (!text.includes("</html>")) text += String((await once(socket, "data"))[0]);
  return text;
}

const serialOf = (socket: TLSSocket): string => socket.getPeerCertificate().serialNumber;

describe("a portal with its own certificate", () => {
  it("shows a message's form over TLS 1.3, and insists on https", async () => {
    await using bench = await openPortal(serverCertificate());
    const sample = await bench.seal(Buffer.from("Subject: x\r\n\r\nx\r\n"));
    const socket = await secure(bench, { ALPNProtocols: ["h2", "http/1.1"] });
    assert.equal(socket.getProtocol(), "TLSv1.3");
    assert.equal(socket.alpnProtocol, "http/1.1");
    const answer = await ask(socket, `${sample.path}?lang=en`);
    assert.match(answer, /^HTTP\/1\.1 200 .*strict-transport-security: max-age=63072000/s);
    assert.match(answer, /You have a confidential message/);
    socket.destroy();
  });

  it("takes TLS 1.2 with an RSA key, and chooses the suite itself", async () => {
    await using bench = await openPortal(serverCertificate({ key: rsaKey(3072) }));
    const ciphers = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384";
    const socket = await secure(bench, { maxVersion: "TLSv1.2", ciphers });
    assert.equal(socket.getProtocol(), "TLSv1.2");
    assert.equal(socket.getCipher().name, "ECDHE-RSA-AES256-GCM-SHA384");
    socket.destroy();
  });

  const refused: readonly (readonly [string, ConnectionOptions])[] = [
    ["TLS 1.1", { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }],
    ["suites without forward secrecy", { maxVersion: "TLSv1.2", ciphers: "AES256-GCM-SHA384" }],
    ["a suite that TR-02102-2 does not list", { ciphers: "TLS_CHACHA20_POLY1305_SHA256" }],
    ["a group that TR-02102-2 does not list", { ecdhCurve: "X448" }],
  ];
  for (const [what, change] of refused) {
    it(`refuses ${what}`, async () => {
      await using bench = await openPortal(serverCertificate({ key: rsaKey(3072) }));
      await assert.rejects(secure(bench, change), /alert|handshake|disconnected|reset/i);
      (await secure(bench)).destroy();
    });
  }

  it("does not renegotiate", async () => {
    await using bench = await openPortal(serverCertificate());
    const socket = await secure(bench, { maxVersion: "TLSv1.2" });
    const { promise, resolve } = Promise.withResolvers<Error | null>();
    socket.once("error", resolve);
    socket.renegotiate({}, resolve);
    assert.match(String(await promise), /renegotiation/i);
    socket.destroy();
  });

  it("answers plain HTTP with no page", async () => {
    await using bench = await openPortal(serverCertificate());
    const port = Number(new URL(bench.portal.address ?? "").port);
    const socket = connectPlain(port, "127.0.0.1");
    socket.write(`GET / HTTP/1.1\r\nHost: ${portalName}\r\n\r\n`);
    let text = "";
    socket.on("data", (bytes) => (text += bytes.toString("latin1")));
    socket.on("error", () => undefined);
    await once(socket, "close");
    assert.doesNotMatch(text, /html/);
  });

  it("shows a renewed certificate to new connections and keeps the open ones", async () => {
    await using bench = await openPortal(serverCertificate());
    const old = await secure(bench);
    assert.match(await ask(old, "/"), /^HTTP\/1\.1 200/);
    bench.portal.renewCertificate(serverCertificate());
    const fresh = await secure(bench);
    assert.notEqual(serialOf(fresh), serialOf(old));
    for (const socket of [old, fresh, old]) assert.match(await ask(socket, "/"), /^HTTP\/1\.1 200/);
    const weak = { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256" } as const;
    await assert.rejects(secure(bench, weak), /alert|handshake|disconnected|reset/i);
    old.destroy();
    fresh.destroy();
  });
});
