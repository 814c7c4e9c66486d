/** The sender's link: what it is derived from, and what it opens together with the store. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { deriveLinkToken, lookupIdOf } from "../../src/seal/link-token.ts";
import {
  deriveManageToken,
  formatManageToken,
  manageIdOf,
  parseManageToken,
} from "../../src/seal/manage-token.ts";
import { unwrapForSender, wrapForSender } from "../../src/seal/manage-wrap.ts";
import { seededRandom } from "../support/random.ts";

const tokenKey = randomBytes(32);
const hash = createHash("sha256").update("message").digest();
const token = deriveManageToken(tokenKey, hash, "a@b.example");
const linkToken = deriveLinkToken(tokenKey, hash, "a@b.example");
const row = { lookupId: lookupIdOf(linkToken), recipient: "a@b.example" };
const secrets = { messageKey: randomBytes(32), linkToken };

describe("manage token", () => {
  it("is the same for the same message and recipient, and another for each other", () => {
    assert.deepEqual(deriveManageToken(tokenKey, hash, "a@b.example"), token);
    const others = [
      deriveManageToken(randomBytes(32), hash, "a@b.example"),
      deriveManageToken(tokenKey, randomBytes(32), "a@b.example"),
      deriveManageToken(tokenKey, hash, "A@b.example"),
      linkToken,
    ];
    for (const other of others) assert.notDeepEqual(other, token);
    assert.throws(() => deriveManageToken(tokenKey, Buffer.alloc(31), "a@b.example"), RangeError);
  });

  it("is known to the store by an identifier that no link token has", () => {
    assert.match(manageIdOf(token), /^[0-9a-f]{32}$/);
    assert.notEqual(manageIdOf(token), lookupIdOf(token));
  });

  it("is read back from its text, and from no other", () => {
    const text = formatManageToken(token);
    assert.deepEqual(parseManageToken(text), token);
    // The last character of 43 bears two bits that are always zero.
    for (const odd of [`${text}=`, ` ${text}`, text.slice(1), `${text.slice(0, -1)}_`, ""]) {
      assert.equal(parseManageToken(odd), undefined, odd);
    }
  });
});

describe("what the sender's link opens", () => {
  it("is message key and link token, with the token and the row they were wrapped for", () => {
    const opened = unwrapForSender(token, row, wrapForSender(token, row, secrets));
    assert.deepEqual(opened, secrets);
  });

  it("stays shut for another token, recipient or row", () => {
    const wrap = wrapForSender(token, row, secrets);
    assert.equal(unwrapForSender(linkToken, row, wrap), undefined);
    assert.equal(unwrapForSender(randomBytes(32), row, wrap), undefined);
    assert.equal(unwrapForSender(token, { ...row, recipient: "x@b.example" }, wrap), undefined);
    assert.equal(unwrapForSender(token, { ...row, lookupId: "00" }, wrap), undefined);
  });

  it("stays shut when a bit was changed, cut or added", () => {
    const random = seededRandom(11);
    const wrap = wrapForSender(token, row, secrets);
    assert.equal(wrap.length, 92);
    for (let round = 0; round < 400; round += 1) {
      const changed = Buffer.from(wrap);
      const at = random.below(changed.length);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << random.below(8)), at);
      assert.equal(unwrapForSender(token, row, changed), undefined);
    }
    assert.equal(unwrapForSender(token, row, wrap.subarray(1)), undefined);
    assert.equal(unwrapForSender(token, row, Buffer.alloc(0)), undefined);
    assert.equal(unwrapForSender(token, row, Buffer.concat([wrap, Buffer.of(0)])), undefined);
  });
});
