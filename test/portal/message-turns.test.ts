/** Who opens a large message many times at once, or goes away meanwhile; real store, real sockets. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { chunkBytes } from "../../src/seal/chunk-cipher.ts";
import type { SealedStore } from "../../src/store/sealed-store.ts";
import { changedStore } from "../support/changed-store.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { type OpenReader, open } from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";

const files = ["first", "second", "third", "fourth"].map((word) => Buffer.from(`${word} file`));
const chunks = 20;

/** Of many chunks, with its files behind a long text. */
function largeMail(): Buffer {
  const parts = files.map(
    (file, index) =>
      `--b\r\nContent-Type: image/tiff; name=${index}.tif\r\nContent-Transfer-Encoding: base64\r\n\r\n${file.toString("base64")}\r\n`,
  );
  const text = `--b\r\n\r\n${"Anbei.\r\n".repeat((chunks * chunkBytes) / 8)}`;
  const head = "Subject: Bilder\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
  return Buffer.from(`${head}${text}${parts.join("")}--b--\r\n`);
}

/** Readings of one message, each of which waits behind its first chunk until it is let go. */
class HeldReadings {
  readonly underWay: Promise<void>;
  readonly over: Promise<void>;
  /** At the same moment, at most. */
  most = 0;
  chunksRead = 0;
  #messageId = "";
  #now = 0;
  readonly #began = Promise.withResolvers<void>();
  readonly #mayGoOn = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();

  constructor() {
    this.underWay = this.#began.promise;
    this.over = this.#ended.promise;
  }

  hold(messageId: string): void {
    this.#messageId = messageId;
  }

  letGo(): void {
    this.#mayGoOn.resolve();
  }

  wrap(store: SealedStore): SealedStore {
    return changedStore(store, {
      readChunks: (id) =>
        id === this.#messageId ? this.#read(store.readChunks(id)) : store.readChunks(id),
    });
  }

  async *#read(original: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    try {
      for await (const chunk of original) {
        this.chunksRead += 1;
        yield chunk;
        this.#began.resolve();
        await this.#mayGoOn.promise;
      }
    } finally {
      this.#now -= 1;
      this.#ended.resolve();
    }
  }
}

function benchFor(held: HeldReadings): Promise<PortalBench> {
  return openBench({}, (store) => held.wrap(store));
}

describe("a large message that is opened many times at once", () => {
  it("takes one place, so that another message opens meanwhile, and gives all in turn", async () => {
    const held = new HeldReadings();
    await using bench = await benchFor(held);
    const large = await bench.seal(largeMail());
    const reader = await open(bench, large);
    const other = await open(bench, await bench.seal(textMail()));
    held.hold(large.id);
    const parts = files.map((_, index) => reader.get(`/part/${index + 1}`));
    await held.underWay;
    // As many store reads as bring all of them to the gate.
    for (let count = 0; count < files.length; count += 1) {
      assert.equal((await other.get("/reply")).statusCode, 200);
    }
    assert.equal((await other.get("")).statusCode, 200);
    assert.equal(held.most, 1);
    held.letGo();
    const answers = await Promise.all(parts);
    assert.deepEqual(
      answers.map(({ statusCode, rawPayload }) => [statusCode, rawPayload.toString()]),
      files.map((file) => [200, file.toString()]),
    );
  });

  it("is refused beyond what a browser asks for, and only there", async () => {
    const held = new HeldReadings();
    await using bench = await benchFor(held);
    const large = await bench.seal(largeMail());
    const reader = await open(bench, large);
    held.hold(large.id);
    const answers = Array.from({ length: 32 }, () => reader.get(""));
    const refused = await Promise.race(answers);
    assert.equal(refused.statusCode, 503);
    held.letGo();
    const all = await Promise.all(answers);
    const busy = all.filter(({ statusCode }) => statusCode !== 200);
    assert.deepEqual(busy, [refused]);
  });
});

describe("a message whose reader goes away", () => {
  /** Resolves when the server knows that the client is gone. */
  async function askAndGo(
    bench: PortalBench,
    { cookies }: OpenReader,
    path: string,
    until: Promise<void> | "first bytes",
  ): Promise<void> {
    const asked = once(bench.portal.app.server, "request");
    const client = connect(Number(new URL(bench.portal.address ?? "").port), "127.0.0.1");
    const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
    client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${cookie.join("; ")}\r\n\r\n`);
    const [, response] = (await asked) as [IncomingMessage, ServerResponse];
    const closed = once(response, "close");
    await (until === "first bytes" ? once(client, "readable") : until);
    client.resetAndDestroy();
    await closed;
  }

  async function openHeld(bench: PortalBench, held: HeldReadings) {
    await bench.portal.listen();
    const large = await bench.seal(largeMail());
    const reader = await open(bench, large);
    held.hold(large.id);
    return { large, reader };
  }

  it("is read no further", async () => {
    const held = new HeldReadings();
    await using bench = await benchFor(held);
    const { large, reader } = await openHeld(bench, held);
    await askAndGo(bench, reader, `/v/${large.id}`, held.underWay);
    held.letGo();
    await held.over;
    assert.ok(held.chunksRead < 4, `${held.chunksRead} of ${chunks}`);
    assert.equal((await reader.get("")).statusCode, 200);
    assert.deepEqual([...bench.log.at("error"), ...bench.log.at("warn")], []);
  });

  // A page is handed to the socket whole, long before its reader has it.
  it("has a line that says so while a page is on its way, too", async () => {
    await using bench = await openBench();
    await bench.portal.listen();
    // More than the kernel keeps for a socket.
    const long = `Subject: long\r\n\r\n${'"'.repeat(999_000)}`;
    const sample = await bench.seal(Buffer.from(long));
    const reader = await open(bench, sample);
    await askAndGo(bench, reader, `/v/${sample.id}`, "first bytes");
    await reader.get("/reply");
    const left = bench.log.lines.filter(({ fields }) => fields["left"] === true);
    assert.deepEqual(
      left.map(({ fields }) => [fields["route"], fields["status"]]),
      [["/v/:id", 200]],
    );
  });

  it("has one line in the log, which says so, for a page and for a download", async () => {
    for (const [route, path] of [
      ["/v/:id", ""],
      ["/v/:id/eml", "/eml"],
    ] as const) {
      const held = new HeldReadings();
      await using bench = await benchFor(held);
      const { large, reader } = await openHeld(bench, held);
      await askAndGo(bench, reader, `/v/${large.id}${path}`, held.underWay);
      held.letGo();
      await held.over;
      await reader.get("/reply");
      const lines = bench.log.lines
        .filter(({ text }) => text === "portal request")
        .map(({ fields }) => [fields["route"], fields["left"]]);
      assert.deepEqual(lines, [
        ["/m/:token", undefined],
        [route, true],
        ["/v/:id/reply", undefined],
      ]);
    }
  });
});
