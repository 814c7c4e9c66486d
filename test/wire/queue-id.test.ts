import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isQueueId } from "../../src/wire/queue-id.ts";

describe("a queue ID", () => {
  for (const text of ["A0FF31", "3F2A1B4C5D", "4jY0nz75RMzJJXy", "4jYF1p5LvLzJSyb"]) {
    it(`may be ${text}`, () => assert.equal(isQueueId(text), true));
  }

  for (const text of [
    "",
    "-f",
    "A0FF3",
    "a0ff31",
    "A0FF31;",
    "A0FF31\n",
    "../A0FF31",
    "ALL",
    "4jY0nz75RMzJJXa",
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(isQueueId(text), false));
  }

  it("is not endless", () => assert.equal(isQueueId("A".repeat(41)), false));
});
