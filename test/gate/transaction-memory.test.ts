import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BoundedTransactionMemory } from "../../src/gate/transaction-memory.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { policyRequest } from "../support/policy-request.ts";

const hourMs = 60 * 60_000;

/** One whole transaction. */
function deliver(
  memory: BoundedTransactionMemory,
  queueId: string,
  ...recipients: readonly string[]
): void {
  const instance = `instance of ${queueId}`;
  for (const recipient of recipients) memory.noteRecipient(policyRequest({ instance, recipient }));
  memory.complete(policyRequest({ protocolState: "DATA", instance, queueId, recipient: "" }));
}

describe("the transaction memory", () => {
  it("joins RCPT and DATA by instance and finds the queue ID by each recipient", () => {
    const clock = new FixedClock();
    const memory = new BoundedTransactionMemory(clock);
    const from = { instance: "1.2.3", saslUsername: "alice", clientAddress: "10.0.0.1" };
    memory.noteRecipient(policyRequest({ ...from, recipient: "a@x.example" }));
    memory.noteRecipient(policyRequest({ ...from, instance: "9.9.9", recipient: "c@x.example" }));
    memory.noteRecipient(policyRequest({ ...from, recipient: "B@x.example", queueId: "4jY0" }));
    assert.deepEqual(memory.queueIdsOf("a@x.example"), []);
    const data = { ...from, protocolState: "DATA", queueId: "4jY0", recipient: "" };
    assert.deepEqual(memory.complete(policyRequest(data)), {
      queueId: "4jY0",
      sender: "alice@own.example",
      saslUsername: "alice",
      clientAddress: "10.0.0.1",
      recipients: ["a@x.example", "B@x.example"],
      acceptedAt: clock.now(),
    });
    assert.deepEqual(memory.queueIdsOf("a@x.example"), ["4jY0"]);
    assert.deepEqual(memory.queueIdsOf("b@X.example"), ["4jY0"]);
    assert.deepEqual(memory.queueIdsOf("c@x.example"), []);
  });

  it("tells the newest queue ID first, and no more than twenty", () => {
    const memory = new BoundedTransactionMemory(new FixedClock());
    for (let id = 0; id < 50; id += 1) deliver(memory, `ID${id}`, "a@x.example");
    const queueIds = memory.queueIdsOf("a@x.example");
    assert.deepEqual(queueIds.slice(0, 3), ["ID49", "ID48", "ID47"]);
    assert.equal(queueIds.length, 20);
  });

  it("takes the recipient from DATA when it knows nothing of the RCPT", () => {
    const memory = new BoundedTransactionMemory(new FixedClock());
    memory.complete(policyRequest({ queueId: "4jY0", recipient: "a@x.example" }));
    assert.deepEqual(memory.queueIdsOf("a@x.example"), ["4jY0"]);
  });

  it("learns nothing from a DATA without queue ID or recipients", () => {
    const memory = new BoundedTransactionMemory(new FixedClock());
    assert.equal(memory.complete(policyRequest({ queueId: "" })), undefined);
    assert.equal(memory.complete(policyRequest({ queueId: "4jY0", recipient: "" })), undefined);
  });

  it("means the newest transaction when Postfix uses a short queue ID again", () => {
    const memory = new BoundedTransactionMemory(new FixedClock());
    deliver(memory, "ABCDEF", "a@x.example", "b@x.example");
    deliver(memory, "ABCDEF", "b@x.example");
    assert.deepEqual(memory.queueIdsOf("a@x.example"), []);
    assert.deepEqual(memory.queueIdsOf("b@x.example"), ["ABCDEF"]);
  });

  it("forgets after an hour, also a transaction that never came to DATA", () => {
    const clock = new FixedClock();
    const memory = new BoundedTransactionMemory(clock);
    deliver(memory, "OLD", "a@x.example");
    memory.noteRecipient(policyRequest({ instance: "open", recipient: "b@x.example" }));
    clock.advance(hourMs);
    assert.deepEqual(memory.queueIdsOf("a@x.example"), ["OLD"]);
    clock.advance(1);
    assert.deepEqual(memory.queueIdsOf("a@x.example"), []);
    memory.noteRecipient(policyRequest({ instance: "other", recipient: "c@x.example" }));
    const data = policyRequest({ instance: "open", queueId: "LATE", recipient: "" });
    assert.equal(memory.complete(data), undefined);
  });

  it("keeps two generations of completed transactions and forgets the older", () => {
    const memory = new BoundedTransactionMemory(new FixedClock(), { recipientCapacity: 2 });
    for (const queueId of ["ONE", "TWO"]) deliver(memory, queueId, "a@x", "b@x");
    assert.deepEqual(memory.queueIdsOf("a@x"), ["TWO", "ONE"]);
    deliver(memory, "THREE", "a@x", "c@x");
    assert.deepEqual(memory.queueIdsOf("a@x"), ["THREE", "TWO"]);
    assert.deepEqual(memory.queueIdsOf("b@x"), ["TWO"]);
  });

  it("keeps to its bounds between RCPT and DATA", () => {
    const limits = { openCapacity: 2, maxRecipientsPerTransaction: 3 };
    const memory = new BoundedTransactionMemory(new FixedClock(), limits);
    deliver(memory, "MANY", "a@x", "b@x", "c@x", "d@x");
    assert.deepEqual(memory.queueIdsOf("c@x"), ["MANY"]);
    assert.deepEqual(memory.queueIdsOf("d@x"), []);
    for (let id = 0; id < 6; id += 1) memory.noteRecipient(policyRequest({ instance: `${id}` }));
    const data = { queueId: "X", recipient: "" };
    assert.equal(memory.complete(policyRequest({ ...data, instance: "0" })), undefined);
    assert.ok(memory.complete(policyRequest({ ...data, instance: "5" })));
  });

  it("notes a recipient once, and none without an instance", () => {
    const memory = new BoundedTransactionMemory(new FixedClock());
    memory.noteRecipient(policyRequest({ instance: "" }));
    assert.equal(
      memory.complete(policyRequest({ instance: "", queueId: "X", recipient: "" })),
      undefined,
    );
    deliver(memory, "TWICE", "a@x", "a@x");
    assert.deepEqual(memory.queueIdsOf("a@x"), ["TWICE"]);
  });
});
