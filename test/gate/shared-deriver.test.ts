import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { setImmediate } from "node:timers/promises";
import { MxsealError } from "../../src/base/errors.ts";
import { SharedDeriver } from "../../src/gate/shared-deriver.ts";

const input = {
  code: "K7QF-3MRT-9XW7",
  form: "drawn",
  salt: Buffer.alloc(16),
  pepper: Buffer.alloc(32),
} as const;
const waiting = new AbortController().signal;

describe("a deriver that is shared", () => {
  it("is stopped when it hangs, and started anew for who comes next", async (test) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    test.after(() => mock.timers.reset());
    const derivers = [{ hangs: true }, { hangs: false }];
    let stopped = 0;
    const shared = new SharedDeriver(() => {
      const { hangs } = derivers.shift() ?? { hangs: true };
      return {
        derive: async () =>
          hangs ? await new Promise<Buffer>(() => undefined) : Buffer.from("key"),
        [Symbol.asyncDispose]: async () => void (stopped += 1),
      };
    });
    const [first, second] = [shared.join(), shared.join()];
    const late = assert.rejects(
      first.derive(input, waiting),
      (error) => error instanceof MxsealError && error.code === "MXSEAL_DERIVATION_LATE",
    );
    const next = second.derive(input, waiting);
    await setImmediate();
    mock.timers.tick(30_000);
    await late;
    assert.equal(stopped, 1);
    assert.equal((await next)?.toString(), "key");
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    assert.equal(stopped, 2);
  });

  it("does nothing for who has gone before the turn came", async () => {
    let derived = 0;
    const shared = new SharedDeriver(() => ({
      derive: async () => {
        derived += 1;
        return Buffer.from("key");
      },
      [Symbol.asyncDispose]: async () => undefined,
    }));
    await using user = shared.join();
    const gone = new AbortController();
    const keys = [user.derive(input, waiting), user.derive(input, gone.signal)];
    gone.abort();
    assert.deepEqual(await Promise.all(keys), [Buffer.from("key"), undefined]);
    assert.equal(derived, 1);
  });
});
