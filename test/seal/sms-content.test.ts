import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import type { PhoneNumber } from "../../src/base/phone-number.ts";
import { openSms, type SmsContent, sealSms, smsKeyOf } from "../../src/seal/sms-content.ts";

const content: SmsContent = {
  to: "+491701234567" as PhoneNumber,
  code: "K7QF-3MRT-9XWD",
  checkWords: { de: "Leiter Apfel", en: "ladder apple" },
};
const row = { messageId: "m1", createdAt: 1000 };
const damaged = { code: "MXSEAL_SEALED_DAMAGED" };

describe("an SMS that waits", () => {
  it("opens beside its own row alone", () => {
    const key = smsKeyOf(randomBytes(32));
    const sealed = sealSms(key, content, row);
    assert.deepEqual(openSms(key, sealed, row), content);
    const others = [
      { ...row, messageId: "m2" },
      { ...row, createdAt: 1001 },
    ];
    for (const other of others) assert.throws(() => openSms(key, sealed, other), damaged);
  });

  it("opens under its own key alone, which is not the session key", () => {
    const sessionKey = randomBytes(32);
    const sealed = sealSms(smsKeyOf(sessionKey), content, row);
    for (const key of [sessionKey, smsKeyOf(randomBytes(32))]) {
      assert.throws(() => openSms(key, sealed, row), damaged);
    }
    assert.deepEqual(openSms(smsKeyOf(sessionKey), sealed, row), content);
  });

  it("opens neither cut short nor with any byte changed", () => {
    const key = smsKeyOf(randomBytes(32));
    const sealed = sealSms(key, content, row);
    for (let at = 0; at < sealed.length; at += 1) {
      assert.throws(() => openSms(key, sealed.subarray(0, at), row), damaged);
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      assert.throws(() => openSms(key, changed, row), damaged);
    }
  });
});
