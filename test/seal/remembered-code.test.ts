import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { drawCode } from "../../src/seal/code.ts";
import { guardOf } from "../../src/seal/code-key.ts";
import { prepareCode } from "../../src/seal/message-key.ts";
import {
  makeRememberedKeys,
  unwrapByRemembered,
  wrapForRemembered,
} from "../../src/seal/remembered-code.ts";
import { domainOf } from "../support/full-verdict.ts";

const pepper = randomBytes(32);
const owner = { senderDomain: domainOf("praxis.example"), recipient: "erna@example.org" };
const token = randomBytes(32);
const context = { token, lookupId: "ab".repeat(16), recipient: "Erna@example.org" };
const code = drawCode();
const messageKey = randomBytes(32);
const prepared = await prepareCode(code, pepper);
const guardBefore = guardOf(prepared.codeKey);
const keys = makeRememberedKeys(prepared, owner);
const wrapped = wrapForRemembered(keys.publicKey, messageKey, context);
const opening = { ...context, ...wrapped, keys, owner, form: "drawn", code, pepper } as const;

describe("a remembered code", () => {
  it("opens what was wrapped without it, however it is typed", async () => {
    assert.deepEqual(await unwrapByRemembered(opening), messageKey);
    const typed = code.toLowerCase().replaceAll("-", " ");
    assert.deepEqual(await unwrapByRemembered({ ...opening, code: typed }), messageKey);
  });

  it("opens each message under a wrap of its own", async () => {
    const other = randomBytes(32);
    const second = wrapForRemembered(keys.publicKey, other, { ...context, lookupId: "cd" });
    assert.deepEqual(await unwrapByRemembered({ ...opening, ...second, lookupId: "cd" }), other);
    assert.equal(await unwrapByRemembered({ ...opening, ...second }), undefined);
    const again = wrapForRemembered(keys.publicKey, messageKey, context);
    assert.notDeepEqual(again.wrappedKey, wrapped.wrappedKey);
  });

  it("opens with nothing less: one wrong piece and it stays shut", async () => {
    const flipped = (bytes: Buffer, at: number): Buffer => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      return changed;
    };
    const others = makeRememberedKeys(await prepareCode(code, pepper), owner);
    for (const [name, change] of [
      ["link", { token: randomBytes(32) }],
      ["code", { code: drawCode() }],
      ["malformed code", { code: "0000-0000-0000-X" }],
      ["form", { form: "own" }],
      ["pepper", { pepper: randomBytes(32) }],
      ["row", { lookupId: "00".repeat(16) }],
      ["recipient", { recipient: "otto@example.org" }],
      ["salt", { salt: randomBytes(16) }],
      ["key of one use", { wrappedKey: flipped(wrapped.wrappedKey, 3) }],
      ["wrap", { wrappedKey: flipped(wrapped.wrappedKey, 60) }],
      ["cut wrap", { wrappedKey: wrapped.wrappedKey.subarray(1) }],
      ["owner's domain", { owner: { ...owner, senderDomain: domainOf("other.example") } }],
      ["owner's recipient", { owner: { ...owner, recipient: "otto@example.org" } }],
      [
        "private key",
        { keys: { ...keys, wrappedPrivateKey: flipped(keys.wrappedPrivateKey, 20) } },
      ],
      ["another pair under the same code", { keys: others }],
    ] as const) {
      assert.equal(await unwrapByRemembered({ ...opening, ...change }), undefined, name);
    }
  });

  it("is known again by its guard, which its key's first use leaves behind", () => {
    assert.deepEqual(keys.guard, guardBefore);
    assert.deepEqual(prepared.codeKey, Buffer.alloc(32), "and the key itself is shredded");
  });

  it("works with a code of the sender's own making", async () => {
    const own = makeRememberedKeys(await prepareCode("Blaue Katze 4711", pepper, "own"), owner);
    const wrap = wrapForRemembered(own.publicKey, messageKey, context);
    const input = {
      ...opening,
      ...wrap,
      keys: own,
      form: "own",
      code: "blaue-katze 4711",
    } as const;
    assert.deepEqual(await unwrapByRemembered(input), messageKey);
    assert.equal(await unwrapByRemembered({ ...input, code: "blaue katze 4712" }), undefined);
  });

  it("says that a public key which belongs to no pair is damaged", async () => {
    for (const bytes of [Buffer.alloc(32), Buffer.alloc(31)]) {
      assert.throws(() => wrapForRemembered(bytes, messageKey, context), {
        code: "MXSEAL_SEALED_DAMAGED",
      });
    }
    const wrappedKey = Buffer.concat([Buffer.alloc(32), wrapped.wrappedKey.subarray(32)]);
    await assert.rejects(unwrapByRemembered({ ...opening, wrappedKey }), {
      code: "MXSEAL_SEALED_DAMAGED",
    });
  });
});
