/** What is no request, sent as bytes. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { answerClientErrors } from "../../src/portal/client-error.ts";
import { RunningAnswers } from "../../src/portal/running-answers.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { open } from "../support/portal-reader.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { issueForPortal } from "../support/server-certificate.ts";

describe("what is no request", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
    await bench.portal.listen();
  });
  after(() => bench[Symbol.asyncDispose]());

  async function answerTo(bytes: string): Promise<string> {
    const socket = connect(Number(new URL(bench.portal.address ?? "").port), "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => (answer += data.toString()));
    socket.on("error", () => undefined);
    socket.write(bytes);
    await once(socket, "close");
    return answer;
  }

  const faults: readonly (readonly [string, string, RegExp, RegExp])[] = [
    [
      "more cookies than are taken",
      `GET / HTTP/1.1\r\nHost: x\r\nCookie: a=${"a".repeat(17_000)}`,
      /^HTTP\/1\.1 431 /,
      /löschen Sie die Cookies .*delete the cookies/s,
    ],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      /^HTTP\/1\.1 400 /,
      /<h1>Das hat nicht geklappt<.*<h2>That did not work</s,
    ],
    [
      "a method of nobody's",
      "FOO / HTTP/1.1\r\nHost: x\r\n\r\n",
      /^HTTP\/1\.1 400 /,
      /open the link in the e.mail again/,
    ],
  ];
  for (const [what, bytes, status, text] of faults) {
    it(`gets a page with all headers of pages: ${what}`, async () => {
      const answer = await answerTo(bytes);
      assert.match(answer, status);
      assert.match(answer, text);
      for (const header of [
        /^content-type: text\/html; charset=utf-8\r$/m,
        /^content-security-policy: default-src 'none'/m,
        /^cache-control: no-store\r$/m,
        /^x-content-type-options: nosniff\r$/m,
        /^connection: close\r$/m,
      ]) {
        assert.match(answer, header);
      }
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      assert.match(head, new RegExp(`content-length: ${Buffer.byteLength(body)}$`, "m"));
    });
  }

  const earlier = ["", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"] as const;
  for (const [index, first] of earlier.entries()) {
    it(`never comes into the middle of another answer, the ${index + 1}. on its connection`, async () => {
      const sample = await bench.seal(Buffer.alloc(20 * 1024 * 1024, "x"));
      const { cookies } = await open(bench, sample);
      const [[name, value] = []] = Object.entries(cookies);
      const request = `GET /v/${sample.id}/eml HTTP/1.1\r\nHost: x\r\nCookie: ${name}=${value}\r\n\r\n`;
      const socket = connect(Number(new URL(bench.portal.address ?? "").port), "127.0.0.1");
      let answer = "";
      socket.on("error", () => undefined);
      socket.write(first + request);
      while (!answer.includes("content-disposition"))
        answer += String((await once(socket, "data"))[0]);
      socket.on("data", (data) => (answer += data.toString()));
      socket.write("what is this\r\n\r\n");
      await once(socket, "close");
      assert.match(answer, /^HTTP\/1\.1 200 /);
      assert.equal(answer.split("HTTP/1.1 ").length, index + 2);
    });
  }
});

describe("what is no TLS", () => {
  // The page for what is no request waited for the end of a handshake that never came.
  it("ends with the time for its handshake", async () => {
    const { chainPem: cert, keyPem: key } = issueForPortal();
    const server = createServer({ cert, key, handshakeTimeout: 100 });
    const answers = new RunningAnswers(server);
    const log = new RecordingLog();
    answerClientErrors(server, { answers, secure: true, clock: systemClock, log });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.on("error", () => undefined).resume();
    await once(socket, "close");
    server.close();
    assert.deepEqual(log.at("warn")[0]?.fields, { code: "ERR_TLS_HANDSHAKE_TIMEOUT" });
  });
});
