/**
 * What the portal holds while files come: pieces, whatever is sent and by how many at once, and
 * nothing of what came to nothing.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { after, before, describe, it } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { MxsealError } from "../../src/base/errors.ts";
import type { SealedStore } from "../../src/store/sealed-store.ts";
import { waitUntil } from "../lab/wait-until.ts";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import { formType, open } from "../support/portal-reader.ts";
import { rowsOf } from "../support/portal-rows.ts";
import { textMail } from "../support/sample-mail.ts";

const boundary = "----bench7";
const type = `multipart/form-data; boundary=${boundary}`;
const mebibyte = 1024 * 1024;
const end = `\r\n--${boundary}--\r\n`;

function partHead(name: string, fileName?: string): string {
  const file = fileName === undefined ? "" : `; filename="${fileName}"`;
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
}

/** Up to the first byte of its file. */
function beginning(text = "Anbei"): string {
  return `${partHead("number")}1\r\n${partHead("text")}${text}\r\n${partHead("file", "a.bin")}`;
}

interface Upload {
  readonly address: string;
  readonly id: string;
  readonly cookie?: string;
  readonly client?: string;
  readonly bytes: number;
}

function begin({ address, id, cookie, client, bytes }: Upload): ClientRequest {
  return request(`${address}/v/${id}/reply?lang=en`, {
    method: "POST",
    agent: false,
    headers: {
      "content-type": type,
      "content-length": bytes,
      "sec-fetch-site": "same-origin",
      ...(cookie === undefined ? {} : { cookie }),
      ...(client === undefined ? {} : { "x-forwarded-for": client }),
    },
  });
}

async function answerTo(sent: ClientRequest): Promise<{ status: number; body: string }> {
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return { status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() };
}

function storedBytes({ storePath }: PortalBench) {
  const { blob = [], chunk = [] } = rowsOf(storePath);
  return { blobs: blob.length, chunks: chunk.length };
}

describe("the memory of a portal that takes files", () => {
  const atOnce = 10;
  const fileBytes = 16 * mebibyte;
  const allowedMib = 120;
  let bench: PortalBench;
  let portal: ChildProcess;
  let address: string;

  before(async () => {
    bench = await openBench();
    const { pepper, sessionKey } = bench.keys;
    const keys = [pepper, sessionKey].map((key) => key.toString("hex"));
    const program = ["test/support/portal-process.ts", bench.storePath, ...keys];
    portal = spawn(process.execPath, program, { stdio: ["pipe", "pipe", "inherit"] });
    assert.ok(portal.stdout);
    const [line] = await once(portal.stdout, "data");
    address = String(line).trim();
  });
  after(async () => {
    portal.stdin?.end();
    await once(portal, "exit");
    await bench[Symbol.asyncDispose]();
  });

  async function mibIn(line: "VmHWM" | "VmRSS"): Promise<number> {
    const status = await readFile(`/proc/${portal.pid}/status`, "utf8");
    return Number(new RegExp(`^${line}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  }

  async function growthDuring(work: () => Promise<void>): Promise<number> {
    await writeFile(`/proc/${portal.pid}/clear_refs`, "5");
    const atRest = await mibIn("VmRSS");
    await work();
    return (await mibIn("VmHWM")) - atRest;
  }

  async function openedBy(sample: SealedSample): Promise<string> {
    const answer = await fetch(`${address}${sample.path}`, {
      method: "POST",
      redirect: "manual",
      headers: formType,
      body: new URLSearchParams({ code: sample.code }),
    });
    assert.equal(answer.status, 303);
    return answer.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
  }

  async function sendFile(upload: Omit<Upload, "bytes">): Promise<number> {
    const head = beginning();
    const sent = begin({ ...upload, bytes: head.length + fileBytes + end.length });
    const answered = answerTo(sent);
    sent.write(head);
    const piece = randomBytes(mebibyte);
    for (let left = fileBytes; left > 0; left -= piece.length) {
      if (!sent.write(piece)) await once(sent, "drain");
    }
    sent.end(end);
    return (await answered).status;
  }

  it("holds pieces of ten that come at once", async (test) => {
    const expiresAt = Date.now() + 24 * 3_600_000;
    const readers: Omit<Upload, "bytes">[] = [];
    for (let index = 0; index < atOnce; index += 1) {
      const sample = await bench.seal(textMail(), { expiresAt });
      const cookie = await openedBy(sample);
      readers.push({ address, id: sample.id, cookie, client: `203.0.${index}.1` });
    }
    const growth = await growthDuring(async () => {
      const statuses = await Promise.all(readers.map(sendFile));
      assert.deepEqual(
        statuses,
        Array.from({ length: atOnce }, () => 303),
      );
    });
    test.diagnostic(
      `${growth.toFixed(0)} MiB more for ${atOnce} times ${fileBytes / mebibyte} MiB`,
    );
    assert.ok(growth <= allowedMib, `${growth} MiB`);
    assert.equal((await bench.store.replies.jobs(100)).length, atOnce);
  });

  /** The first byte of a file never comes. */
  function holdOpen(upload: Omit<Upload, "bytes" | "client">, body: Buffer, count: number) {
    let answers = 0;
    const faults: string[] = [];
    const requests = Array.from({ length: count }, (_, index) => {
      const client = `203.0.${index % 250}.1`;
      const one = begin({ ...upload, client, bytes: body.length + 1 });
      one.on("error", ({ message }) => faults.push(message));
      one.on("response", (response: IncomingMessage) => {
        response.resume();
        answers += 1;
      });
      one.write(body);
      return one;
    });
    return {
      answered: (atLeast: number) =>
        waitUntil(`${atLeast} answers`, () => answers >= atLeast, {
          explain: () => `${answers} answers, and ${faults.length} faults: ${faults[0] ?? ""}`,
        }),
      [Symbol.dispose]: () => {
        for (const one of requests) one.destroy();
      },
    };
  }

  it("holds few forms of strangers, and their text alone", async (test) => {
    const field = Buffer.alloc(180_000, "x");
    const fields = Array.from({ length: 9 }, (_, index) => [
      Buffer.from(partHead(`field${index}`)),
      field,
      Buffer.from("\r\n"),
    ]);
    const growth = await growthDuring(async () => {
      using held = holdOpen({ address, id: "1234567" }, Buffer.concat(fields.flat()), 300);
      // Twenty of them are held, and a busy machine may lose one.
      await held.answered(275);
    });
    test.diagnostic(`${growth.toFixed(0)} MiB more for 300 forms`);
    assert.ok(growth <= allowedMib, `${growth} MiB`);
  });
});

describe("a form with files of whom no session vouches for", () => {
  it("gives its text back, but not to any number at once, and to few of one network", async () => {
    await using bench = await openBench({ trustedProxies: ["127.0.0.1"] });
    await bench.portal.listen();
    const { id } = await bench.seal(textMail());
    const address = bench.portal.address ?? "";
    const body = `${beginning("Lange geschrieben")}x${end}`;
    const sendWhole = async (client: string) => {
      const sent = begin({ address, id, client, bytes: body.length });
      sent.end(body);
      return await answerTo(sent);
    };
    const holdHalf = (client: string): ClientRequest => {
      const sent = begin({ address, id, client, bytes: body.length });
      sent.on("error", () => undefined);
      sent.write(partHead("text"));
      return sent;
    };
    const hasText = /Lange geschrieben<\/textarea>/;
    const noRoom = async (client: string) =>
      await waitUntil(
        "there is no room",
        async () => !hasText.test((await sendWhole(client)).body),
      );
    const [own, stranger] = ["203.0.0.9", "198.51.100.9"];
    assert.match((await sendWhole(own)).body, hasText);
    const held = Array.from({ length: 20 }, () => holdHalf(own));
    await noRoom(own);
    assert.match((await sendWhole(stranger)).body, hasText);
    for (let network = 1; network <= 6; network += 1) {
      for (let count = 0; count < 3; count += 1) held.push(holdHalf(`203.0.${network}.9`));
    }
    await noRoom(stranger);
    for (const sent of held) sent.destroy();
    await waitUntil("there is room again", async () =>
      hasText.test((await sendWhole(stranger)).body),
    );
    assert.deepEqual(bench.log.at("error"), []);
  });
});

describe("a form with files that comes slowly", () => {
  it("has half a minute up to its first file, and more from there", async () => {
    await using bench = await openBench({ bodyWithinMs: 1500 });
    await bench.portal.listen();
    const sample = await bench.seal(textMail());
    const { cookies } = await open(bench, sample);
    const cookie = Object.entries(cookies)
      .map((each) => each.join("="))
      .join("; ");
    const { id } = sample;
    const address = bench.portal.address ?? "";
    const head = beginning();
    const slow = begin({ address, id, cookie, bytes: head.length + 1 + end.length });
    const answered = answerTo(slow);
    slow.write(`${head}x`);
    const halfSent = begin({ address, id, cookie, bytes: 1000 });
    halfSent.write(partHead("text"));
    await assert.rejects(once(halfSent, "response"), { code: "ECONNRESET" });
    slow.end(end);
    assert.equal((await answered).status, 303);
  });
});

describe("a reply with files that comes to nothing", () => {
  const sendTo = async (
    bench: PortalBench,
    sample: SealedSample,
    bytes: number,
  ): Promise<LightMyRequestResponse> => {
    const { cookies } = await open(bench, sample);
    return await bench.portal.app.inject({
      method: "POST",
      url: `/v/${sample.id}/reply?lang=en`,
      cookies,
      headers: { "content-type": type, "sec-fetch-site": "same-origin" },
      payload: Buffer.concat([
        Buffer.from(beginning("Bleibt <hier>")),
        randomBytes(bytes),
        Buffer.from(end),
      ]),
    });
  };

  for (const [what, failsAfter] of [
    ["at its first chunk", 0],
    ["on the way", 5],
  ] as const) {
    it(`gives its text back when the store is full ${what}, and leaves nothing there`, async () => {
      let left = failsAfter;
      const full = new MxsealError("MXSEAL_STORE_UNUSABLE", "has no space left on its disk");
      const fullStore = (store: SealedStore): SealedStore =>
        new Proxy(store, {
          get: (target, name) => {
            if (name === "appendChunk" && left-- <= 0) return () => Promise.reject(full);
            const found: unknown = Reflect.get(target, name);
            return typeof found === "function" ? found.bind(target) : found;
          },
        });
      await using bench = await openBench({}, fullStore);
      const sample = await bench.seal(textMail());
      const untouched = storedBytes(bench);
      const answer = await sendTo(bench, sample, 2 * mebibyte);
      assert.equal(answer.statusCode, 503);
      assert.match(answer.body, />\s*Bleibt &lt;hier&gt;<\/textarea>/);
      assert.match(answer.body, /could not be stored.*choose them again/s);
      assert.deepEqual(storedBytes(bench), untouched);
      assert.deepEqual(await bench.store.replies.jobs(10), []);
    });
  }

  it("leaves nothing when it is too large", async () => {
    await using bench = await openBench({ replyFiles: { maxFiles: 1, maxMib: 1 } });
    const sample = await bench.seal(textMail());
    const untouched = storedBytes(bench);
    assert.equal((await sendTo(bench, sample, 2 * mebibyte)).statusCode, 413);
    assert.deepEqual(storedBytes(bench), untouched);
  });

  it("is one of a network that sent its bytes for this hour", async () => {
    await using bench = await openBench({ replyFiles: { maxFiles: 1, maxMib: 1 } });
    const send = async (): Promise<LightMyRequestResponse> =>
      await sendTo(bench, await bench.seal(textMail()), mebibyte);
    for (let index = 0; index < 10; index += 1) assert.equal((await send()).statusCode, 303);
    const untouched = (await bench.store.replies.jobs(100)).length;
    const refused = await send();
    assert.equal(refused.statusCode, 429);
    assert.match(refused.body, />\s*Bleibt &lt;hier&gt;<\/textarea>/);
    assert.equal((await bench.store.replies.jobs(100)).length, untouched);
    bench.clock.advance(3_600_001);
    assert.equal((await send()).statusCode, 303);
  });
});
