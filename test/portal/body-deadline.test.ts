/** How long the rest of a form may take whose answer is decided; real sockets, time as told. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { answeredBodyMs, longestBodyMs, usualBodyMs } from "../../src/portal/body-deadline.ts";
import { defaultFileLimits } from "../../src/portal/reply-limits.ts";
import { SharedGate } from "../../src/portal/shared-gate.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { open } from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";
import { StreamClient } from "../support/stream-client.ts";

const boundary = "----bench7";
const endOfForm = `\r\n--${boundary}--\r\n`;
const endOfPage = "</html>\n";

function partHead(name: string, file = ""): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
}

const fields = `${partHead("number")}1\r\n${partHead("text")}Lange geschrieben\r\n`;
const upToFile = `${fields}${partHead("file", '; filename="a.bin"')}x`;
const form = `${upToFile}${endOfForm}`;
const hasText = /Lange geschrieben<\/textarea>/;

interface Sending {
  readonly bench: PortalBench;
  readonly client: StreamClient;
  /** Head of a request with the form of a reader whose session is open, or over. */
  readonly head: (query?: string, session?: "open" | "over") => string;
}

/** From then on time stands still: the clock's, and that of whoever waits. */
async function startSending(test: TestContext): Promise<Sending & AsyncDisposable> {
  const bench = await openBench();
  await bench.portal.listen();
  const { app, address = "" } = bench.portal;
  Object.assign(app.server, { keepAliveTimeout: 1, keepAliveTimeoutBuffer: 0 });
  const sample = await bench.seal(textMail());
  const { cookies } = await open(bench, sample);
  const cookie = Object.entries(cookies)
    .map((each) => each.join("="))
    .join("; ");
  const client = await StreamClient.connect(new URL(address).host);
  test.mock.timers.enable({ apis: ["setTimeout"] });
  return {
    bench,
    client,
    head: (query = "", session = "open") =>
      [
        `POST /v/${sample.id}/reply?lang=en${query} HTTP/1.1`,
        "Host: portal",
        "Sec-Fetch-Site: same-origin",
        `Content-Type: multipart/form-data; boundary=${boundary}`,
        `Content-Length: ${form.length}`,
        ...(session === "open" ? [`Cookie: ${cookie}`] : []),
        "",
        "",
      ].join("\r\n"),
    [Symbol.asyncDispose]: async () => {
      test.mock.timers.reset();
      await client[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
    },
  };
}

const restMs = answeredBodyMs(defaultFileLimits.maxMib);

function noPlace(test: TestContext): void {
  test.mock.method(SharedGate.prototype, "enter", async () => undefined);
}

/** Another connection, which began later and says nothing more, is closed by now. */
async function letIdlePass({ bench }: Sending): Promise<void> {
  await using other = await StreamClient.connect(new URL(bench.portal.address ?? "").host);
  await other.ask("GET /closed HTTP/1.1\r\nHost: portal\r\n\r\n", endOfPage);
  await other.closed;
}

/** The rest of the form and one more request, which a connection that was cut off does not answer. */
async function goOn({ client }: Sending): Promise<string> {
  const rest = form.slice(upToFile.length);
  return await client.ask(`${rest}GET /closed HTTP/1.1\r\nHost: portal\r\n\r\n`, endOfPage);
}

describe("a form that is answered before it has come", () => {
  for (const [what, query, session, room] of [
    ["whose session is over", "", "over", "room"],
    ["that is to change its language", "&view=language", "open", "room"],
    ["that finds no place", "", "open", "no room"],
  ] as const) {
    it(`${what} has minutes for its rest`, async (test) => {
      await using sending = await startSending(test);
      if (room === "no room") noPlace(test);
      const answer = await sending.client.ask(
        `${sending.head(query, session)}${upToFile}`,
        endOfPage,
      );
      assert.equal(hasText.test(answer), room === "room");
      test.mock.timers.tick(restMs - 1);
      await letIdlePass(sending);
      assert.match(await goOn(sending), /^HTTP\/1\.1 200 /);
    });

    it(`${what} has no more than these`, async (test) => {
      await using sending = await startSending(test);
      if (room === "no room") noPlace(test);
      await sending.client.ask(`${sending.head(query, session)}${upToFile}`, endOfPage);
      test.mock.timers.tick(restMs);
      await sending.client.closed;
    });
  }
});

describe("the rest of an answered form", () => {
  it("has a megabit per second's time for as much as the operator allows", () => {
    for (const maxMib of [1, 25, 100]) {
      const ownMs = answeredBodyMs(maxMib);
      assert.ok(ownMs >= maxMib * 8 * 1.048576 * 1000 && ownMs <= longestBodyMs, `${ownMs}`);
    }
  });
});

describe("a form that waits for a place", () => {
  it("has all of its time from when it is read", async (test) => {
    await using sending = await startSending(test);
    const { client, head } = sending;
    const [asked, place] = [Promise.withResolvers<void>(), Promise.withResolvers<Disposable>()];
    const wait = (): Promise<Disposable> => {
      asked.resolve();
      return place.promise;
    };
    test.mock.method(SharedGate.prototype, "enter", wait, { times: 1 });
    client.send(`${head()}${fields}`);
    await asked.promise;
    test.mock.timers.tick(usualBodyMs - 1);
    place.resolve({ [Symbol.dispose]: () => undefined });
    await setImmediate();
    test.mock.timers.tick(usualBodyMs - 1);
    const answer = await client.ask(form.slice(fields.length), "\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 303 /);
  });

  it("has no more than that up to its first file", async (test) => {
    await using sending = await startSending(test);
    const asked = Promise.withResolvers<void>();
    const enter = async (): Promise<Disposable> => {
      asked.resolve();
      return { [Symbol.dispose]: () => undefined };
    };
    test.mock.method(SharedGate.prototype, "enter", enter, { times: 1 });
    sending.client.send(`${sending.head()}${fields}`);
    await asked.promise;
    await setImmediate();
    test.mock.timers.tick(usualBodyMs);
    await sending.client.closed;
  });
});
