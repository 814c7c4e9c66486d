import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteQueue } from "../../src/wire/byte-queue.ts";
import { seededRandom } from "../support/random.ts";

describe("the byte queue", () => {
  it("behaves like one buffer whatever is appended and consumed", () => {
    const random = seededRandom(1);
    for (let round = 0; round < 200; round += 1) {
      const queue = new ByteQueue();
      let model = Buffer.alloc(0);
      for (let step = 0; step < 60; step += 1) {
        const chunk = Buffer.from(
          Array.from({ length: random.below(90) }, () => random.pick([10, 65, 66])),
        );
        queue.append(chunk);
        model = Buffer.concat([model, chunk]);
        assert.equal(queue.length, model.length);
        const from = random.below(model.length + 1);
        assert.equal(queue.find("\nA", from), model.indexOf("\nA", from));
        assert.equal(queue.at(from), model[from]);
        assert.equal(queue.text(0, from), model.toString("utf8", 0, from));
        queue.consume(from);
        model = model.subarray(from);
      }
    }
  });

  it("finds nothing in bytes that were consumed or belong to no one", () => {
    const queue = new ByteQueue();
    queue.append(Buffer.from("ab"));
    queue.append(Buffer.from("c\n\n"));
    queue.consume(5);
    queue.append(Buffer.from("d\n"));
    assert.equal(queue.find("\n\n", 0), -1);
    assert.equal(queue.at(2), undefined);
  });

  it("leaves the chunks it was given as they are", () => {
    const queue = new ByteQueue();
    const chunk = Buffer.from("abc");
    const slice = chunk.subarray(0, 2);
    queue.append(slice);
    queue.append(Buffer.from("XYZ"));
    assert.equal(chunk.toString(), "abc");
    assert.equal(queue.text(0, 5), "abXYZ");
  });
});
