import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { httpsTarget, startHttpsRedirect } from "../../src/portal/https-redirect.ts";
import { seededRandom } from "../support/random.ts";

const origin = "https://post.company.example:8443";
const listenAt = { host: "127.0.0.1", port: 0 };
const parts = { origin, clock: systemClock, log: silentLog };
const token = "A".repeat(43);

async function ask(address: string, request: string): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.end(request);
  const pieces: Buffer[] = [];
  socket.on("data", (bytes: Buffer) => pieces.push(bytes));
  await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(pieces).toString("latin1");
}

describe("the way from http to https", () => {
  it("leads GET and HEAD to the same path of the configured host, whatever Host says", async () => {
    await using redirect = await startHttpsRedirect({ listenAt, ...parts });
    for (const method of ["GET", "HEAD"]) {
      const request = `${method} /m/${token}?lang=de HTTP/1.1\r\nHost: evil.example\r\n\r\n`;
      const answer = await ask(redirect.address, request);
      assert.match(answer, /^HTTP\/1\.1 308 /);
      assert.ok(answer.includes(`\r\nlocation: ${origin}/m/${token}\r\n`), answer);
      assert.match(answer, /\r\ncache-control: no-store\r\n/);
      assert.match(answer, /\r\nreferrer-policy: no-referrer\r\n/);
      assert.match(answer, /\r\nx-content-type-options: nosniff\r\n/);
      assert.doesNotMatch(answer, /strict-transport/i);
      assert.doesNotMatch(answer, /evil|set-cookie/i);
    }
  });

  it("does nothing else", async () => {
    await using redirect = await startHttpsRedirect({ listenAt, ...parts });
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"]) {
      const request = `${method} /m/${token} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\ncode`;
      const answer = await ask(redirect.address, request);
      assert.match(answer, /^HTTP\/1\.1 405 .*\r\nallow: GET, HEAD\r\n/s, method);
      assert.doesNotMatch(answer, /^location/im);
    }
    assert.doesNotMatch(
      await ask(redirect.address, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"),
      / 2\d\d /,
    );
    assert.match(
      await ask(redirect.address, `GET /${"a".repeat(9000)} HTTP/1.1\r\n\r\n`),
      / 4\d\d /,
    );
  });

  it("tells in words what it cannot read", async () => {
    await using redirect = await startHttpsRedirect({ listenAt, ...parts });
    const cookies = `GET / HTTP/1.1\r\nHost: x\r\nCookie: a=${"a".repeat(9_000)}`;
    assert.match(await ask(redirect.address, cookies), /^HTTP\/1\.1 431 .*delete the cookies/s);
  });

  it("keeps no network from the others", async () => {
    await using redirect = await startHttpsRedirect({ listenAt, ...parts });
    const { port } = new URL(redirect.address);
    const idle = Array.from({ length: 40 }, () => connect(Number(port), "127.0.0.1"));
    for (const socket of idle) socket.on("error", () => undefined);
    await Promise.all(idle.map((socket) => once(socket, "connect")));
    assert.equal(await ask(redirect.address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "");
    for (const socket of idle) socket.destroy();
  });

  it("keeps no path that is not of the portal's make", () => {
    for (const url of [
      "//evil.example/",
      "/\\evil.example",
      "/a/../..//b",
      "/%0d%0aSet-Cookie:x",
      "http://evil.example/m/x",
      "@evil.example",
      ".evil.example/",
      "*",
      "",
      `/${"a".repeat(500)}`,
      "/é",
    ]) {
      assert.equal(httpsTarget(origin, url), `${origin}/`, url);
    }
    assert.equal(httpsTarget(origin, "/robots.txt"), `${origin}/robots.txt`);
    assert.equal(httpsTarget(origin, "/v/abc/part/1#x"), `${origin}/v/abc/part/1`);
  });

  it("leads nobody to another host, for any request", () => {
    const random = seededRandom(80);
    const pieces = ["/", "\\", ".", "@", ":", "a", "%2f", "?", "#", "\r\n", " ", "//evil.example"];
    for (let round = 0; round < 3000; round += 1) {
      const url = Array.from({ length: random.below(12) }, () => random.pick(pieces)).join("");
      const target = httpsTarget(origin, url);
      assert.equal(new URL(target).origin, origin);
      assert.match(target, /^[\u0021-\u007e]+$/);
    }
  });

  it("says where it cannot listen", async () => {
    await using first = await startHttpsRedirect({ listenAt, ...parts });
    const taken = { host: "127.0.0.1", port: Number(new URL(first.address).port) };
    await assert.rejects(startHttpsRedirect({ listenAt: taken, ...parts }), {
      code: "MXSEAL_LISTEN_FAILED",
    });
  });
});
