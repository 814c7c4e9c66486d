import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { openReply, replyKeyOf, sealReply } from "../../src/seal/reply-content.ts";

const content = { text: "Grüße\n€", subject: "Befund", references: ["<a@own.example>"] };
const row = { messageId: "m1", number: 1, sender: "a@own.example", recipient: "b@far.example" };
const damaged = { code: "MXSEAL_SEALED_DAMAGED" };

describe("a reply that waits", () => {
  it("opens beside its own row alone", () => {
    const key = replyKeyOf(randomBytes(32));
    const sealed = sealReply(key, content, row);
    assert.deepEqual(openReply(key, sealed, row), content);
    const others = [
      { ...row, messageId: "m2" },
      { ...row, number: 2 },
      { ...row, sender: "eve@own.example" },
      { ...row, recipient: "eve@far.example" },
    ];
    for (const other of others) assert.throws(() => openReply(key, sealed, other), damaged);
  });

  it("opens under its own key alone, which is not the session key", () => {
    const sessionKey = randomBytes(32);
    const sealed = sealReply(replyKeyOf(sessionKey), content, row);
    for (const key of [sessionKey, replyKeyOf(randomBytes(32))]) {
      assert.throws(() => openReply(key, sealed, row), damaged);
    }
    assert.deepEqual(openReply(replyKeyOf(sessionKey), sealed, row), content);
  });

  it("opens neither cut short nor with any byte changed", () => {
    const key = replyKeyOf(randomBytes(32));
    const sealed = sealReply(key, content, row);
    for (let at = 0; at < sealed.length; at += 1) {
      assert.throws(() => openReply(key, sealed.subarray(0, at), row), damaged);
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      assert.throws(() => openReply(key, changed, row), damaged);
    }
  });
});
