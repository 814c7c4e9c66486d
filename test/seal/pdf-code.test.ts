import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { checkCharacter, parseCode } from "../../src/seal/code.ts";
import { derivePdfCodes, pdfPasswords } from "../../src/seal/pdf-code.ts";

const tokenKey = Buffer.alloc(32, 7);
const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest();

describe("the codes of a PDF", () => {
  it("have sixteen characters with a check character, and a portal code's form in the store", () => {
    const { code, vaultCode } = derivePdfCodes(tokenKey, hashOf("a"), "bob@far.example");
    assert.match(code, /^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    const bare = code.replaceAll("-", "");
    assert.equal(checkCharacter(bare.slice(0, -1)), bare.slice(-1));
    assert.ok(parseCode(vaultCode).ok);
    assert.ok(!bare.startsWith(vaultCode.replaceAll("-", "").slice(0, 4)));
  });

  it("are the same for the same message, and others for another key, message or recipient", () => {
    const codes = [
      derivePdfCodes(tokenKey, hashOf("a"), "bob@far.example"),
      derivePdfCodes(tokenKey, hashOf("b"), "bob@far.example"),
      derivePdfCodes(tokenKey, hashOf("a"), "Bob@far.example"),
      derivePdfCodes(Buffer.alloc(32, 8), hashOf("a"), "bob@far.example"),
    ];
    assert.equal(new Set(codes.flatMap(({ code, vaultCode }) => [code, vaultCode])).size, 8);
    assert.deepEqual(derivePdfCodes(tokenKey, hashOf("a"), "bob@far.example"), codes[0]);
  });

  it("use the whole alphabet evenly", () => {
    const counts = new Map<string, number>();
    for (let round = 0; round < 2000; round += 1) {
      const { code } = derivePdfCodes(tokenKey, hashOf(String(round)), "bob@far.example");
      for (const character of code.replaceAll("-", "").slice(0, 15)) {
        counts.set(character, (counts.get(character) ?? 0) + 1);
      }
    }
    assert.equal(counts.size, 32);
    for (const count of counts.values()) assert.ok(count > 750 && count < 1130, String(count));
  });

  it("may be typed as shown, or small and bare", () => {
    assert.deepEqual(pdfPasswords("A1B2-C3D4-E5F6-G7H8"), {
      shown: "A1B2-C3D4-E5F6-G7H8",
      typed: "a1b2c3d4e5f6g7h8",
    });
  });

  it("want a hash of a message", () => {
    assert.throws(() => derivePdfCodes(tokenKey, Buffer.alloc(31), "x"), RangeError);
  });
});
