/** Files of a reply on their way from the store to Postfix: whole, in pieces, or not at all. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import PostalMime from "postal-mime";
import { MxsealError } from "../../src/base/errors.ts";
import { fileParts } from "../../src/mime/file-parts.ts";
import type { ReplyMailerParts } from "../../src/notify/reply-mailer.ts";
import { type OwnMail, SmtpSubmission, type SubmitOutcome } from "../../src/notify/submission.ts";
import { chunkBytes } from "../../src/seal/chunk-cipher.ts";
import { bodyHashOf, verifyMark } from "../../src/seal/own-mark.ts";
import { MailSink } from "./mail-sink.ts";
import { alice, behaviour, type SampleFile, type World } from "./reply-world.ts";

const names = [
  "befund.pdf",
  `${"Größe 🩺 ".repeat(15)}.pdf`,
  'a"b\\c; x=y.html',
  "日本語の長いファイル名がここにあります.docx",
  "x'%20*.txt",
  "..png",
  "--=_mxseal-reply--",
];
const sizes = [
  0,
  1,
  56,
  57,
  58,
  chunkBytes - 1,
  chunkBytes,
  chunkBytes + 1,
  3 * chunkBytes,
  1_000_003,
];

function sampleFiles(): readonly SampleFile[] {
  return sizes.map((size, index) => ({
    name: names[index % names.length] ?? "",
    bytes: randomBytes(size),
  }));
}

/** The reads of the store that `change` lets through, and what became of each. */
function jobsOf(
  w: World,
  readFiles: (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
): ReplyMailerParts["jobs"] {
  return {
    jobs: (limit) => w.store.replies.jobs(limit),
    readFiles: (job) => readFiles(w.store.replies.readFiles(job)),
    complete: (job) => w.store.replies.complete(job),
  };
}

describe("files of a reply", () => {
  behaviour(
    "come to the sender byte for byte, with their names, and the store lets go",
    async (w) => {
      const files = sampleFiles();
      await w.answerWith(files);
      await using sink = await MailSink.start();
      const submission = new SmtpSubmission({ host: "127.0.0.1", port: sink.port });
      assert.equal(await w.mailer({ submission }).tick(), 1);
      const bytes = sink.mails[0]?.bytes ?? Buffer.alloc(0);
      assert.ok(bytes.every((byte) => byte < 0x80 && byte !== 0));
      const lines = bytes.toString("latin1").split("\r\n");
      assert.ok(lines.every((line) => line.length <= 100 && !/[\r\n]/.test(line)));
      const parsed = await PostalMime.parse(bytes, { attachmentEncoding: "arraybuffer" });
      assert.ok(parsed.text?.startsWith("Danke, Größe passt."));
      assert.deepEqual(
        parsed.attachments.map(({ filename, disposition }) => [filename, disposition]),
        files.map(({ name }) => [name, "attachment"]),
      );
      for (const [index, { content }] of parsed.attachments.entries()) {
        assert.ok(
          Buffer.from(content as ArrayBuffer).equals(files[index]?.bytes ?? Buffer.alloc(0)),
        );
      }
      const types = parsed.attachments.slice(0, 4).map(({ mimeType }) => mimeType);
      const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
      const pdf = "application/pdf";
      assert.deepEqual(types, [pdf, pdf, "application/octet-stream", docx]);
      assert.equal(await w.waiting(), 0);
      const gone = collect(w.store.replies.readFiles({ messageId: "m1", number: 1 }));
      await assert.rejects(gone, { code: "MXSEAL_MESSAGE_GONE" });
    },
  );

  behaviour("stand under a mark that holds for the whole body", async (w) => {
    await w.answerWith([{ name: "a.bin", bytes: randomBytes(200_000) }]);
    await using sink = await MailSink.start();
    const submission = new SmtpSubmission({ host: "127.0.0.1", port: sink.port });
    await w.mailer({ submission }).tick();
    const bytes = sink.mails[0]?.bytes ?? Buffer.alloc(0);
    const end = bytes.indexOf("\r\n\r\n");
    const value = /^X-MXSeal-Id: (.*)$/m.exec(bytes.toString("latin1", 0, end))?.[1] ?? "";
    const bodyHash = bodyHashOf(bytes.subarray(end + 4));
    const mark = verifyMark(w.keys.markKey, value, { recipient: alice, fields: [], bodyHash });
    assert.deepEqual(mark, { kind: "reply", id: "m1" });
  });

  behaviour("are read no faster than they are taken", async (w) => {
    const chunks = 40;
    await w.answerWith([{ name: "a.bin", bytes: randomBytes(chunks * chunkBytes) }]);
    let read = 0;
    const jobs = jobsOf(w, async function* (source) {
      for await (const chunk of source) {
        read += 1;
        yield chunk;
      }
    });
    const submit = async (mail: OwnMail): Promise<SubmitOutcome> => {
      assert.equal(read, chunks);
      let taken = 0;
      for await (const piece of mail.rest?.pieces ?? []) {
        taken += piece.length;
        const ahead = read - chunks - Math.floor((taken * 3) / 4 / chunkBytes);
        assert.ok(ahead <= 3, `${ahead} chunks ahead`);
      }
      assert.equal(taken, mail.rest?.sizeBytes);
      return { kind: "taken" };
    };
    assert.equal(await w.mailer({ jobs, submission: { submit } }).tick(), 1);
    assert.equal(read, 2 * chunks);
  });

  behaviour("leave no half mail with Postfix when the store fails on the way", async (w) => {
    const file = { name: "a.bin", bytes: randomBytes(40 * chunkBytes) };
    await w.answerWith([file]);
    let reads = 0;
    const jobs = jobsOf(w, async function* (source) {
      const fails = ++reads === 2;
      let index = 0;
      for await (const chunk of source) {
        if (fails && index++ === 30) throw new MxsealError("MXSEAL_STORE_UNUSABLE", "gone");
        yield chunk;
      }
    });
    await using sink = await MailSink.start();
    const submission = new SmtpSubmission({ host: "127.0.0.1", port: sink.port });
    const mailer = w.mailer({ jobs, submission });
    await assert.rejects(mailer.tick(), { code: "MXSEAL_STORE_UNUSABLE" });
    assert.equal(sink.mails.length, 0);
    assert.equal(await mailer.tick(), 1);
    const [mail, ...more] = sink.mails;
    const parsed = await PostalMime.parse(mail?.bytes ?? "");
    const content = parsed.attachments[0]?.content as ArrayBuffer;
    assert.ok(Buffer.from(content).equals(file.bytes));
    assert.deepEqual(more, []);
  });

  behaviour("that are damaged stay, loudly, and keep no other reply back", async (w) => {
    await w.answerWith([{ name: "a.bin", bytes: randomBytes(3 * chunkBytes) }]);
    await w.answer(1, {}, "m2");
    const jobs = jobsOf(w, async function* (source) {
      let index = 0;
      for await (const chunk of source) {
        if (index++ === 2) chunk[0] = (chunk[0] ?? 0) ^ 1;
        yield chunk;
      }
    });
    assert.equal(await w.mailer({ jobs }).tick(), 1);
    assert.match(w.submission.mails[0]?.bytes.toString("latin1") ?? "", /^X-MXSeal-Reply: m2/m);
    assert.equal(w.log.at("error").length, 1);
    assert.equal(w.log.at("error")[0]?.fields["code"], "MXSEAL_SEALED_DAMAGED");
    assert.equal(await w.waiting(), 1);
  });
});

describe("a mail's files", () => {
  async function* of(...pieces: Buffer[]): AsyncGenerator<Buffer> {
    yield* pieces;
  }

  for (const [what, bytes] of [
    ["shorter", 9],
    ["longer", 11],
  ] as const) {
    it(`are no mail when they are ${what} than they should be`, async () => {
      const files = [{ name: "a", sizeBytes: 10 }];
      const parts = collect(fileParts("b", files, of(Buffer.alloc(bytes))));
      await assert.rejects(parts, new RegExp(what));
    });
  }

  it("are the same in whatever pieces their bytes come", async () => {
    const bytes = randomBytes(500);
    const files = [200, 0, 250, 50].map((sizeBytes, index) => ({ name: `${index}`, sizeBytes }));
    const whole = Buffer.concat(await collect(fileParts("b", files, of(bytes))));
    for (const size of [1, 2, 56, 57, 58, 199, 499]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      const again = Buffer.concat(await collect(fileParts("b", files, of(...pieces))));
      assert.ok(again.equals(whole), `in pieces of ${size}`);
    }
  });
});

async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const collected: Buffer[] = [];
  for await (const piece of pieces) collected.push(piece);
  return collected;
}
