import assert from "node:assert/strict";
import { createHash, createHmac, hkdfSync } from "node:crypto";
import { describe, it } from "node:test";
import {
  deriveLinkToken,
  formatLinkToken,
  lookupIdOf,
  parseLinkToken,
} from "../../src/seal/link-token.ts";
import { mutate, seededRandom } from "../support/random.ts";

const tokenKey = Buffer.alloc(32, 7);
const messageHash = createHash("sha256").update("message").digest();
const token = deriveLinkToken(tokenKey, messageHash, "erna@example.org");

describe("link token", () => {
  it("is the HMAC over message hash and recipient", () => {
    const input = Buffer.concat([
      Buffer.from("mxseal/link-token/v1\0"),
      messageHash,
      Buffer.from("erna@example.org"),
    ]);
    assert.deepEqual(token, createHmac("sha256", tokenKey).update(input).digest());
  });

  it("is the same for the same message and another one for anything else", () => {
    const otherHash = createHash("sha256").update("massage").digest();
    const tokens = [
      deriveLinkToken(tokenKey, messageHash, "erna@example.org"),
      deriveLinkToken(tokenKey, messageHash, "Erna@example.org"),
      deriveLinkToken(tokenKey, otherHash, "erna@example.org"),
      deriveLinkToken(Buffer.alloc(32, 8), messageHash, "erna@example.org"),
    ].map(formatLinkToken);
    assert.equal(tokens[0], formatLinkToken(token));
    assert.equal(new Set(tokens).size, 4);
  });

  it("refuses a hash of another length, which would blur hash and recipient", () => {
    assert.throws(() => deriveLinkToken(tokenKey, Buffer.alloc(31), "x@example.org"), RangeError);
  });

  it("travels as 43 characters and back", () => {
    const text = formatLinkToken(token);
    assert.match(text, /^[A-Za-z0-9_-]{43}$/);
    assert.deepEqual(parseLinkToken(text), token);
  });

  it("parses nothing but the one spelling of a token", () => {
    const text = formatLinkToken(Buffer.alloc(32));
    assert.deepEqual(parseLinkToken(text), Buffer.alloc(32));
    // The last character carries four bits; with the other two set it is a second spelling.
    assert.equal(parseLinkToken(`${text.slice(0, -1)}B`), undefined);
    for (const wrong of [
      "",
      text.slice(1),
      `${text}A`,
      `${text}=`,
      `${text}\n`,
      `+${text.slice(1)}`,
    ]) {
      assert.equal(parseLinkToken(wrong), undefined, JSON.stringify(wrong));
    }
  });

  it("round-trips whatever it accepts", () => {
    const random = seededRandom(11);
    for (let count = 0; count < 3000; count += 1) {
      const text = mutate(Buffer.from(formatLinkToken(random.bytes(32))), random).toString(
        "latin1",
      );
      const parsed = parseLinkToken(text);
      if (parsed !== undefined) assert.equal(formatLinkToken(parsed), text);
    }
  });

  it("has a lookup id that is derived one way", () => {
    const expected = hkdfSync("sha256", token, "", "mxseal/lookup/v1", 16);
    assert.equal(lookupIdOf(token), Buffer.from(expected).toString("hex"));
    assert.ok(!token.toString("hex").includes(lookupIdOf(token)));
  });
});
