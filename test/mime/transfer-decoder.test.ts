import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createTransferDecoder, type TransferEncoding } from "../../src/mime/transfer-decoder.ts";

function decode(encoding: TransferEncoding, pieces: readonly string[]): string {
  const decoder = createTransferDecoder(encoding);
  const decoded = pieces.map((piece) => decoder.push(Buffer.from(piece, "latin1")));
  return Buffer.concat([...decoded, decoder.end()]).toString("latin1");
}

/** Every text of `length` characters of `letters`. */
function textsOf(letters: string, length: number): readonly string[] {
  if (length === 0) return [""];
  const shorter = textsOf(letters, length - 1);
  return letters.split("").flatMap((letter) => shorter.map((text) => letter + text));
}

describe("a transfer encoding", () => {
  it("is taken off the same way wherever the pieces end", () => {
    // The length that a download announces was counted in other pieces than it is sent in.
    const quoted = textsOf("=4 \r\n", 5).map((text) => ["quoted-printable", text] as const);
    const base64 = textsOf("=Q\n", 6).map((text) => ["base64", text] as const);
    const padded = [80, 81].map(
      (count) => ["quoted-printable", `=${" ".repeat(count)}\n`] as const,
    );
    for (const [encoding, text] of [...padded, ...quoted, ...base64]) {
      const whole = decode(encoding, [text]);
      for (let at = 1; at < text.length; at += 1) {
        const cut = [text.slice(0, at), text.slice(at)];
        assert.equal(decode(encoding, cut), whole, JSON.stringify(cut));
      }
      assert.equal(decode(encoding, text.split("")), whole, JSON.stringify(text));
    }
  });

  it("joins lines of quoted-printable, also where blanks or returns came behind the mark", () => {
    const broken = ["=\r\n", "=\n", "=  \r\n", "= \t\n", "=\r\r\n", `=${" ".repeat(80)}\n`];
    for (const end of broken) assert.equal(decode("quoted-printable", [`a${end}b`]), "ab", end);
    for (const last of ["=", "= ", "=\r", "=\r\n"]) {
      assert.equal(decode("quoted-printable", [`a${last}`]), "a", JSON.stringify(last));
    }
  });

  it("leaves what is no quoted-printable as it is, in time that grows with it", () => {
    for (const text of ["a=b", "a==\r b", "1 = 2", "=4", "=G1", `=${" ".repeat(81)}\nx`]) {
      assert.equal(decode("quoted-printable", [text]), text);
    }
    assert.equal(decode("quoted-printable", ["=4a=c3=A4"]), "J\u00c3\u00a4");
    const blanks = `=${" ".repeat(64 * 1024)}`;
    assert.equal(decode("quoted-printable", Array(100).fill(blanks)).length, 100 * blanks.length);
  });

  it("reads base64 with blanks, rubbish, padding in its midst and without it at its end", () => {
    for (const text of ["YWJj\r\nZGU=", "YW JjZG\tU", "YWI=Y2Rl", "YQ==Yg==Y2Rl", "Y!W?Jj.ZGU"]) {
      assert.equal(decode("base64", [text]), "abcde", text);
    }
    assert.equal(decode("base64", ["=", "==", "YWJj", "Z"]), "abc");
  });
});
