/** Encrypted PDFs by the real qpdf, and what becomes of the making when something fails. */
import assert from "node:assert/strict";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { type PdfOrder, QpdfMaker, type QpdfMakerOptions } from "../../src/gate/pdf-maker.ts";
import { openPdf } from "../support/pdf-tools.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { textMail } from "../support/sample-mail.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const mebibyte = 2 ** 20;
const code = "A1B2-C3D4-E5F6-G7H8";
const { signal } = new AbortController();

function makerOf(change: Partial<QpdfMakerOptions> = {}): QpdfMaker {
  return new QpdfMaker({ maxBytes: 20 * mebibyte, log: new RecordingLog(), ...change });
}

function orderOf(raw: Buffer): PdfOrder {
  return {
    original: async function* original() {
      for (let at = 0; at < raw.length; at += 65_536) yield raw.subarray(at, at + 65_536);
    },
    code,
    facts: {
      id: "4F7K2Q9D",
      languages: ["de"],
      sender: "a@own.example",
      recipient: "b@far.example",
      sentAt: 0,
    },
  };
}

/** A program in qpdf's place; `script` is of sh. */
async function programIn(directory: string, script: string): Promise<string> {
  const path = join(directory, "program");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

function isPdfFault(error: unknown): boolean {
  return error instanceof MxsealError && error.code === "MXSEAL_PDF_FAILED" && error.temporary;
}

/** What is left over of ours in the memory file system. */
async function leftovers(directory = "/dev/shm"): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => name.startsWith("mxseal-"));
}

describe("an encrypted PDF", () => {
  it("opens with the code as shown or typed small and bare, by AES-256 of revision 6", async () => {
    const raw = textMail();
    const pdf = await makerOf().make(orderOf(raw), signal);
    for (const password of [code, "a1b2c3d4e5f6g7h8"]) {
      const opened = await openPdf(pdf, password);
      assert.match(opened?.encryption ?? "", /^R = 6$/m);
      assert.match(opened?.encryption ?? "", /^stream encryption method: AESv3$/m);
      assert.match(opened?.encryption ?? "", /^string encryption method: AESv3$/m);
      assert.match(opened?.encryption ?? "", /^extract for accessibility: allowed$/m);
      assert.ok(opened?.files.get("original.eml")?.equals(raw));
    }
  });

  it("opens with nothing less, and shows nothing to who looks into it", async () => {
    const pdf = await makerOf().make(orderOf(textMail()), signal);
    for (const password of ["", "A1B2-C3D4-E5F6-G7H9", "A1B2C3D4E5F6G7H8", code.slice(0, 14)]) {
      assert.equal(await openPdf(pdf, password), undefined, password);
    }
    const bytes = pdf.toString("latin1");
    for (const text of ["Befund", "original", "eml", "Vertraulich", "Weber", "rfc822", "A1B2"]) {
      assert.ok(!bytes.includes(text), text);
      assert.ok(!pdf.includes(Buffer.from(text, "utf16le").swap16()), `${text} in UTF-16`);
    }
  });

  it("holds 15 MiB byte for byte", async () => {
    const line = Buffer.from(`${"0123456789abcdef".repeat(4)}\r\n`);
    const raw = Buffer.concat([textMail(), Buffer.alloc(15 * mebibyte, line)]);
    const opened = await openPdf(await makerOf().make(orderOf(raw), signal), code);
    assert.ok(opened?.files.get("original.eml")?.equals(raw));
  });

  it("leaves nothing behind, made or not", async () => {
    await using directory = await tempDirectory();
    const maker = makerOf({ directory: directory.path });
    await maker.make(orderOf(textMail()), signal);
    const command = await programIn(directory.path, "exit 3");
    await assert.rejects(
      makerOf({ directory: directory.path, command }).make(orderOf(textMail()), signal),
      isPdfFault,
    );
    assert.deepEqual(await leftovers(directory.path), []);
  });

  it("is given to qpdf in a file without a name, with the code on no command line", async () => {
    await using directory = await tempDirectory();
    const seen = join(directory.path, "seen");
    const command = await programIn(
      directory.path,
      `{ tr '\\0' ' ' < /proc/$$/cmdline; echo; readlink /proc/$$/fd/3; env; } > ${seen}; exec qpdf "$@"`,
    );
    const pdf = await makerOf({ command, directory: directory.path }).make(
      orderOf(textMail()),
      signal,
    );
    assert.ok(await openPdf(pdf, code));
    const text = await readFile(seen, "utf8");
    assert.match(text, /program @- \n/);
    assert.match(text, /^\/.*\/mxseal-[0-9a-f]{24} \(deleted\)$/m);
    assert.doesNotMatch(text, /A1B2|a1b2/);
  });

  it("fails for now when qpdf is missing, fails, says too much or takes too long", async () => {
    await using directory = await tempDirectory();
    const order = orderOf(textMail());
    const missing = makerOf({ command: join(directory.path, "none") });
    await assert.rejects(missing.check(signal), isPdfFault);
    await assert.rejects(missing.make(order, signal), isPdfFault);
    await assert.rejects(makerOf({ directory: "/nonexistent" }).make(order, signal), isPdfFault);
    for (const script of ["exit 2", "cat /dev/zero", "kill -9 $$"]) {
      const command = await programIn(directory.path, script);
      await assert.rejects(makerOf({ command }).make(order, signal), isPdfFault, script);
    }
    const command = await programIn(directory.path, "exec sleep 60");
    const stop = new AbortController();
    const making = makerOf({ command }).make(order, stop.signal);
    stop.abort();
    await assert.rejects(making, isPdfFault);
  });

  it("never tells the code in a fault", async () => {
    await using directory = await tempDirectory();
    const command = await programIn(directory.path, "sed -n 2,3p | paste -s >&2; exit 2");
    await assert.rejects(makerOf({ command }).make(orderOf(textMail()), signal), (error) => {
      assert.ok(error instanceof MxsealError);
      assert.match(error.message, /… …|…\t…/);
      assert.doesNotMatch(`${error.message}${error.stack}`, /A1B2|a1b2/);
      return true;
    });
  });

  it("wraps a mail unread whose pages take too long, and says so without a word of it", async () => {
    const log = new RecordingLog();
    // The first thread has no time to start; the second is not hurried less, so it fails as well.
    const maker = makerOf({ log, buildDeadlineMs: 1 });
    await assert.rejects(maker.make(orderOf(textMail()), signal), isPdfFault);
    const [line] = log.at("warn").filter(({ fields }) => fields["sealed"] === "4F7K2Q9D");
    assert.match(line?.text ?? "", /holds its mail unread/);
    assert.doesNotMatch(JSON.stringify(log.lines), /Befund|Weber/);
  });

  it("is made one after the other, and refused for now when too many wait", async () => {
    const maker = makerOf();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 22 }, () => maker.make(orderOf(Buffer.from("a\r\n\r\nb")), signal)),
    );
    const refused = outcomes.filter(({ status }) => status === "rejected");
    assert.equal(refused.length, 2);
    assert.ok(refused.every((one) => one.status === "rejected" && isPdfFault(one.reason)));
  });

  it("is not made of more than it may be", async () => {
    const maker = makerOf({ maxBytes: 1000 });
    await assert.rejects(maker.make(orderOf(Buffer.alloc(1001)), signal), {
      code: "MXSEAL_TOO_LARGE",
    });
  });

  it("does without the font where that is missing, and says so once", async () => {
    const log = new RecordingLog();
    const maker = makerOf({ log, fontDirectories: ["/nonexistent"] });
    for (const raw of [textMail(), textMail()]) {
      assert.ok(await openPdf(await maker.make(orderOf(raw), signal), code));
    }
    assert.equal(log.at("warn").length, 1);
    assert.match(log.at("warn")[0]?.text ?? "", /fonts-dejavu-core/);
  });
});
