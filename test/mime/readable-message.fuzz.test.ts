/**
 * Our reading of a mail's structure beside another parser's: the same texts, the same files with the
 * same bytes, for mails of every shape and for damaged ones; and the same however the bytes come.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import PostalMime from "postal-mime";
import { decodePart, partBytes } from "../../src/mime/part-bytes.ts";
import { type ReadableMessage, readMessage } from "../../src/mime/readable-message.ts";
import { mutate, type Random, seededRandom } from "../support/random.ts";

const limits = { forceRfc822Attachments: true, maxNestingDepth: 50 };

function randomPart(random: Random, depth: number): string {
  return depth < 4 && random.below(3) === 0 ? multipart(random, depth) : leaf(random);
}

function multipart(random: Random, depth: number): string {
  const boundary = random.pick(["b", "bb", "=_x", "a b", "--b", `n${depth}`]);
  const kind = random.pick(["mixed", "alternative", "related", "digest", "signed"]);
  const parts = Array.from({ length: random.below(4) }, () => randomPart(random, depth + 1));
  const body = parts
    .map((part) => `--${boundary}${random.pick(["", " "])}\r\n${part}\r\n`)
    .join("");
  const end =
    random.below(5) === 0 ? "" : `--${boundary}--\r\n${random.pick(["", "epilogue\r\n"])}`;
  const header = `Content-Type: multipart/${kind}; x=(a) "y" ; boundary="${boundary}"`;
  return `${header}\r\n\r\n${random.pick(["", "preamble\r\n"])}${body}${end}`;
}

function leaf(random: Random): string {
  const type = random.pick([
    "text/plain",
    "text/plain; charset=iso-8859-1",
    "text/html; charset=utf-8",
    'application/pdf; name="a; b(1).pdf"',
    "image/png (x); name=p.png",
    "message/rfc822",
    "APPLICATION/x; NAME*0=one; name*1*=%20two",
  ]);
  const disposition = random.pick([
    "",
    "Content-Disposition: inline\r\n",
    "Content-Disposition: attachment;\r\n filename*=utf-8''%C3%A4%20b.txt\r\n",
    'Content-Disposition: attachment; filename="=?utf-8?Q?=C3=A4?=.txt"\r\n',
  ]);
  const texts = ["x", "--\r\n--b x\r\ntext", "a\r\n\r\nb\r\n", "ä=3D\r\n"];
  // For the other parser, a mail with an empty HTML part is an HTML mail.
  const plain = random.pick(type.startsWith("text/html") ? texts : ["", ...texts]);
  const [encoding, body] = random.pick([
    ["7bit", plain],
    ["base64", Buffer.from(plain).toString("base64").replace(/..../g, "$&\r\n")],
    ["quoted-printable", plain.replaceAll("=", "=3D").replaceAll("x", "=\r\n=78=")],
  ] as const);
  const id = random.pick(["", "Content-ID: <i@x>\r\n"]);
  return `Content-Type: ${type}\r\n${disposition}${id}Content-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}

function randomMail(random: Random): Buffer {
  const head = "From: A B <a@b.test>\r\nSubject: =?utf-8?Q?=C3=A4?=\r\nMIME-Version: 1.0\r\n";
  return Buffer.from(head + randomPart(random, 0));
}

/** Line ends of a text that is not encoded are no part of what is compared. */
function comparable(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1").replace(/\r+/g, "").replace(/\n+$/, "");
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\r/g, "").split("\n").filter(Boolean);
}

async function inPieces(raw: Buffer, random: Random): Promise<ReadableMessage | undefined> {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < raw.length; ) {
      const end = at + 1 + random.below(random.pick([2, 7, 300]));
      yield raw.subarray(at, end);
      at = end;
    }
  }
  const message = await readMessage(pieces());
  for (const { place, sizeBytes } of message?.attachments ?? []) {
    const streamed: Buffer[] = [];
    for await (const bytes of partBytes(pieces(), place)) streamed.push(bytes);
    assert.deepEqual(Buffer.concat(streamed), decodePart(raw, place));
    assert.equal(Buffer.concat(streamed).length, sizeBytes);
  }
  return message;
}

describe("the structure of a mail", () => {
  it("is what another parser finds", async () => {
    const random = seededRandom(41);
    for (let round = 0; round < 500; round += 1) {
      const raw = randomMail(random);
      const message = await readMessage(raw);
      const other = await PostalMime.parse(raw, limits);
      const told = `${round}: ${raw.toString()}`;
      assert.ok(message, told);
      assert.deepEqual(
        message.attachments.map(({ name, mimeType, place, contentId }) => {
          return [name, mimeType, contentId, comparable(decodePart(raw, place))];
        }),
        other.attachments.map(({ filename, mimeType, content, contentId }) => {
          const bytes =
            typeof content === "string" ? Buffer.from(content) : new Uint8Array(content);
          return [filename ?? undefined, mimeType, contentId?.slice(1, -1), comparable(bytes)];
        }),
        told,
      );
      if (other.html === undefined) {
        assert.deepEqual(linesOf(message.text), linesOf(other.text ?? ""), told);
      }
      assert.equal(message.html === undefined, (other.html ?? "").trim() === "", told);
    }
  });

  it("does not depend on how the bytes come", async () => {
    const random = seededRandom(42);
    for (let round = 0; round < 300; round += 1) {
      const raw = mutate(randomMail(random), random);
      assert.deepEqual(await inPieces(raw, random), await readMessage(raw), raw.toString("latin1"));
    }
  });
});
