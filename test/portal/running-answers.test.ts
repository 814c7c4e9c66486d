/** Requests sent without waiting for the answers, over real connections. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { openBench, type PortalBench } from "../support/portal-bench.ts";

/** All that came before the portal closed the connection. */
async function answersTo(bench: PortalBench, requests: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(Number(new URL(bench.portal.address ?? "").port), "127.0.0.1");
  let text = "";
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.once("close", () => resolve());
  socket.write(requests);
  await promise;
  return text;
}

const ask = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const last = ask("/", "Connection: close\r\n");

describe("requests sent without waiting", () => {
  it("are answered one after the other when they are few", async () => {
    await using bench = await openBench();
    await bench.portal.listen();
    const text = await answersTo(bench, ask("/").repeat(3) + last);
    assert.equal(text.match(/HTTP\/1\.1 200 /g)?.length, 4);
  });

  it("are as many as there is time for when each waits for the last answer", async () => {
    await using bench = await openBench();
    await bench.portal.listen();
    const socket = connect(Number(new URL(bench.portal.address ?? "").port), "127.0.0.1");
    for (let count = 0; count < 12; count += 1) {
      socket.write(ask("/"));
      let text = "";
      while (!text.includes("</html>")) text += String((await once(socket, "data"))[0]);
      assert.match(text, /^HTTP\/1\.1 200 /);
    }
    socket.destroy();
  });

  it("end the connection when they are many, and nothing is done for the rest", async () => {
    await using bench = await openBench();
    await bench.portal.listen();
    const sample = await bench.seal(Buffer.from("Subject: x\r\n\r\nx\r\n"));
    await answersTo(bench, ask(sample.path).repeat(300) + last);
    const done = bench.log.lines.filter(({ fields }) => fields["message"] === sample.id);
    assert.ok(done.length <= 4, `${done.length} answers`);
    assert.match(await answersTo(bench, last), /^HTTP\/1\.1 200 /);
  });

  it("end the connection when they are many addresses that are none", async () => {
    await using bench = await openBench();
    await bench.portal.listen();
    await answersTo(bench, ask("/%ff").repeat(300) + last);
    const lines = bench.log.lines.filter(({ text }) => text === "portal request");
    assert.ok(lines.length <= 4, `${lines.length} answers`);
    const single = await answersTo(bench, ask("/%ff"));
    assert.match(single, /^HTTP\/1\.1 400 .*connection: close/s);
    assert.equal(bench.log.lines.at(-1)?.fields["status"], 400);
  });
});
