/** Files that come with an answer, as browsers send them and as they never would; real store. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { after, before, describe, it, type TestContext } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { sessionIdleMs } from "../../src/portal/session.ts";
import { SharedGate } from "../../src/portal/shared-gate.ts";
import { openChunks } from "../../src/seal/chunk-cipher.ts";
import { openReply, type ReplyContent, replyKeyOf } from "../../src/seal/reply-content.ts";
import type { ReplyJob } from "../../src/store/reply-store.ts";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import { heading, open } from "../support/portal-reader.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { textMail } from "../support/sample-mail.ts";

const boundary = "----bench7";
const type = `multipart/form-data; boundary=${boundary}`;

interface Part {
  readonly name: string;
  readonly fileName?: string;
  readonly bytes: Buffer | string;
}

function formOf(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ name, fileName, bytes }) => {
    const file =
      fileName === undefined ? "" : `; filename="${fileName}"\r\nContent-Type: text/x-anything`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(bytes), Buffer.from("\r\n")];
  });
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

interface Reader {
  readonly sample: SealedSample;
  readonly cookies: Readonly<Record<string, string>>;
  send(body: Buffer, contentType?: string, query?: string): Promise<LightMyRequestResponse>;
}

async function readerOf(bench: PortalBench): Promise<Reader> {
  const sample = await bench.seal(textMail());
  const { cookies } = await open(bench, sample);
  return {
    sample,
    cookies,
    send: (body, contentType = type, query = "") =>
      bench.portal.app.inject({
        method: "POST",
        url: `/v/${sample.id}/reply?lang=en${query}`,
        cookies,
        headers: { "content-type": contentType, "sec-fetch-site": "same-origin" },
        payload: body,
      }),
  };
}

const fields = (text = "Anbei", number = "1"): readonly Part[] => [
  { name: "number", bytes: number },
  { name: "text", bytes: text },
];

interface StoredReply {
  readonly job: ReplyJob;
  readonly content: ReplyContent;
  readonly bytes: Buffer;
}

async function stored(
  { store, keys }: PortalBench,
  { id }: SealedSample,
): Promise<readonly StoredReply[]> {
  const key = replyKeyOf(keys.sessionKey);
  const jobs = (await store.replies.jobs(1000)).filter(({ messageId }) => messageId === id);
  return await Promise.all(
    jobs.map(async (job) => {
      const content = openReply(key, job.sealedContent, job);
      const parts: Buffer[] = [];
      const { files } = content;
      if (files !== undefined) {
        const chunks = store.replies.readFiles(job);
        for await (const part of openChunks(chunks, Buffer.from(files.key, "base64"))) {
          parts.push(part);
        }
      }
      return { job, content, bytes: Buffer.concat(parts) };
    }),
  );
}

describe("a message that is closed while files are on their way to it", () => {
  const wholeForm = formOf([...fields("Text"), { name: "file", fileName: "a", bytes: "x" }]);
  // The places for a form, for its files and for the message's head are taken in this order.
  const ends = [
    ["closed by its reader before they have come", 2, "close"],
    ["closed by its reader after that", 3, "close"],
    ["out of time before they have come", 2, "time"],
    ["out of time after that", 3, "time"],
  ] as const;

  async function sendMeanwhile(
    { test, bench, reader }: { test: TestContext; bench: PortalBench; reader: Reader },
    { at, how, form }: { at: number; how: "close" | "time"; form: Buffer },
  ): Promise<LightMyRequestResponse> {
    // So that the answer would renew the cookie.
    bench.clock.advance(sessionIdleMs - 60_000);
    let calls = 0;
    const place = { [Symbol.dispose]: () => undefined };
    test.mock.method(SharedGate.prototype, "enter", async () => {
      calls += 1;
      if (calls === at && how === "time") bench.clock.advance(120_000);
      if (calls === at && how === "close") {
        const { cookies, sample } = reader;
        await bench.portal.app.inject({ method: "POST", url: `/v/${sample.id}/close`, cookies });
      }
      return place;
    });
    const answer = await reader.send(form);
    assert.ok(calls >= at, `${calls} calls`);
    test.mock.restoreAll();
    return answer;
  }

  async function isClosed(
    bench: PortalBench,
    { sample, cookies }: Reader,
    answer: LightMyRequestResponse,
  ): Promise<boolean> {
    const name = `mxseal-${sample.id}`;
    assert.equal(answer.cookies.find((cookie) => cookie.name === name)?.value, "");
    const page = await bench.portal.app.inject({ url: `/v/${sample.id}`, cookies });
    return page.statusCode === 403;
  }

  for (const [what, at, how] of ends) {
    it(`${what}: stays closed, and the page says that the reply goes`, async (test) => {
      await using bench = await openBench();
      const reader = await readerOf(bench);
      const answer = await sendMeanwhile({ test, bench, reader }, { at, how, form: wholeForm });
      // Loaded once more it shall not say that nothing was sent.
      assert.equal(answer.statusCode, 303);
      const { location = "" } = answer.headers;
      const page = await bench.portal.app.inject(location);
      assert.equal(heading(page), "Your reply is on its way");
      assert.match(page.body, /The message was closed meanwhile/);
      assert.ok(await isClosed(bench, reader, answer));
      assert.equal((await stored(bench, reader.sample)).length, 1);
    });
  }

  for (const [what, at, how] of ends.filter(([, place]) => place === 2)) {
    it(`${what}: shows nothing of it where the form has a fault, and gives the text back`, async (test) => {
      await using bench = await openBench();
      const reader = await readerOf(bench);
      const form = formOf([
        ...fields("Text".repeat(6_000)),
        { name: "file", fileName: "a", bytes: "x" },
      ]);
      const answer = await sendMeanwhile({ test, bench, reader }, { at, how, form });
      assert.equal(answer.statusCode, 403);
      assert.equal(heading(answer), "Your reply was not sent");
      assert.match(answer.body, />\nTextText/);
      assert.doesNotMatch(answer.body, /Befund/);
      assert.ok(await isClosed(bench, reader, answer));
      assert.deepEqual(await stored(bench, reader.sample), []);
    });
  }
});

describe("files with a reply", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench[Symbol.asyncDispose]());

  it("are stored byte for byte with their text before the page says so", async () => {
    const reader = await readerOf(bench);
    const [one, two] = [randomBytes(200_000), Buffer.from("zwei\r\n")];
    const body = formOf([
      ...fields("Anbei\r\ndie Bilder"),
      { name: "files", fileName: "Röntgen bild.png", bytes: one },
      { name: "files", fileName: "leer.txt", bytes: "" },
      { name: "files", fileName: "zwei.txt", bytes: two },
    ]);
    const answer = await reader.send(body);
    assert.equal(answer.statusCode, 303, answer.body);
    const [reply, ...more] = await stored(bench, reader.sample);
    assert.ok(reply !== undefined && more.length === 0);
    assert.equal(reply.content.text, "Anbei\ndie Bilder");
    assert.deepEqual(reply.content.files?.list, [
      { name: "Röntgen bild.png", sizeBytes: one.length },
      { name: "leer.txt", sizeBytes: 0 },
      { name: "zwei.txt", sizeBytes: two.length },
    ]);
    assert.ok(reply.bytes.equals(Buffer.concat([one, two])));
  });

  it("are not taken, and nothing is sent, where only the language was to change", async () => {
    const reader = await readerOf(bench);
    const body = formOf([...fields("Anbei"), { name: "file", fileName: "a", bytes: "x" }]);
    const answer = await reader.send(body, type, "&view=language");
    assert.equal(answer.statusCode, 200);
    assert.match(answer.body, />\nAnbei<\/textarea>/);
    assert.match(answer.body, /please choose them again/);
    assert.equal((await stored(bench, reader.sample)).length, 0);
  });

  for (const [what, query, title] of [
    ["they are sent", "", "Your reply could not be read"],
    ["the language is to change", "&view=language", "Very busy right now"],
  ] as const) {
    it(`leave the text where there is no room when ${what}, or the page says that it was not read`, async (test) => {
      const reader = await readerOf(bench);
      const body = formOf([...fields("Bleibt <hier>"), { name: "file", fileName: "", bytes: "" }]);
      const noRoom = async (): Promise<undefined> => undefined;
      const { mock } = test.mock.method(SharedGate.prototype, "enter", noRoom, { times: 1 });
      const back = await reader.send(body, type, query);
      assert.match(back.body, />\nBleibt &lt;hier&gt;<\/textarea>/);
      assert.doesNotMatch(back.body, /choose them again/);
      if (query === "") assert.match(back.body, /Very busy right now/);
      mock.restore();
      test.mock.method(SharedGate.prototype, "enter", noRoom);
      const unread = await reader.send(body, type, query);
      assert.equal(unread.statusCode, 503);
      assert.equal(heading(unread), title);
      assert.equal(unread.headers["retry-after"], "60");
      assert.doesNotMatch(unread.body, /<textarea/);
      assert.deepEqual(await stored(bench, reader.sample), []);
    });
  }

  it("leave a writer whose session is over not in the dark where there is no room", async (test) => {
    await using other = await openBench();
    const reader = await readerOf(other);
    other.clock.advance(sessionIdleMs);
    const body = formOf([...fields(), { name: "file", fileName: "a", bytes: "x" }]);
    test.mock.method(SharedGate.prototype, "enter", async () => undefined);
    const unread = await reader.send(body);
    assert.equal(heading(unread), "Very busy right now");
    // Sent once more it cannot go, but its text comes back.
    assert.match(unread.body, /you get your text back/);
    test.mock.restoreAll();
    assert.match((await reader.send(body)).body, />\nAnbei<\/textarea>/);
  });

  it("may come alone, and a field that nobody filled is none", async () => {
    const reader = await readerOf(bench);
    const alone = formOf([...fields(""), { name: "files", fileName: "a.txt", bytes: "a" }]);
    assert.equal((await reader.send(alone)).statusCode, 303);
    const unfilled = formOf([
      ...fields("nur Text", "2"),
      { name: "files", fileName: "", bytes: "" },
    ]);
    assert.equal((await reader.send(unfilled)).statusCode, 303);
    const [first, second] = await stored(bench, reader.sample);
    assert.equal(first?.content.files?.list.length, 1);
    assert.equal(second?.content.files, undefined);
    const empty = formOf([...fields(" ", "3"), { name: "files", fileName: "", bytes: "" }]);
    assert.equal((await reader.send(empty)).statusCode, 400);
  });

  it("have harmless names, whatever they were called", async () => {
    const reader = await readerOf(bench);
    const names = ["../../etc/passwd", "C:\\x\\con.txt", "a\u202egpj.exe", "\u0007", "a/b"];
    const body = formOf([
      ...fields(),
      ...names.map((fileName) => ({ name: "files", fileName, bytes: "x" })),
    ]);
    assert.equal((await reader.send(body)).statusCode, 303);
    const [reply] = await stored(bench, reader.sample);
    for (const { name } of reply?.content.files?.list ?? []) {
      assert.match(name, /^[^/\\\p{Cc}\u202e]+$/u);
      assert.doesNotMatch(name, /^(?:\.|con\.)/i);
    }
    assert.equal(reply?.content.files?.list.length, names.length);
  });

  it("are one reply when the form is sent twice", async () => {
    const reader = await readerOf(bench);
    const body = formOf([...fields(), { name: "files", fileName: "a", bytes: "x" }]);
    assert.equal((await reader.send(body)).statusCode, 303);
    const again = await reader.send(body);
    assert.equal(again.statusCode, 409);
    assert.match(again.body, />\s*Anbei<\/textarea>/);
    assert.equal((await stored(bench, reader.sample)).length, 1);
  });

  it("are refused when there are too many or too much of them, and the text comes back", async () => {
    await using narrow = await openBench({ replyFiles: { maxFiles: 2, maxMib: 1 } });
    const reader = await readerOf(narrow);
    const file = (bytes: Buffer) => ({ name: "files", fileName: "x.bin", bytes });
    const three = Array.from({ length: 3 }, () => file(Buffer.from("x")));
    const large = [file(Buffer.alloc(700_000)), file(Buffer.alloc(700_000))];
    for (const files of [three, large]) {
      const answer = await reader.send(formOf([...fields("Bleibt <hier>"), ...files]));
      assert.equal(answer.statusCode, 413);
      assert.match(answer.body, />\s*Bleibt &lt;hier&gt;<\/textarea>/);
    }
    assert.deepEqual(await stored(narrow, reader.sample), []);
    assert.equal((await reader.send(formOf([...fields(), ...three.slice(1)]))).statusCode, 303);
  });

  it("are text alone where the operator wants none", async () => {
    await using without = await openBench({ replyFiles: { maxFiles: 0, maxMib: 1 } });
    const reader = await readerOf(without);
    const url = `/v/${reader.sample.id}/reply`;
    const page = await without.portal.app.inject({ url, cookies: { ...reader.cookies } });
    assert.doesNotMatch(page.body, /type="file"|multipart/);
    const answer = await reader.send(
      formOf([...fields(), { name: "files", fileName: "a", bytes: "x" }]),
    );
    assert.ok(answer.statusCode >= 400 && answer.statusCode < 500);
    assert.deepEqual(await stored(without, reader.sample), []);
  });

  it("are taken from nobody who has not opened the message", async () => {
    const sample = await bench.seal(textMail());
    const answer = await bench.portal.app.inject({
      method: "POST",
      url: `/v/${sample.id}/reply`,
      headers: { "content-type": type },
      payload: formOf([...fields(), { name: "files", fileName: "a", bytes: "x" }]),
    });
    assert.equal(answer.statusCode, 403);
    assert.deepEqual(await stored(bench, sample), []);
  });

  it("are kept or refused whole, however the form is broken", async () => {
    await using other = await openBench();
    const reader = await readerOf(other);
    const random = seededRandom(19);
    const whole = formOf([
      ...fields("Text"),
      { name: "__proto__", bytes: "x" },
      { name: "files", fileName: "a.bin", bytes: randomBytes(3000) },
      { name: "text", bytes: "zweiter" },
    ]);
    const broken = [
      Buffer.alloc(0),
      Buffer.from("--"),
      whole.subarray(0, 400),
      whole.subarray(0, -3),
      Buffer.concat([whole, whole]),
      formOf(Array.from({ length: 500 }, () => ({ name: "x", bytes: "y" }))),
      ...Array.from({ length: 120 }, () => mutate(whole, random)),
    ];
    for (const body of broken) {
      const answer = await reader.send(body);
      assert.ok(answer.statusCode < 500, `${answer.statusCode} for ${body.toString("latin1")}`);
    }
    for (const contentType of ["multipart/form-data", `${type.slice(0, 30)}"`, `${type}x`]) {
      const answer = await reader.send(whole, contentType);
      assert.ok(answer.statusCode >= 400 && answer.statusCode < 500);
    }
    for (const { content, bytes } of await stored(other, reader.sample)) {
      const list = content.files?.list ?? [];
      assert.equal(
        bytes.length,
        list.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      );
    }
    assert.deepEqual(other.log.at("error"), []);
  });

  it("leave nothing when the browser goes away in the middle", async () => {
    await using other = await openBench();
    await other.portal.listen();
    const reader = await readerOf(other);
    const whole = formOf([
      ...fields(),
      { name: "files", fileName: "a.bin", bytes: Buffer.alloc(2_000_000) },
    ]);
    const cookie = Object.entries(reader.cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    const headers = { "content-type": type, "content-length": whole.length, cookie };
    const { promise, resolve } = Promise.withResolvers<void>();
    const sent = request(`${other.portal.address}/v/${reader.sample.id}/reply`, {
      method: "POST",
      headers,
    });
    sent.on("error", () => resolve()).on("close", () => resolve());
    sent.write(whole.subarray(0, 1_500_000), () => sent.destroy());
    await promise;
    await other.portal.close();
    assert.deepEqual(await stored(other, reader.sample), []);
    await other.store.sealed.sweep(other.clock.now() + 7_200_000, 100);
    assert.equal((await stored(other, reader.sample)).length, 0);
  });
});
