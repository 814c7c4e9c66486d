import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { displayInstant } from "../../src/base/display-instant.ts";

describe("an instant for people", () => {
  it("names day, time and zone", () => {
    const text = displayInstant(Date.UTC(2025, 11, 23, 17, 19), "en-GB", "Europe/Berlin");
    assert.equal(text, "23 December 2025 at 18:19 CET");
  });

  it("is a question mark where no calendar holds it", () => {
    for (const atMs of [Number.NaN, 9e15, -9e15]) assert.equal(displayInstant(atMs, "de-DE"), "?");
  });
});
