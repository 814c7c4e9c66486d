/** Files that come with an answer, as browsers send them and as they never would; real store. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { after, before, describe, it } from "node:test";
import { sessionIdleMs } from "../../src/portal/session.ts";
import { SharedGate } from "../../src/portal/shared-gate.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { heading } from "../support/portal-reader.ts";
import { mutate, seededRandom } from "../support/random.ts";
import {
  formOf,
  formWithFiles,
  replyFields,
  replyReader,
  storedReplies,
} from "../support/reply-reader.ts";
import { textMail } from "../support/sample-mail.ts";

describe("files with a reply", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench[Symbol.asyncDispose]());

  it("are stored byte for byte with their text before the page says so", async () => {
    const reader = await replyReader(bench);
    const [one, two] = [randomBytes(200_000), Buffer.from("zwei\r\n")];
    const body = formOf([
      ...replyFields("Anbei\r\ndie Bilder"),
      { name: "files", fileName: "Röntgen bild.png", bytes: one },
      { name: "files", fileName: "leer.txt", bytes: "" },
      { name: "files", fileName: "zwei.txt", bytes: two },
    ]);
    const answer = await reader.send(body);
    assert.equal(answer.statusCode, 303, answer.body);
    const [reply, ...more] = await storedReplies(bench, reader.sample);
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
    const reader = await replyReader(bench);
    const body = formOf([...replyFields("Anbei"), { name: "file", fileName: "a", bytes: "x" }]);
    const answer = await reader.send(body, formWithFiles, "&view=language");
    assert.equal(answer.statusCode, 200);
    assert.match(answer.body, />\nAnbei<\/textarea>/);
    assert.match(answer.body, /please choose them again/);
    assert.equal((await storedReplies(bench, reader.sample)).length, 0);
  });

  for (const [what, query, title] of [
    ["they are sent", "", "Your reply could not be read"],
    ["the language is to change", "&view=language", "Very busy right now"],
  ] as const) {
    it(`leave the text where there is no room when ${what}, or the page says that it was not read`, async (test) => {
      const reader = await replyReader(bench);
      const body = formOf([
        ...replyFields("Bleibt <hier>"),
        { name: "file", fileName: "", bytes: "" },
      ]);
      const noRoom = async (): Promise<undefined> => undefined;
      const { mock } = test.mock.method(SharedGate.prototype, "enter", noRoom, { times: 1 });
      const back = await reader.send(body, formWithFiles, query);
      assert.match(back.body, />\nBleibt &lt;hier&gt;<\/textarea>/);
      assert.doesNotMatch(back.body, /choose them again/);
      if (query === "") assert.match(back.body, /Very busy right now/);
      mock.restore();
      test.mock.method(SharedGate.prototype, "enter", noRoom);
      const unread = await reader.send(body, formWithFiles, query);
      assert.equal(unread.statusCode, 503);
      assert.equal(heading(unread), title);
      assert.equal(unread.headers["retry-after"], "60");
      assert.doesNotMatch(unread.body, /<textarea/);
      assert.deepEqual(await storedReplies(bench, reader.sample), []);
    });
  }

  it("leave a writer whose session is over not in the dark where there is no room", async (test) => {
    await using other = await openBench();
    const reader = await replyReader(other);
    other.clock.advance(sessionIdleMs);
    const body = formOf([...replyFields(), { name: "file", fileName: "a", bytes: "x" }]);
    test.mock.method(SharedGate.prototype, "enter", async () => undefined);
    const unread = await reader.send(body);
    assert.equal(heading(unread), "Very busy right now");
    // Sent once more it cannot go, but its text comes back.
    assert.match(unread.body, /you get your text back/);
    test.mock.restoreAll();
    assert.match((await reader.send(body)).body, />\nAnbei<\/textarea>/);
  });

  it("may come alone, and a field that nobody filled is none", async () => {
    const reader = await replyReader(bench);
    const alone = formOf([...replyFields(""), { name: "files", fileName: "a.txt", bytes: "a" }]);
    assert.equal((await reader.send(alone)).statusCode, 303);
    const unfilled = formOf([
      ...replyFields("nur Text", "2"),
      { name: "files", fileName: "", bytes: "" },
    ]);
    assert.equal((await reader.send(unfilled)).statusCode, 303);
    const [first, second] = await storedReplies(bench, reader.sample);
    assert.equal(first?.content.files?.list.length, 1);
    assert.equal(second?.content.files, undefined);
    const empty = formOf([...replyFields(" ", "3"), { name: "files", fileName: "", bytes: "" }]);
    assert.equal((await reader.send(empty)).statusCode, 400);
  });

  it("have harmless names, whatever they were called", async () => {
    const reader = await replyReader(bench);
    const names = ["../../etc/passwd", "C:\\x\\con.txt", "a\u202egpj.exe", "\u0007", "a/b"];
    const body = formOf([
      ...replyFields(),
      ...names.map((fileName) => ({ name: "files", fileName, bytes: "x" })),
    ]);
    assert.equal((await reader.send(body)).statusCode, 303);
    const [reply] = await storedReplies(bench, reader.sample);
    for (const { name } of reply?.content.files?.list ?? []) {
      assert.match(name, /^[^/\\\p{Cc}\u202e]+$/u);
      assert.doesNotMatch(name, /^(?:\.|con\.)/i);
    }
    assert.equal(reply?.content.files?.list.length, names.length);
  });

  it("are one reply when the form is sent twice", async () => {
    const reader = await replyReader(bench);
    const body = formOf([...replyFields(), { name: "files", fileName: "a", bytes: "x" }]);
    assert.equal((await reader.send(body)).statusCode, 303);
    const again = await reader.send(body);
    assert.equal(again.statusCode, 409);
    assert.match(again.body, />\s*Anbei<\/textarea>/);
    assert.equal((await storedReplies(bench, reader.sample)).length, 1);
  });

  it("are refused when there are too many or too much of them, and the text comes back", async () => {
    await using narrow = await openBench({ replyFiles: { maxFiles: 2, maxMib: 1 } });
    const reader = await replyReader(narrow);
    const file = (bytes: Buffer) => ({ name: "files", fileName: "x.bin", bytes });
    const three = Array.from({ length: 3 }, () => file(Buffer.from("x")));
    const large = [file(Buffer.alloc(700_000)), file(Buffer.alloc(700_000))];
    for (const files of [three, large]) {
      const answer = await reader.send(formOf([...replyFields("Bleibt <hier>"), ...files]));
      assert.equal(answer.statusCode, 413);
      assert.match(answer.body, />\s*Bleibt &lt;hier&gt;<\/textarea>/);
    }
    assert.deepEqual(await storedReplies(narrow, reader.sample), []);
    assert.equal(
      (await reader.send(formOf([...replyFields(), ...three.slice(1)]))).statusCode,
      303,
    );
  });

  it("are text alone where the operator wants none", async () => {
    await using without = await openBench({ replyFiles: { maxFiles: 0, maxMib: 1 } });
    const reader = await replyReader(without);
    const url = `/v/${reader.sample.id}/reply`;
    const page = await without.portal.app.inject({ url, cookies: { ...reader.cookies } });
    assert.doesNotMatch(page.body, /type="file"|multipart/);
    const answer = await reader.send(
      formOf([...replyFields(), { name: "files", fileName: "a", bytes: "x" }]),
    );
    assert.ok(answer.statusCode >= 400 && answer.statusCode < 500);
    assert.deepEqual(await storedReplies(without, reader.sample), []);
  });

  it("are taken from nobody who has not opened the message", async () => {
    const sample = await bench.seal(textMail());
    const answer = await bench.portal.app.inject({
      method: "POST",
      url: `/v/${sample.id}/reply`,
      headers: { "content-type": formWithFiles },
      payload: formOf([...replyFields(), { name: "files", fileName: "a", bytes: "x" }]),
    });
    assert.equal(answer.statusCode, 403);
    assert.deepEqual(await storedReplies(bench, sample), []);
  });

  it("are kept or refused whole, however the form is broken", async () => {
    await using other = await openBench();
    const reader = await replyReader(other);
    const random = seededRandom(19);
    const whole = formOf([
      ...replyFields("Text"),
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
    for (const contentType of [
      "multipart/form-data",
      `${formWithFiles.slice(0, 30)}"`,
      `${formWithFiles}x`,
    ]) {
      const answer = await reader.send(whole, contentType);
      assert.ok(answer.statusCode >= 400 && answer.statusCode < 500);
    }
    for (const { content, bytes } of await storedReplies(other, reader.sample)) {
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
    const reader = await replyReader(other);
    const whole = formOf([
      ...replyFields(),
      { name: "files", fileName: "a.bin", bytes: Buffer.alloc(2_000_000) },
    ]);
    const cookie = Object.entries(reader.cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    const headers = { "content-type": formWithFiles, "content-length": whole.length, cookie };
    const { promise, resolve } = Promise.withResolvers<void>();
    const sent = request(`${other.portal.address}/v/${reader.sample.id}/reply`, {
      method: "POST",
      headers,
    });
    sent.on("error", () => resolve()).on("close", () => resolve());
    sent.write(whole.subarray(0, 1_500_000), () => sent.destroy());
    await promise;
    await other.portal.close();
    assert.deepEqual(await storedReplies(other, reader.sample), []);
    await other.store.sealed.sweep(other.clock.now() + 7_200_000, 100);
    assert.equal((await storedReplies(other, reader.sample)).length, 0);
  });
});
