/** The SMS hook as a service: a real HTTP server on loopback, well-behaved and otherwise. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createTcpServer, type Server } from "node:net";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { describe, it } from "node:test";
import type { PhoneNumber } from "../../src/base/phone-number.ts";
import type { Sms } from "../../src/notify/sms-hook.ts";
import { parseRetryAfter, SmsService } from "../../src/notify/sms-service.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const sms: Sms = {
  to: "+491701234567" as PhoneNumber,
  text: "Code für Sie: K7QF-3MRT-9XWD",
  message: "4N8TCW2P",
};
const generousMs = 20_000;

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return `http://127.0.0.1:${address.port}/sms`;
}

/** Sends to a server that answers as told; its requests are counted. */
async function sendTo(answer: RequestListener, timeoutMs = generousMs, tokenFile?: string) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  const url = await listening(server);
  try {
    const outcome = await new SmsService({ url, tokenFile, timeoutMs }).send(sms);
    return { outcome, requests };
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

function replyWith(status: number, headers: Readonly<Record<string, string>> = {}) {
  return (_: unknown, response: ServerResponse): void => {
    response.writeHead(status, headers).end("said so");
  };
}

describe("an SMS hook that is a service", () => {
  it("gets one POST of the JSON, with the token", async () => {
    await using directory = await tempDirectory();
    const tokenFile = join(directory.path, "token");
    await writeFile(tokenFile, "aToken.1234/+==\n", { mode: 0o640 });
    let seen:
      | { readonly headers: IncomingHttpHeaders; readonly method?: string | undefined }
      | undefined;
    let body = "";
    const { outcome, requests } = await sendTo(
      (request, response) => {
        seen = { headers: request.headers, method: request.method };
        const answer = async (): Promise<void> => {
          body = await textOf(request);
          response.writeHead(202).end("queued");
        };
        void answer();
      },
      generousMs,
      tokenFile,
    );
    assert.deepEqual(outcome, { kind: "taken", status: "HTTP 202", answer: "queued" });
    assert.equal(requests, 1);
    assert.deepEqual(JSON.parse(body), sms);
    assert.equal(seen?.method, "POST");
    assert.equal(seen.headers.authorization, "Bearer aToken.1234/+==");
    assert.equal(seen.headers["content-type"], "application/json");
    assert.equal(seen.headers.connection, "close");
  });

  for (const [status, kind, unsent] of [
    [200, "taken", undefined],
    [204, "taken", undefined],
    [301, "refused", undefined],
    [400, "refused", undefined],
    [401, "refused", undefined],
    [404, "refused", undefined],
    [408, "later", false],
    [425, "later", true],
    [429, "later", true],
    [500, "later", false],
    [502, "later", false],
    [503, "later", true],
  ] as const) {
    it(`says by status ${status} that the SMS is ${kind}`, async () => {
      const { outcome, requests } = await sendTo(replyWith(status));
      assert.equal(outcome.kind, kind);
      assert.equal(outcome.status, `HTTP ${status}`);
      assert.equal(outcome.kind === "later" ? outcome.unsent : undefined, unsent);
      assert.equal(requests, 1);
    });
  }

  it("is not followed elsewhere, also where a redirect would keep method and body", async () => {
    for (const status of [302, 307, 308]) {
      const { outcome, requests } = await sendTo(replyWith(status, { location: "/other" }));
      assert.deepEqual([outcome.kind, requests], ["refused", 1]);
    }
  });

  it("may say when to come again, within a bound", async () => {
    const { outcome } = await sendTo(replyWith(503, { "retry-after": "120" }));
    assert.equal(outcome.kind === "later" && outcome.retryAfterMs, 120_000);
    const nowMs = Date.UTC(2026, 10, 23, 12);
    const cases: readonly (readonly [string | null, number | undefined])[] = [
      [null, undefined],
      ["", undefined],
      ["soon", undefined],
      ["0", 0],
      ["999999999", 900_000],
      ["9".repeat(400), undefined],
      ["Mon, 23 Nov 2026 12:01:00 GMT", 60_000],
      ["Mon, 23 Nov 2026 11:00:00 GMT", 0],
      ["Fri, 31 Dec 9999 23:59:59 GMT", 900_000],
    ];
    for (const [text, wait] of cases) {
      assert.equal(parseRetryAfter(text, nowMs), wait, String(text));
    }
  });

  it("has not taken what it never answers, and may have sent it", async () => {
    const { outcome } = await sendTo(() => undefined, 300);
    assert.deepEqual(outcome, {
      kind: "later",
      unsent: false,
      status: "no answer within 0.3 s",
      answer: "",
    });
  });

  it("has not taken what breaks off before a status, and may have sent it", async () => {
    const { outcome } = await sendTo((request) => request.socket.destroy());
    assert.ok(outcome.kind === "later" && !outcome.unsent);
    assert.equal(outcome.status, "UND_ERR_SOCKET");
  });

  it("is believed its status when the body drips, breaks off or has no end", async () => {
    const drip = await sendTo((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(timer));
    }, 500);
    assert.equal(drip.outcome.kind, "taken");
    const broken = await sendTo((request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => request.socket.destroy());
    });
    assert.equal(broken.outcome.kind, "taken");
    const endless = await sendTo((_, response) => {
      response.writeHead(500);
      const more = (): void => {
        while (response.write("x".repeat(65_536)));
        response.once("drain", more);
      };
      more();
    });
    assert.equal(endless.outcome.kind, "later");
    assert.equal(endless.outcome.answer.length, 4096);
  });

  it("has sent nothing where there is nobody, or no certificate", async () => {
    const server = createTcpServer();
    const url = await listening(server);
    server.close();
    await once(server, "close");
    for (const each of [url, "https://nowhere.invalid/"]) {
      const service = new SmsService({ url: each, tokenFile: undefined, timeoutMs: generousMs });
      const outcome = await service.send(sms);
      assert.ok(outcome.kind === "later" && outcome.unsent, `${each}: ${outcome.status}`);
    }
  });

  it("may speak anything but HTTP", async () => {
    for (const noise of ["\0\u0001\u0002\r\n\r\n", "HTTP/9.9 abc\r\n\r\n", "SSH-2.0-x\r\n", ""]) {
      const server = createTcpServer((socket) => {
        socket.on("error", () => undefined).on("data", () => socket.end(noise));
      });
      const url = await listening(server);
      const service = new SmsService({ url, tokenFile: undefined, timeoutMs: generousMs });
      assert.equal((await service.send(sms)).kind, "later", JSON.stringify(noise));
      server.close();
      await once(server, "close");
    }
  });

  it("is not asked without the token it wants to see", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "token");
    const cases: readonly (readonly [string, number, RegExp])[] = [
      ["secret", 0o644, /may be read or changed by others/],
      ["secret", 0o660, /may be read or changed by others/],
      ["", 0o600, /does not hold one token/],
      ["two words", 0o600, /does not hold one token/],
      ["a\r\nHost: evil.test", 0o600, /does not hold one token/],
      ["x".repeat(5000), 0o600, /is no token file/],
    ];
    for (const [content, mode, status] of cases) {
      await writeFile(path, content);
      await chmod(path, mode);
      const { outcome, requests } = await sendTo(replyWith(200), generousMs, path);
      assert.deepEqual([outcome.kind, requests], ["later", 0]);
      assert.match(outcome.status, status);
      assert.ok(!outcome.status.includes("secret"));
    }
    const missing = await sendTo(replyWith(200), generousMs, join(directory.path, "none"));
    assert.match(missing.outcome.status, /cannot be read: ENOENT/);
  });
});
