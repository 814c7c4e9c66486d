import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { SharedWork } from "../../src/probe/shared-work.ts";

const patient = new AbortController().signal;

/** Work that ends when it is told to, and otherwise when `resolve` or `reject` is called. */
function start() {
  const outcome = Promise.withResolvers<string>();
  let seen: AbortSignal | undefined;
  const work = new SharedWork(0, (signal) => {
    seen = signal;
    signal.addEventListener("abort", () => outcome.reject(signal.reason as Error));
    return outcome.promise;
  });
  return { work, ...outcome, isToEnd: () => seen?.aborted === true };
}

describe("shared work", () => {
  it("gives its outcome to everybody who waits", async () => {
    const { work, resolve } = start();
    const both = Promise.all([work.join(patient), work.join(patient)]);
    resolve("done");
    assert.deepEqual(await both, ["done", "done"]);
  });

  it("gives its error to everybody who waits", async () => {
    const { work, reject } = start();
    const both = Promise.allSettled([work.join(patient), work.join(patient)]);
    const fault = new Error("a bug");
    reject(fault);
    assert.deepEqual(
      (await both).map((one) => one.status === "rejected" && one.reason === fault),
      [true, true],
    );
  });

  it("goes on for the others when one leaves", async () => {
    const { work, resolve, isToEnd } = start();
    const leaver = new AbortController();
    const gone = work.join(leaver.signal);
    const stays = work.join(patient);
    const reason = new Error("no patience");
    leaver.abort(reason);
    await assert.rejects(gone, reason);
    assert.equal(isToEnd(), false);
    assert.equal(work.isAbandoned, false);
    resolve("done");
    assert.equal(await stays, "done");
  });

  it("is told to end when the last one leaves, and is no more to be joined", async () => {
    const { work, isToEnd } = start();
    const leavers = [new AbortController(), new AbortController()];
    const gone = leavers.map(({ signal }) => work.join(signal));
    for (const leaver of leavers) leaver.abort();
    assert.deepEqual(
      (await Promise.allSettled(gone)).map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.equal(isToEnd(), true);
    assert.equal(work.isAbandoned, true);
  });

  it("refuses who has left already, and does not count them", async () => {
    const { work, resolve, isToEnd } = start();
    const reason = new Error("gone");
    await assert.rejects(work.join(AbortSignal.abort(reason)), reason);
    assert.equal(isToEnd(), false);
    const stays = work.join(patient);
    resolve("done");
    assert.equal(await stays, "done");
  });

  it("may fail in a known way when nobody listens any more", async () => {
    const leaver = new AbortController();
    const outcome = Promise.withResolvers<string>();
    const work = new SharedWork(0, () => outcome.promise);
    const gone = work.join(leaver.signal);
    leaver.abort();
    await assert.rejects(gone);
    outcome.reject(new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "no resolver"));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
