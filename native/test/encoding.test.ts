/** Replies, addresses, headers and bodies between strings and bytes. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bodyPieces } from "../src/body-source.ts";
import { parseAddress } from "../src/envelope.ts";
import { readFacts } from "../src/message-facts.ts";
import { encodeReply, type SmtpReply } from "../src/smtp-reply.ts";

describe("a reply", () => {
  it("gets the enhanced code of its class, and every percent sign twice", () => {
    const reply = encodeReply({ code: 451, text: "50%" });
    assert.deepEqual(reply, { code: "451", enhanced: "4.0.0", lines: ["50%%"] });
  });

  const wrong: Readonly<Record<string, SmtpReply>> = {
    "a code that accepts": { code: 250, text: "ok" },
    "a fraction": { code: 450.5, text: "x" },
    "an enhanced code of the other class": { code: 550, enhanced: "4.7.1", text: "x" },
    "half an enhanced code": { code: 550, enhanced: "5.7", text: "x" },
    "no line": { code: 550, text: [] },
    "33 lines": { code: 550, text: Array.from({ length: 33 }, () => "x") },
    "a line end": { code: 550, text: "a\r\nb" },
    "a NUL": { code: 550, text: "a\0b" },
    "what is not latin1": { code: 550, text: "\u20ac" },
    "a line too long once its percent signs are doubled": { code: 550, text: "%".repeat(491) },
  };
  for (const [name, reply] of Object.entries(wrong)) {
    it(`is refused with ${name}`, () => {
      assert.throws(() => encodeReply(reply), { code: "ERR_MILTER_REPLY" });
    });
  }
});

describe("an address", () => {
  for (const [raw, address] of [
    ["<a@x.example>", "a@x.example"],
    ["a@x.example", "a@x.example"],
    ["<>", ""],
    ["", ""],
    ['<"a>b"@x.example>', '"a>b"@x.example'],
    ["<open@x.example", "<open@x.example"],
  ] as const) {
    it(`is ${JSON.stringify(address)} in ${JSON.stringify(raw)}`, () => {
      assert.equal(parseAddress(raw, []).address, address);
    });
  }

  it("has its arguments under upper-case names", () => {
    const { args } = parseAddress("<a>", ["orcpt=rfc822;A=b", "SMTPUTF8"]);
    assert.deepEqual(
      [...args],
      [
        ["ORCPT", "rfc822;A=b"],
        ["SMTPUTF8", ""],
      ],
    );
  });
});

describe("headers", () => {
  const { headers } = readFacts(["header", "A\0 1\n\t2", "header", "b\0", "header", "a\0 3"]);

  it("give back the bytes they came from", () => {
    assert.equal(headers.bytes().toString("latin1"), "A: 1\r\n\t2\r\nb:\r\na: 3\r\n");
  });

  it("are found by name in any case and by number", () => {
    assert.equal(headers.get("a"), " 1\n\t2");
    assert.equal(headers.get("A", 2), " 3");
    assert.equal(headers.get("A", 3), undefined);
    assert.equal(headers.count("a"), 2);
  });
});

describe("a new body", () => {
  async function joined(body: Parameters<typeof bodyPieces>[0]): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of bodyPieces(body)) pieces.push(Buffer.from(piece));
    for (const piece of pieces) assert.ok(piece.length <= 4 * 65_535);
    assert.ok(pieces.length > 0);
    return Buffer.concat(pieces).toString();
  }

  async function* chunks(...texts: readonly string[]): AsyncGenerator<Buffer> {
    for (const text of texts) yield Buffer.from(text);
  }

  it("may be empty, of any kind", async () => {
    for (const body of ["", Buffer.alloc(0), chunks(), chunks("", "")]) {
      assert.equal(await joined(body), "");
    }
  });

  it("gets CR LF for every bare LF, wherever the chunks are cut", async () => {
    assert.equal(await joined("\na\r\nb\n\nc"), "\r\na\r\nb\r\n\r\nc");
    assert.equal(
      await joined(chunks("a\r", "\nb", "\nc\n", "", "\r", "\n")),
      "a\r\nb\r\nc\r\n\r\n",
    );
  });

  it("comes out whole, whatever the sizes", async () => {
    const text = "0123456789\n".repeat(100_000);
    const expected = text.replaceAll("\n", "\r\n");
    assert.ok((await joined(text)) === expected);
    const parts = Array.from({ length: 1000 }, (_, index) =>
      text.slice(index * 1100, (index + 1) * 1100),
    );
    assert.ok((await joined(chunks(...parts))) === expected);
  });
});
