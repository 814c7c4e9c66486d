import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { keepStrongest } from "../../src/dane/digest-agility.ts";

function kept(...forms: readonly string[]): readonly string[] {
  const records = forms.map((form) => {
    const [usage = 0, selector = 0, matchingType = 0] = form.split(" ").map(Number);
    return { usage, selector, matchingType, data: Buffer.alloc(1) };
  });
  return keepStrongest(records).map(
    ({ usage, selector, matchingType }) => `${usage} ${selector} ${matchingType}`,
  );
}

describe("digest agility (RFC 7671 §9)", () => {
  it("leaves a weaker digest out where a stronger one is published", () => {
    assert.deepEqual(kept("3 1 1", "3 1 2"), ["3 1 2"]);
  });

  it("keeps the weaker digest where it is the strongest", () => {
    assert.deepEqual(kept("3 1 1", "3 1 1"), ["3 1 1", "3 1 1"]);
  });

  it("looks at each usage and each selector for itself", () => {
    const all = ["3 1 2", "3 0 1", "2 1 1", "2 0 2"];
    assert.deepEqual(kept(...all), all);
  });

  it("always keeps what is published in full, and measures no digest by it", () => {
    assert.deepEqual(kept("3 1 0", "3 1 1"), ["3 1 0", "3 1 1"]);
    assert.deepEqual(kept("3 1 1", "3 1 0", "3 1 2"), ["3 1 0", "3 1 2"]);
  });

  it("of nothing is nothing", () => assert.deepEqual(kept(), []));
});
