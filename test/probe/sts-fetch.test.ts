import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import type { StsFetchTimes } from "../../src/probe/sts-fetch.ts";
import { issueCertificate } from "../support/certificates.ts";
import type { FakeZone } from "../support/fake-resolver.ts";
import {
  authority,
  fetched,
  fetchFrom,
  good,
  host,
  policy,
  reasonFor,
} from "../support/policy-fetch.ts";
import { answerBytes, answerWith, type HttpAnswer, PolicyHost } from "../support/policy-host.ts";
import { mutate, seededRandom } from "../support/random.ts";

const short: StsFetchTimes = { connectMs: 5000, wholeMs: 250 };

describe("fetching a policy", () => {
  it("asks for the well-known file of the policy host, under its own name", async () => {
    await using server = await PolicyHost.start(good, answerWith({ body: policy }));
    assert.deepEqual(await fetchFrom({ port: server.port }), fetched);
    const [asked] = server.requests;
    assert.equal(asked?.serverName, host);
    const [line, ...fields] = asked.head.trimEnd().split("\r\n");
    assert.equal(line, "GET /.well-known/mta-sts.txt HTTP/1.1");
    assert.deepEqual(fields.map((field) => field.toLowerCase()).toSorted(), [
      "accept-encoding: identity",
      "accept: text/plain",
      "cache-control: no-cache",
      "connection: close",
      "host: mta-sts.example.com",
      "user-agent: mxseal",
    ]);
  });

  it("keeps the policy host's name in TLS and HTTP where DNS leads to another by an alias", async () => {
    await using server = await PolicyHost.start(good, answerWith({ body: policy }));
    const provider = "sts.provider.example";
    const zone: FakeZone = { aliases: { [host]: provider }, A: { [provider]: ["127.0.0.1"] } };
    assert.deepEqual(await fetchFrom({ port: server.port, zone }), fetched);
    assert.equal(server.requests[0]?.serverName, host);
    assert.match(server.requests[0].head, /^host: mta-sts\.example\.com\r$/im);
  });

  it("does not accept the provider's own name in its certificate instead", async () => {
    const provider = "sts.provider.example";
    const zone: FakeZone = { aliases: { [host]: provider }, A: { [provider]: ["127.0.0.1"] } };
    const identity = issueCertificate({ names: [provider], issuer: authority });
    const reason = await reasonFor(answerWith({ body: policy }), { zone }, identity);
    assert.equal(reason, "its certificate is for sts.provider.example");
  });

  it("reads what an ordinary web server sends in chunks", async () => {
    const server = createServer({ cert: good.chainPem, key: good.keyPem }, (_request, response) => {
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
      for (const line of policy.split(/(?<=\n)/)) response.write(line);
      response.end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      assert.deepEqual(await fetchFrom({ port: (server.address() as AddressInfo).port }), fetched);
    } finally {
      server.close();
    }
  });

  const kinds: readonly (readonly [string, HttpAnswer, string])[] = [
    ["HTTP/1.0 with a length", { version: "HTTP/1.0", body: policy }, policy],
    ["a byte order mark in front", { body: `\ufeff${policy}` }, policy],
    ["a body of exactly 64 KiB", { body: "x".repeat(65_536) }, "x".repeat(65_536)],
    ["an empty body", { body: "" }, ""],
    [
      "a media type in capitals",
      { fields: { "Content-Type": "TEXT/PLAIN;x" }, body: policy },
      policy,
    ],
    [
      "the coding that is none",
      { fields: { "Content-Encoding": "identity" }, body: policy },
      policy,
    ],
  ];
  for (const [name, answer, text] of kinds) {
    it(`takes ${name}`, async () => {
      await using server = await PolicyHost.start(good, answerWith(answer));
      assert.deepEqual(await fetchFrom({ port: server.port }), { ok: true, value: text });
    });
  }

  it("uses no connection twice", async () => {
    await using server = await PolicyHost.start(good, ({ socket }) => {
      socket.write(answerBytes({ body: policy, fields: { Connection: "keep-alive" } }));
    });
    assert.deepEqual(await fetchFrom({ port: server.port }), fetched);
    assert.deepEqual(await fetchFrom({ port: server.port }), fetched);
    assert.equal(server.requests.length, 2);
  });
});

describe("an answer that is no policy", () => {
  const rows: readonly (readonly [string, HttpAnswer, string])[] = [
    ["not found", { status: "404 Not Found", body: policy }, "HTTP status 404"],
    ["a server's fault", { status: "503 Unavailable", body: policy }, "HTTP status 503"],
    ["no content", { status: "204 No Content" }, "HTTP status 204"],
    ["another success", { status: "203 Transformed", body: policy }, "HTTP status 203"],
    ["a part", { status: "206 Partial Content", body: policy }, "HTTP status 206"],
    [
      "a web page",
      { fields: { "Content-Type": "text/html" }, body: policy },
      "its media type is text/html",
    ],
    [
      "no media type",
      { fields: { "Content-Type": undefined }, body: policy },
      "it has no media type",
    ],
    [
      "gzip",
      { fields: { "Content-Encoding": "gzip" }, body: gzipSync(policy) },
      "it is compressed",
    ],
    ["65 KiB", { body: "x".repeat(65 * 1024) }, "it is larger than 64 KiB"],
    ["a byte too many", { body: "x".repeat(65_537) }, "it is larger than 64 KiB"],
    ["text of another encoding", { body: Buffer.from("x: \xfc", "latin1") }, "it is not UTF-8"],
    [
      "a body that ends with the connection",
      { version: "HTTP/1.0", fields: { "Content-Length": undefined }, body: policy },
      "it states no length",
    ],
    [
      "two lengths",
      { fields: { "content-length": "5", "Content-Length": "6" }, body: policy },
      "the answer is not HTTP",
    ],
    [
      "length and chunks",
      { fields: { "Transfer-Encoding": "chunked" }, body: policy },
      "the answer is not HTTP",
    ],
  ];
  for (const [name, answer, reason] of rows) {
    it(`is refused: ${name}`, async () =>
      assert.equal(await reasonFor(answerWith(answer)), reason));
  }

  for (const status of [
    "301 Moved",
    "302 Found",
    "303 See Other",
    "304 Not Modified",
    "307 T",
    "308 P",
  ]) {
    it(`is refused and not followed: ${status}`, async () => {
      await using server = await PolicyHost.start(good, answerWith({}));
      const location = `https://${host}:${server.port}/.well-known/mta-sts.txt`;
      server.answer = answerWith({ status, fields: { Location: location }, body: policy });
      const result = await fetchFrom({ port: server.port });
      assert.deepEqual(result, {
        ok: false,
        error: `a redirect (HTTP status ${status.slice(0, 3)})`,
      });
      assert.equal(server.requests.length, 1);
    });
  }

  it("is refused: more than 64 KiB in chunks of unknown number", async () => {
    const reason = await reasonFor(({ socket }) => {
      socket.write(
        answerBytes({ fields: { "Content-Length": undefined, "Transfer-Encoding": "chunked" } }),
      );
      const chunk = Buffer.from(`1000\r\n${"x".repeat(4096)}\r\n`);
      const pour = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on("drain", pour);
      pour();
    });
    assert.equal(reason, "it is larger than 64 KiB");
  });

  it("is refused: a length beyond 64 KiB, before the body is there", async () => {
    const fields = { "Content-Length": "65537" };
    const reason = await reasonFor(({ socket }) => void socket.write(answerBytes({ fields })));
    assert.equal(reason, "it is larger than 64 KiB");
  });

  it("is refused: a switch to another protocol", async () => {
    const reason = await reasonFor(({ socket }) => {
      socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
    });
    assert.equal(reason, "the connection broke off");
  });

  it("is refused: something that is not HTTP", async () => {
    assert.equal(
      await reasonFor(({ socket }) => void socket.end("220 mail ESMTP\r\n")),
      "the answer is not HTTP",
    );
  });

  it("is refused: a header without end", async () => {
    const reason = await reasonFor(({ socket }) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const field = Buffer.from(`X-Field: ${"x".repeat(1000)}\r\n`);
      const pour = (): void => {
        while (!socket.destroyed && socket.write(field));
      };
      socket.on("drain", pour);
      pour();
    });
    assert.equal(reason, "the answer is not HTTP");
  });

  it("is refused: provisional answers without end", async () => {
    const reason = await reasonFor(({ socket }) => {
      const provisional = Buffer.from("HTTP/1.1 102 Processing\r\n\r\n".repeat(500));
      const pour = (): void => {
        while (!socket.destroyed && socket.write(provisional));
      };
      socket.on("drain", pour);
      pour();
    });
    assert.equal(reason, "it sends without end");
  });
});

describe("arbitrary answers", () => {
  it("give a text within the limit or a reason in words", async () => {
    const random = seededRandom(8461);
    const whole = answerBytes({ body: policy, fields: { Server: "x", Date: "y" } });
    const seen = { texts: 0, reasons: new Set<string>() };
    await using server = await PolicyHost.start(good, ({ socket }) => {
      socket.end(mutate(whole, random));
    });
    for (let round = 0; round < 300; round += 1) {
      const result = await fetchFrom({ port: server.port });
      if (result.ok) seen.texts += 1;
      else seen.reasons.add(result.error);
    }
    assert.ok(seen.texts > 10, `${seen.texts} texts`);
    assert.ok(seen.reasons.size > 3 && !seen.reasons.has(""), [...seen.reasons].join("; "));
  });
});

describe("a connection that breaks", () => {
  const half = answerBytes({ body: policy }).subarray(0, -10);

  it("is told from the end of the file", async () => {
    assert.equal(
      await reasonFor(({ socket }) => void socket.end(half)),
      "the connection broke off",
    );
  });

  it("is told from the end of the file when somebody cuts it without a word", async () => {
    const reason = await reasonFor(
      ({ socket, cut }) => void socket.write(half, () => setImmediate(cut)),
    );
    assert.equal(reason, "the connection broke off");
  });

  it("without an answer is no policy", async () => {
    assert.equal(await reasonFor(({ socket }) => void socket.end()), "the connection broke off");
  });

  it("may also be one that never gets beyond the TLS handshake", async () => {
    // A client passes over each HelloRequest that comes amid a handshake (RFC 5246 §7.4.1.1).
    const helloRequests = Buffer.from("160303000400000000".repeat(1000), "hex");
    const server = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      const pour = (): void => {
        while (!socket.destroyed && socket.write(helloRequests));
      };
      socket.on("drain", pour);
      socket.once("data", pour);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const result = await fetchFrom({ port: (server.address() as AddressInfo).port });
    server.close();
    assert.deepEqual(result, { ok: false, error: "it sends without end" });
  });

  it("during the TLS handshake is no policy", async () => {
    const server = createTcpServer((socket) => void socket.once("data", () => socket.destroy()));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const result = await fetchFrom({ port: (server.address() as AddressInfo).port });
    server.close();
    assert.deepEqual(result, { ok: false, error: "the connection broke off" });
  });
});

describe("patience with a policy host", () => {
  it("ends when it never answers", async () => {
    assert.equal(await reasonFor(() => undefined, { times: short }), "no answer in time");
  });

  it("ends for all of the answer, however steadily it drips", async () => {
    const answer = answerBytes({ body: policy.repeat(100) });
    const reason = await reasonFor(
      ({ socket }) => {
        let sent = 0;
        const drip = setInterval(() => socket.write(answer.subarray(sent, (sent += 1))), 5);
        socket.on("close", () => clearInterval(drip));
      },
      { times: short },
    );
    assert.equal(reason, "no answer in time");
  });

  it("ends when TCP connects and TLS stays silent", async () => {
    const server = createTcpServer((socket) => socket.on("error", () => undefined));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const result = await fetchFrom({ port, times: { connectMs: 100, wholeMs: 5000 } });
    server.close();
    assert.deepEqual(result, { ok: false, error: "no answer in time" });
  });

  it("ends with the probe", async () => {
    const probe = new AbortController();
    const reason = await reasonFor(() => probe.abort(), { signal: probe.signal });
    assert.equal(reason, "no answer in time");
  });

  it("is none after the probe", async () => {
    const reason = await reasonFor(answerWith({ body: policy }), { signal: AbortSignal.abort() });
    assert.equal(reason, "no answer in time");
  });
});
