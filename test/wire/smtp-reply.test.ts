import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ProtocolError } from "../../src/base/errors.ts";
import { offersExtension, type SmtpReply, SmtpReplyReader } from "../../src/wire/smtp-reply.ts";
import { mutate, seededRandom } from "../support/random.ts";

function readAll(...chunks: readonly string[]): readonly SmtpReply[] {
  const reader = new SmtpReplyReader();
  const replies: SmtpReply[] = [];
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk));
    for (let reply = reader.next(); reply; reply = reader.next()) replies.push(reply);
  }
  return replies;
}

function readsOrRefuses(...chunks: readonly Buffer[]): boolean {
  const reader = new SmtpReplyReader();
  try {
    for (const chunk of chunks) {
      reader.push(chunk);
      const reply = reader.next();
      if (reply && (reply.code < 200 || reply.code > 599 || reply.lines.length === 0)) return false;
    }
    return true;
  } catch (error) {
    return error instanceof ProtocolError;
  }
}

const fault = (code: string) => (error: unknown) =>
  error instanceof ProtocolError && error.code === code;

describe("an SMTP reply", () => {
  it("of one line is code and text", () => {
    assert.deepEqual(readAll("220 mx.test ESMTP\r\n"), [{ code: 220, lines: ["mx.test ESMTP"] }]);
  });

  it("of several lines is complete at the line without hyphen", () => {
    const [reply] = readAll("250-mx.test\r\n250-SIZE 1\r\n250 HELP\r\n");
    assert.deepEqual(reply, { code: 250, lines: ["mx.test", "SIZE 1", "HELP"] });
  });

  it("may have no text, with or without the space", () => {
    assert.deepEqual(readAll("250\r\n250 \r\n"), [
      { code: 250, lines: [""] },
      { code: 250, lines: [""] },
    ]);
  });

  it("counts by its last code", () => {
    assert.equal(readAll("250-STARTTLS\r\n421 bye\r\n")[0]?.code, 421);
  });

  it("is the same however its bytes are split", () => {
    const text = "220-hällo\r\n220 x\r\n250-a\n250 b\n354 go\r\n";
    const whole = readAll(text);
    assert.equal(whole.length, 3);
    const bytes = Buffer.from(text);
    const reader = new SmtpReplyReader();
    const single: SmtpReply[] = [];
    for (const byte of bytes) {
      reader.push(Buffer.from([byte]));
      const reply = reader.next();
      if (reply) single.push(reply);
    }
    assert.deepEqual(single, whole);
  });

  it("leaves bytes behind it visible", () => {
    const reader = new SmtpReplyReader();
    reader.push(Buffer.from("220 go\r\n"));
    reader.next();
    assert.equal(reader.hasPendingBytes, false);
    reader.push(Buffer.from("2"));
    assert.equal(reader.next(), undefined);
    assert.equal(reader.hasPendingBytes, true);
  });

  for (const text of [
    "hello\r\n",
    "\r\n",
    "22 x\r\n",
    "2200 x\r\n",
    "199 x\r\n",
    "600 x\r\n",
    "250_x\r\n",
    " 220 x\r\n",
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.throws(() => readAll(text), fault("bad-reply"));
    });
  }

  it("has lines of 2048 bytes at most, whether they end or not", () => {
    assert.equal(readAll(`220 ${"x".repeat(2042)}\r\n`).length, 1);
    assert.throws(() => readAll(`220 ${"x".repeat(2043)}\r\n`), fault("too-long"));
    assert.throws(() => readAll("x".repeat(2049)), fault("too-long"));
  });

  it("has 128 lines and 64 KiB at most", () => {
    assert.equal(readAll(`${"250-x\r\n".repeat(127)}250 x\r\n`)[0]?.lines.length, 128);
    assert.throws(() => readAll("250-x\r\n".repeat(128)), fault("too-long"));
    const long = `250-${"x".repeat(2000)}\r\n`;
    assert.throws(() => readAll(...Array.from({ length: 40 }, () => long)), fault("too-long"));
  });

  it("starts its limits anew each time", () => {
    const reply = `${"250-x\r\n".repeat(100)}250 x\r\n`;
    assert.equal(readAll(reply.repeat(200)).length, 200);
  });

  it("of any bytes is a reply, more to come, or a fault of the protocol", () => {
    const random = seededRandom(9);
    const sample = Buffer.from(
      "220-mx.test hello\r\n220 ready\r\n250-A\r\n250 STARTTLS\r\n421 x\r\n",
    );
    for (let count = 0; count < 20_000; count += 1) {
      const bytes = random.below(10) === 0 ? random.bytes(60) : mutate(sample, random);
      const cut = random.below(bytes.length + 1);
      assert.ok(readsOrRefuses(bytes.subarray(0, cut), bytes.subarray(cut)));
    }
  });
});

describe("an EHLO reply", () => {
  const [reply] = readAll(
    "250-STARTTLS.test greets\r\n250-size 1000\r\n250-StartTLS\r\n250 AUTH=X\r\n",
  );
  assert.ok(reply);

  it("offers keywords in any case", () => {
    assert.equal(offersExtension(reply, "STARTTLS"), true);
    assert.equal(offersExtension(reply, "SIZE"), true);
  });

  it("offers nothing in its first line and nothing in parts of words", () => {
    const [bare] = readAll("250-STARTTLS\r\n250-XSTARTTLS\r\n250 STARTTLSX\r\n");
    assert.equal(bare && offersExtension(bare, "STARTTLS"), false);
  });
});
