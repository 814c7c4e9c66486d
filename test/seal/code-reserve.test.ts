import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { parseCode } from "../../src/seal/code.ts";
import { type CodeMaker, CodeMakerProcess } from "../../src/seal/code-maker.ts";
import { CodeReserve } from "../../src/seal/code-reserve.ts";
import { lookupIdOf } from "../../src/seal/link-token.ts";
import { type PreparedCode, unwrapMessageKey, wrapUnder } from "../../src/seal/message-key.ts";

const pepper = randomBytes(32);
const nobodyLeaves = new AbortController().signal;

async function take(reserve: CodeReserve, signal = nobodyLeaves): Promise<PreparedCode> {
  const prepared = await reserve.next(signal);
  assert.ok(prepared);
  return prepared;
}

describe("reserve of codes", () => {
  it("gives codes under which a message opens as under any other", async () => {
    await using reserve = new CodeReserve(pepper);
    const prepared = await take(reserve);
    assert.ok(parseCode(prepared.code).ok);
    const token = randomBytes(32);
    const binding = { token, lookupId: lookupIdOf(token), recipient: "erna@example.org" };
    const messageKey = randomBytes(32);
    const wrapped = wrapUnder(prepared, { ...binding, messageKey });
    const { code } = prepared;
    assert.deepEqual(await unwrapMessageKey({ ...binding, ...wrapped, code, pepper }), messageKey);
    const other = randomBytes(32);
    const opened = await unwrapMessageKey({ ...binding, ...wrapped, code, pepper: other });
    assert.equal(opened, undefined);
  });

  it("gives each code once, also to those who came while there was none", async () => {
    await using reserve = new CodeReserve(pepper, { quietMs: 0 });
    const taken = await Promise.all(Array.from({ length: 6 }, () => take(reserve)));
    assert.equal(new Set(taken.map(({ code }) => code)).size, 6);
    assert.equal(new Set(taken.map(({ salt }) => salt.toString("hex"))).size, 6);
    assert.equal(new Set(taken.map(({ codeKey }) => codeKey.toString("hex"))).size, 6);
  });

  it("lets go of whoever is not waited for any more, and keeps their place for others", async () => {
    await using reserve = new CodeReserve(pepper);
    const gone = new AbortController();
    const left = reserve.next(gone.signal);
    const next = take(reserve);
    gone.abort();
    assert.equal(await left, undefined);
    assert.equal(await reserve.next(gone.signal), undefined);
    assert.ok(parseCode((await next).code).ok);
  });

  it("is filled while nobody asks, to its size and no further, when a quarter is gone", async () => {
    let started = 0;
    const start = (): CodeMaker => {
      started += 1;
      return new CodeMakerProcess(pepper);
    };
    await using reserve = new CodeReserve(pepper, { size: 4, quietMs: 0, start });
    while (reserve.readyCount < 4) await setImmediate();
    await take(reserve);
    while (reserve.readyCount < 4) await setImmediate();
    assert.equal(started, 2);
  });

  it("has several processes make codes when several messages wait, and none afterwards", async () => {
    const makers = { running: 0, most: 0 };
    const start = (): CodeMaker => {
      const maker = new CodeMakerProcess(pepper);
      makers.running += 1;
      makers.most = Math.max(makers.most, makers.running);
      return {
        make: () => maker.make(),
        [Symbol.asyncDispose]: async () => {
          await maker[Symbol.asyncDispose]();
          makers.running -= 1;
        },
      };
    };
    await using reserve = new CodeReserve(pepper, { makers: 2, quietMs: 3_600_000, start });
    const taken = await Promise.all(Array.from({ length: 5 }, () => take(reserve)));
    assert.equal(new Set(taken.map(({ code }) => code)).size, 5);
    assert.equal(makers.most, 2);
    while (makers.running > 0) await setImmediate();
  });

  it("derives for nobody while messages come, except for one that waits", async () => {
    await using reserve = new CodeReserve(pepper, { size: 2, quietMs: 3_600_000 });
    await take(reserve);
    assert.equal(reserve.readyCount, 0);
  });

  it("leaves nobody waiting when it ends", async () => {
    const reserve = new CodeReserve(pepper);
    const asked = [reserve.next(nobodyLeaves), reserve.next(nobodyLeaves)];
    await reserve[Symbol.asyncDispose]();
    assert.deepEqual(await Promise.all(asked), [undefined, undefined]);
    assert.equal(await reserve.next(nobodyLeaves), undefined);
  });

  it("forgets the derived key once it has wrapped", async () => {
    await using reserve = new CodeReserve(pepper);
    const prepared = await take(reserve);
    const token = randomBytes(32);
    wrapUnder(prepared, { token, lookupId: "00", recipient: "x@y.example", messageKey: token });
    assert.ok(prepared.codeKey.every((byte) => byte === 0));
  });

  it("is left without a word by its process when the one that asked was killed", async () => {
    const file = new URL("../../src/seal/code-maker-process.ts", import.meta.url);
    const child = fork(file, [], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const { stderr } = child;
    assert.ok(stderr);
    const exited = once(child, "exit");
    const said = text(stderr);
    child.send({ pepper }, () => child.disconnect());
    assert.deepEqual([await exited, await said], [[0, null], ""]);
  });
});
