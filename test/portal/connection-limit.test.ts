/** A network that opens connection after connection, against the real server, plain and with TLS. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, it } from "node:test";
import { connect as connectTls } from "node:tls";
import { connectionNetwork } from "../../src/portal/client-network.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { issueForPortal, portalName, testAuthority } from "../support/server-certificate.ts";

const perNetwork = 100;
const portOf = ({ portal }: PortalBench): number => Number(new URL(portal.address ?? "").port);

/** A client of another network, as far as the loopback has one. */
async function open(bench: PortalBench, localAddress: string): Promise<Socket> {
  const socket = connect({ port: portOf(bench), host: "127.0.0.1", localAddress });
  socket.on("error", () => undefined);
  socket.resume();
  await once(socket, "connect");
  return socket;
}

async function fill(bench: PortalBench): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: perNetwork }, () => open(bench, "127.0.0.1"));
  return await Promise.all(sockets);
}

/** The status line, or nothing where the connection was cut. */
async function ask(socket: Socket): Promise<string> {
  socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  let text = "";
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
  });
  await closed(socket);
  return text.split("\r\n", 1)[0] ?? "";
}

/** However it came about. */
async function closed(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once("close", () => resolve());
  if (!socket.closed) await promise;
}

async function closeAll(sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await Promise.all(sockets.map(closed));
}

describe("many connections of one network", () => {
  it("keep nobody else out, and are told of once", async () => {
    await using bench = await openBench();
    await bench.portal.listen();
    const idle = await fill(bench);
    assert.equal(await ask(await open(bench, "127.0.0.77")), "");
    assert.equal(await ask(await open(bench, "127.0.0.78")), "");
    assert.equal(await ask(await open(bench, "127.0.1.1")), "HTTP/1.1 200 OK");
    const told = bench.log.at("warn").map(({ fields }) => fields["network"]);
    assert.deepEqual(told, ["127.0.0.0/24"]);
    await closeAll(idle);
  });

  it("are as many as they like when they are a proxy's", async () => {
    await using bench = await openBench({ trustedProxies: ["127.0.0.1"] });
    await bench.portal.listen();
    const idle = await fill(bench);
    assert.equal(await ask(await open(bench, "127.0.0.1")), "HTTP/1.1 200 OK");
    await closeAll(idle);
  });

  it("count while they last, under TLS as well", async () => {
    const { chainPem, keyPem } = issueForPortal({});
    const certificate = { cert: chainPem, key: keyPem, leaf: new X509Certificate(chainPem) };
    await using bench = await openBench({ certificate, baseUrl: `https://${portalName}` });
    await bench.portal.listen();
    const secure = async (): Promise<Socket> => {
      const socket = connectTls({
        socket: await open(bench, "127.0.0.1"),
        servername: portalName,
        ca: testAuthority.pem,
      });
      socket.on("error", () => undefined);
      return socket;
    };
    for (let round = 0; round < 2; round += 1) {
      const spoken = await secure();
      const idle = await fill(bench);
      assert.equal(await ask(await secure()), "");
      assert.equal(await ask(spoken), "HTTP/1.1 200 OK");
      await closeAll(idle);
    }
  });
});

describe("connectionNetwork", () => {
  const proxies = ["127.0.0.1", "2001:db8::1"];
  const cases = [
    ["192.0.2.77", "192.0.2.0/24"],
    ["::ffff:192.0.2.77", "192.0.2.0/24"],
    ["2001:db8:1:2345::7", "2001:db8:1::/48"],
    ["::ffff:127.0.0.1", undefined],
    ["2001:DB8:0::1", undefined],
    [undefined, undefined],
  ] as const;
  for (const [peer, network] of cases) {
    it(`counts ${peer} ${network === undefined ? "not at all" : `for ${network}`}`, () => {
      assert.equal(connectionNetwork(peer, proxies), network);
    });
  }
});
