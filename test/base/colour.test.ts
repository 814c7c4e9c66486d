import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  contrastOf,
  darkSurface,
  isColour,
  leastContrast,
  lightSurface,
  mixed,
  standingOut,
} from "../../src/base/colour.ts";
import { seededRandom } from "../support/random.ts";

describe("colours", () => {
  it("are six hexadecimal digits behind a hash", () => {
    assert.ok(isColour("#0b5cab") && isColour("#FFFFFF"));
    for (const text of ["", "#fff", "0b5cab", "#0b5cag", "#0b5cab;", "red", "#0b5cab\n"]) {
      assert.equal(isColour(text), false, JSON.stringify(text));
    }
  });

  it("contrast as the standard's own examples do, in either order", () => {
    assert.equal(contrastOf("#000000", "#ffffff"), 21);
    assert.equal(contrastOf("#ffffff", "#ffffff"), 1);
    assert.equal(contrastOf("#767676", "#ffffff").toFixed(2), "4.54");
    assert.equal(contrastOf("#ffffff", "#767676").toFixed(2), "4.54");
  });

  it("mix by share", () => {
    assert.equal(mixed("#000000", "#ffffff", 0), "#000000");
    assert.equal(mixed("#000000", "#ffffff", 1), "#ffffff");
    assert.equal(mixed("#102030", "#ffffff", 0.5), "#889098");
  });

  it("are changed until text of them can be read on any ground of ours, and no further", () => {
    const random = seededRandom(5);
    for (let count = 0; count < 500; count += 1) {
      const colour = `#${random.below(0x1000000).toString(16).padStart(6, "0")}`;
      for (const [ground, towards] of [
        [lightSurface.ground, "#000000"],
        [darkSurface.card, "#ffffff"],
      ] as const) {
        const shown = standingOut(colour, ground, towards);
        assert.ok(contrastOf(shown, ground) >= leastContrast, `${colour} on ${ground}: ${shown}`);
        if (contrastOf(colour, ground) >= leastContrast) assert.equal(shown, colour);
      }
    }
  });
});
