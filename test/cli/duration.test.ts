import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseDuration } from "../../src/cli/duration.ts";

describe("a span of time on the command line", () => {
  it("is a whole number and a unit", () => {
    assert.equal(parseDuration("90s"), 90_000);
    assert.equal(parseDuration("15m"), 900_000);
    assert.equal(parseDuration("12h"), 43_200_000);
    assert.equal(parseDuration("7d"), 604_800_000);
    assert.equal(parseDuration("2w"), 1_209_600_000);
  });

  it("is nothing else", () => {
    const wrong = ["", "7", "d", "-7d", "1.5h", "7 d", "7D", "7days", "0d", "1d12h", "९d"];
    for (const text of wrong) assert.equal(parseDuration(text), undefined, text);
  });

  it("ends before instants do", () => {
    assert.equal(parseDuration("9999999999w"), undefined);
    assert.equal(parseDuration("36601d"), undefined);
    assert.equal(parseDuration("36600d"), 36_600 * 86_400_000);
  });
});
