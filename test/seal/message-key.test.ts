import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { drawCode } from "../../src/seal/code.ts";
import { lookupIdOf } from "../../src/seal/link-token.ts";
import { unwrapMessageKey, wrapMessageKey } from "../../src/seal/message-key.ts";

const token = randomBytes(32);
const context = {
  token,
  code: "0000-0000-001Y",
  pepper: randomBytes(32),
  lookupId: lookupIdOf(token),
  recipient: "erna@example.org",
};
const messageKey = randomBytes(32);
const wrapped = await wrapMessageKey({ ...context, messageKey });

describe("message key", () => {
  it("opens with link, code and pepper, however the code was typed", async () => {
    assert.deepEqual(await unwrapMessageKey({ ...context, ...wrapped }), messageKey);
    const typed = { ...context, code: "oooo oooo oo1y" };
    assert.deepEqual(await unwrapMessageKey({ ...typed, ...wrapped }), messageKey);
  });

  it("opens with nothing less: one wrong piece and it stays shut", async () => {
    const flipped = Buffer.from(wrapped.wrappedKey);
    flipped.writeUInt8(flipped.readUInt8(20) ^ 1, 20);
    for (const [name, change] of [
      ["link", { token: randomBytes(32) }],
      ["code", { code: drawCode() }],
      ["pepper", { pepper: randomBytes(32) }],
      ["row", { lookupId: "00".repeat(16) }],
      ["recipient", { recipient: "otto@example.org" }],
      ["salt", { salt: randomBytes(16) }],
      ["wrap", { wrappedKey: flipped }],
      ["cut wrap", { wrappedKey: wrapped.wrappedKey.subarray(1) }],
      ["empty wrap", { wrappedKey: Buffer.alloc(0) }],
    ] as const) {
      const opened = await unwrapMessageKey({ ...context, ...wrapped, ...change });
      assert.equal(opened, undefined, name);
    }
  });

  it("does not even derive for a malformed code", async () => {
    const opened = await unwrapMessageKey({ ...context, ...wrapped, code: "0000-0000-0000-X" });
    assert.equal(opened, undefined);
    await assert.rejects(wrapMessageKey({ ...context, messageKey, code: "x" }), TypeError);
  });

  it("never wraps twice alike", async () => {
    const again = await wrapMessageKey({ ...context, messageKey });
    assert.notDeepEqual(again.salt, wrapped.salt);
    assert.notDeepEqual(again.wrappedKey, wrapped.wrappedKey);
  });
});
