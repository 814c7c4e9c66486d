import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KeyedGate } from "../../src/portal/keyed-gate.ts";

const forever = new AbortController().signal;

describe("KeyedGate", () => {
  it("lets one of each key in, and has the others wait for their own", async () => {
    const gate = new KeyedGate({ running: 1, waiting: 1, waitMs: 1000 });
    const first = await gate.enter("a", forever);
    const second = gate.enter("a", forever);
    assert.equal(await gate.enter("a", forever), undefined);
    const other = await gate.enter("b", forever);
    assert.notEqual(other, undefined);
    first?.[Symbol.dispose]();
    assert.notEqual(await second, undefined);
  });

  it("forgets a key with whoever used it, however that ended", async () => {
    const gate = new KeyedGate({ running: 1, waiting: 1, waitMs: 1000 });
    const pass = await gate.enter("a", forever);
    const client = new AbortController();
    const gone = gate.enter("a", client.signal);
    client.abort();
    await gone;
    assert.equal(gate.size, 1);
    pass?.[Symbol.dispose]();
    assert.equal(await gate.enter("b", AbortSignal.abort()), undefined);
    assert.equal(gate.size, 0);
  });
});
