import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { ProtocolError } from "../../src/base/errors.ts";
import type { RequestParser, StreamProtocol } from "../../src/listen/stream-connection.ts";
import { StreamServer, type StreamServerOptions } from "../../src/listen/stream-server.ts";
import { ByteQueue } from "../../src/wire/byte-queue.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { StreamClient } from "../support/stream-client.ts";

/** The least protocol there is: lines, refused when they say `bad` or grow over 100 bytes. */
class LineParser implements RequestParser<string> {
  readonly #queue = new ByteQueue();

  get pending(): boolean {
    return this.#queue.length > 0;
  }

  push(chunk: Buffer): void {
    this.#queue.append(chunk);
  }

  next(): string | undefined {
    const end = this.#queue.find("\n", 0);
    if (end === -1 && this.#queue.length > 100) throw new ProtocolError("too-long", "long");
    if (end === -1) return undefined;
    const line = this.#queue.text(0, end);
    this.#queue.consume(end + 1);
    if (line === "bad") throw new ProtocolError("bad-line", "bad");
    return line;
  }
}

const inBrackets = (line: string): string => `<${line}>\n`;

function lines(answer: StreamProtocol<string>["answer"] = inBrackets): StreamProtocol<string> {
  return { name: "lines", createParser: () => new LineParser(), answer };
}

const log = (): RecordingLog => new RecordingLog();
const anywhere: StreamServerOptions = { endpoint: "127.0.0.1:0" };

function faults(from: RecordingLog): readonly unknown[] {
  return from.at("warn").map((line) => line.fields["fault"]);
}

function mockTimers(t: TestContext): void {
  t.mock.timers.enable({ apis: ["setTimeout"] });
}

describe("a stream server", { timeout: 60_000 }, () => {
  it("answers split and pipelined requests in their order", async () => {
    await using server = await StreamServer.listen(lines(), anywhere, log());
    await using client = await StreamClient.connect(server.endpoint);
    client.send("one\ntwo\nthr");
    assert.equal(await client.take("<two>\n"), "<one>\n<two>\n");
    client.send("e");
    assert.equal(await client.ask("e\n", "\n"), "<three>\n");
  });

  it("listens on IPv6 and names the port it got", async () => {
    await using server = await StreamServer.listen(lines(), { endpoint: "[::1]:0" }, log());
    assert.match(server.endpoint, /^\[::1\]:[1-9]\d*$/);
    await using client = await StreamClient.connect(server.endpoint);
    assert.equal(await client.ask("six\n", "\n"), "<six>\n");
  });

  it("answers in order although a later answer is ready first", async () => {
    const first = Promise.withResolvers<string>();
    const answer = (line: string): string | Promise<string> =>
      line === "slow" ? first.promise : inBrackets(line);
    await using server = await StreamServer.listen(lines(answer), anywhere, log());
    await using client = await StreamClient.connect(server.endpoint);
    await using other = await StreamClient.connect(server.endpoint);
    client.send("zero\nslow\nfast\n");
    assert.equal(await client.take("\n"), "<zero>\n");
    client.send("last\n");
    assert.equal(await other.ask("meanwhile\n", "\n"), "<meanwhile>\n");
    assert.equal(client.received, "");
    first.resolve("<slow>\n");
    assert.equal(await client.take("<last>\n"), "<slow>\n<fast>\n<last>\n");
  });

  it("keeps 600 connections open for hours and answers each again", async (t) => {
    await using server = await StreamServer.listen(lines(), anywhere, log());
    const clients = await Promise.all(
      Array.from({ length: 600 }, () => StreamClient.connect(server.endpoint)),
    );
    await Promise.all(clients.map((client) => client.ask("a\n", "\n")));
    mockTimers(t);
    t.mock.timers.tick(6 * 60 * 60_000);
    const answers = await Promise.all(clients.map((client, id) => client.ask(`${id}\n`, "\n")));
    assert.deepEqual(
      answers,
      clients.map((_, id) => `<${id}>\n`),
    );
    assert.equal(server.connectionCount, 600);
    for (const client of clients) client.socket.destroy();
  });

  it("refuses connections beyond its limit and serves those it has", async () => {
    const warnings = log();
    const options = { ...anywhere, maxConnections: 2 };
    await using server = await StreamServer.listen(lines(), options, warnings);
    await using one = await StreamClient.connect(server.endpoint);
    await using two = await StreamClient.connect(server.endpoint);
    await one.ask("a\n", "\n");
    await two.ask("a\n", "\n");
    await using three = await StreamClient.connect(server.endpoint);
    await three.closed;
    assert.equal(await one.ask("b\n", "\n"), "<b>\n");
    assert.equal(await two.ask("c\n", "\n"), "<c>\n");
    assert.equal(warnings.at("warn").length, 1);
  });

  for (const [what, input, code] of [
    ["malformed", "good\nbad\ngood\n", "bad-line"],
    ["oversize", `good\n${"x".repeat(101)}`, "too-long"],
  ] as const) {
    it(`closes a connection with ${what} input, with one line, after the answers due`, async () => {
      const warnings = log();
      await using server = await StreamServer.listen(lines(), anywhere, warnings);
      await using broken = await StreamClient.connect(server.endpoint);
      await using healthy = await StreamClient.connect(server.endpoint);
      broken.send(input);
      await broken.closed;
      assert.equal(broken.received, "<good>\n");
      assert.equal(await healthy.ask("a\n", "\n"), "<a>\n");
      assert.deepEqual(faults(warnings), [code]);
      assert.equal(server.connectionCount, 1);
    });
  }

  it("closes a connection that ends within a request, with one line", async () => {
    const warnings = log();
    await using server = await StreamServer.listen(lines(), anywhere, warnings);
    await using client = await StreamClient.connect(server.endpoint);
    client.socket.end("whole\nhal");
    await client.closed;
    assert.equal(client.received, "<whole>\n");
    assert.deepEqual(faults(warnings), ["ended-within-a-request"]);
  });

  it("says nothing about a connection that ends between requests or is reset", async () => {
    const lines0 = log();
    await using server = await StreamServer.listen(lines(), anywhere, lines0);
    await using ended = await StreamClient.connect(server.endpoint);
    await using reset = await StreamClient.connect(server.endpoint);
    await ended.ask("a\n", "\n");
    await reset.ask("a\n", "\n");
    ended.socket.end();
    reset.socket.resetAndDestroy();
    await Promise.all([ended.closed, reset.closed]);
    await using next = await StreamClient.connect(server.endpoint);
    await next.ask("a\n", "\n");
    assert.deepEqual(lines0.at("warn"), []);
    assert.deepEqual(lines0.at("error"), []);
  });

  it("gives an incomplete request a deadline that trickling bytes do not move", async (t) => {
    mockTimers(t);
    const warnings = log();
    const options = { ...anywhere, stallTimeoutMs: 1000 };
    await using server = await StreamServer.listen(lines(), options, warnings);
    await using client = await StreamClient.connect(server.endpoint);
    await using witness = await StreamClient.connect(server.endpoint);
    await client.ask("a\nb", "\n");
    t.mock.timers.tick(900);
    client.send("c");
    await witness.ask("x\n", "\n");
    await witness.ask("x\n", "\n");
    t.mock.timers.tick(100);
    await client.closed;
    assert.deepEqual(faults(warnings), ["request-incomplete"]);
    assert.equal(await witness.ask("y\n", "\n"), "<y>\n");
  });

  it("gives each incomplete request a deadline of its own", async (t) => {
    mockTimers(t);
    const options = { ...anywhere, stallTimeoutMs: 1000 };
    await using server = await StreamServer.listen(lines(), options, log());
    await using client = await StreamClient.connect(server.endpoint);
    await client.ask("a\nb", "\n");
    t.mock.timers.tick(900);
    await client.ask("\nc", "\n");
    t.mock.timers.tick(900);
    assert.equal(await client.ask("\n", "\n"), "<c>\n");
  });
});

describe("a peer that sends more than it may", { timeout: 60_000 }, () => {
  const request = `${"x".repeat(90)}\n`;
  const requestCount = 300_000;
  const longAnswer = `${"y".repeat(1000)}\n`;

  interface Counted {
    readonly protocol: StreamProtocol<string>;
    takenBytes: number;
    answers: number;
  }

  /** Counts the bytes that the server takes and the answers that it makes. */
  function counted(answer: () => string | Promise<string>): Counted {
    const plain = lines((line) => {
      if (line === "witness") return inBrackets(line);
      counting.answers += 1;
      return answer();
    });
    const counting: Counted = { takenBytes: 0, answers: 0, protocol: { ...plain, createParser } };
    function createParser(): RequestParser<string> {
      return new (class extends LineParser {
        override push(chunk: Buffer): void {
          counting.takenBytes += chunk.length;
          super.push(chunk);
        }
      })();
    }
    return counting;
  }

  /** Sends all requests, reads nothing, and returns when the server has stopped taking them. */
  async function stuffed(endpoint: string, counting: Counted): Promise<StreamClient> {
    const stuck = await StreamClient.connect(endpoint);
    await using witness = await StreamClient.connect(endpoint);
    stuck.socket.pause();
    stuck.send(request.repeat(requestCount));
    for (let quiet = 0; quiet < 20; quiet += 1) {
      const { takenBytes, answers } = counting;
      await witness.ask("witness\n", "\n");
      const taken = counting.takenBytes - takenBytes > "witness\n".length;
      if (taken || counting.answers > answers) quiet = 0;
    }
    return stuck;
  }

  function assertNotTaken({ takenBytes }: Counted): void {
    assert.ok(takenBytes < (request.length * requestCount) / 2, `${takenBytes} bytes were taken`);
  }

  async function readAll(stuck: StreamClient, expectedBytes: number): Promise<void> {
    let receivedBytes = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    stuck.socket.removeAllListeners("data");
    stuck.socket.on("data", (text: string) => {
      receivedBytes += text.length;
      if (receivedBytes === expectedBytes) resolve();
    });
    stuck.socket.resume();
    await promise;
  }

  it("is not read from while it does not read, and then gets all its answers", async () => {
    const counting = counted(() => longAnswer);
    await using server = await StreamServer.listen(counting.protocol, anywhere, log());
    await using stuck = await stuffed(server.endpoint, counting);
    assertNotTaken(counting);
    await readAll(stuck, requestCount * longAnswer.length);
  });

  it("is not read from while an answer is in the making", async () => {
    const first = Promise.withResolvers<string>();
    const counting = counted(() => first.promise);
    await using server = await StreamServer.listen(counting.protocol, anywhere, log());
    await using stuck = await stuffed(server.endpoint, counting);
    assertNotTaken(counting);
    first.resolve("z\n");
    await readAll(stuck, requestCount * 2);
  });

  it("is closed after the deadline when it does not read, with one line", async (t) => {
    mockTimers(t);
    const warnings = log();
    const counting = counted(() => longAnswer);
    await using server = await StreamServer.listen(counting.protocol, anywhere, warnings);
    await using stuck = await stuffed(server.endpoint, counting);
    t.mock.timers.tick(30_000);
    stuck.socket.resume();
    await stuck.closed;
    assert.deepEqual(faults(warnings), ["peer-does-not-read"]);
  });
});

describe("stopping a stream server", { timeout: 60_000 }, () => {
  it("finishes the answer in the making and those behind it, then closes", async () => {
    const first = Promise.withResolvers<string>();
    const started = Promise.withResolvers<void>();
    const answer = (line: string): string | Promise<string> => {
      if (line !== "slow") return inBrackets(line);
      started.resolve();
      return first.promise;
    };
    const server = await StreamServer.listen(lines(answer), anywhere, log());
    await using client = await StreamClient.connect(server.endpoint);
    await using idle = await StreamClient.connect(server.endpoint);
    await idle.ask("a\n", "\n");
    client.send("slow\nbehind\n");
    await started.promise;
    const stopped = server[Symbol.asyncDispose]();
    await idle.closed;
    await assert.rejects(StreamClient.connect(server.endpoint));
    first.resolve("<slow>\n");
    await stopped;
    await client.closed;
    assert.equal(client.received, "<slow>\n<behind>\n");
  });

  it("finishes many answers that were asked for at once", async () => {
    const first = Promise.withResolvers<string>();
    const answer = (line: string): string | Promise<string> =>
      line === "slow" ? first.promise : `${line.repeat(1000)}\n`;
    const server = await StreamServer.listen(lines(answer), anywhere, log());
    await using client = await StreamClient.connect(server.endpoint);
    await using witness = await StreamClient.connect(server.endpoint);
    client.send(`slow\n${"x\n".repeat(500)}`);
    await witness.ask("y\n", "\n");
    await witness.ask("y\n", "\n");
    const stopped = server[Symbol.asyncDispose]();
    first.resolve("z\n");
    await stopped;
    await client.closed;
    assert.equal(client.received, `z\n${`${"x".repeat(1000)}\n`.repeat(500)}`);
  });

  it("waits for an answer only for its time of grace", async (t) => {
    mockTimers(t);
    const started = Promise.withResolvers<void>();
    const answer = (): Promise<string> => {
      started.resolve();
      return new Promise(() => undefined);
    };
    const server = await StreamServer.listen(lines(answer), { ...anywhere, graceMs: 500 }, log());
    await using client = await StreamClient.connect(server.endpoint);
    client.send("never\n");
    await started.promise;
    const stopped = server[Symbol.asyncDispose]();
    t.mock.timers.tick(500);
    await stopped;
    await client.closed;
    assert.equal(client.received, "");
  });
});
