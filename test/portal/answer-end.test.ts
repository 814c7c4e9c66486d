/** Real connections: what an answer holds is given back once, however the answer ends. */
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { onAnswerEnd } from "../../src/portal/answer-end.ts";

const request = "GET / HTTP/1.1\r\nHost: portal\r\n\r\n";

describe("an answer's end", () => {
  const asked = new EventEmitter<{ response: [ServerResponse] }>();
  let server: Server;
  before(async () => {
    server = createServer((_, response) => asked.emit("response", response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => server.close());

  function client(): Socket {
    const { port } = server.address() as AddressInfo;
    return connect(port, "127.0.0.1").on("error", () => undefined);
  }

  async function nextAsked(): Promise<ServerResponse> {
    const [response] = (await once(asked, "response")) as [ServerResponse];
    return response;
  }

  let held = 0;

  /** Resolves when it was given back; a test that waits for ever has failed. */
  function heldBy(response: ServerResponse): Promise<void> {
    held += 1;
    return new Promise((resolve) => {
      onAnswerEnd(response, () => {
        held -= 1;
        resolve();
      });
    });
  }

  it("comes with the last byte, on a connection that stays, which keeps no listener", async () => {
    const socket = client();
    const listening = new Set<number>();
    for (let count = 0; count < 20; count += 1) {
      socket.write(request);
      const response = await nextAsked();
      listening.add(response.req.socket.listenerCount("close"));
      const end = heldBy(response);
      response.end("whole");
      await end;
    }
    assert.equal(listening.size, 1);
    assert.equal(held, 0);
    socket.destroy();
  });

  it("comes when the client breaks off", async () => {
    const socket = client();
    socket.write(request);
    const response = await nextAsked();
    const end = heldBy(response);
    response.write("half");
    socket.destroy();
    await end;
    assert.equal(held, 0);
  });

  // Opening a message takes a while; who went away meanwhile kept the share for good.
  it("has come where the client was gone before", async () => {
    const socket = client();
    socket.write(request);
    const response = await nextAsked();
    socket.destroy();
    await once(response, "close");
    await heldBy(response);
    assert.equal(held, 0);
  });

  it("comes for an answer behind another one, when the client breaks off", async () => {
    const socket = client();
    const both: ServerResponse[] = [];
    const secondCame = new Promise<void>((resolve) => {
      asked.on("response", (response) => {
        if (both.push(response) === 2) resolve();
      });
    });
    socket.write(request + request);
    await secondCame;
    const ends = both.map((response) => heldBy(response));
    both[1]?.end("behind");
    socket.destroy();
    await Promise.all(ends);
    assert.equal(held, 0);
  });
});
