import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { silentLog } from "../../src/base/log.ts";
import { lookupAnswers } from "../../src/daemon/lookup-health.ts";
import { parseEndpoint } from "../../src/listen/endpoint.ts";
import { listenSocketmap } from "../../src/listen/socketmap-service.ts";
import type { SocketmapReply } from "../../src/wire/socketmap.ts";

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

async function askServer(
  onConnection: (socket: Socket) => void,
  signal = soon(),
): Promise<boolean> {
  const server = createServer(onConnection).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const answered = await lookupAnswers({ kind: "tcp", host: "127.0.0.1", port }, signal);
  server.close();
  return answered;
}

async function askMap(reply: SocketmapReply): Promise<boolean> {
  await using server = await listenSocketmap(
    {
      lookup: ({ map, key }) =>
        map === "transport" && key === "*" ? reply : { word: "OK", data: "x" },
    },
    { endpoint: "127.0.0.1:0" },
    silentLog,
  );
  return await lookupAnswers(parseEndpoint(server.endpoint), soon());
}

describe("the question whether lookups are answered", () => {
  it("is answered yes by a socketmap that says NOTFOUND", async () => {
    assert.equal(await askMap({ word: "NOTFOUND" }), true);
  });

  it("is answered no by any other reply", async () => {
    assert.equal(await askMap({ word: "TEMP", reason: "store in trouble" }), false);
  });

  it("is answered no when nobody listens", async () => {
    assert.equal(await lookupAnswers({ kind: "unix", path: "/nonexistent/socket" }, soon()), false);
  });

  it("is answered no by nonsense and by an early end", async () => {
    assert.equal(await askServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n")), false);
    assert.equal(await askServer((socket) => socket.end("9:NOTF")), false);
    assert.equal(await askServer((socket) => socket.resetAndDestroy()), false);
  });

  it("is answered no when its time is up", async () => {
    const stop = new AbortController();
    const answered = askServer(() => stop.abort(), stop.signal);
    assert.equal(await answered, false);
    assert.equal(await askServer((socket) => socket.destroy(), AbortSignal.abort()), false);
  });
});
