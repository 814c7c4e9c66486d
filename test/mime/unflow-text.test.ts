import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { flowText } from "../../src/mime/flowed-text.ts";
import { unflowText } from "../../src/mime/unflow-text.ts";
import { seededRandom } from "../support/random.ts";

function joined(lines: readonly string[], deletesSpace = false): readonly string[] {
  return unflowText(lines.join("\r\n"), deletesSpace).split("\n");
}

describe("text with format=flowed (RFC 3676)", () => {
  it("is joined where a line ends with a blank", () => {
    assert.deepEqual(joined(["Guten Tag, ", "die Werte ", "sind gut.", "", "Anna"]), [
      "Guten Tag, die Werte sind gut.",
      "",
      "Anna",
    ]);
  });

  it("keeps quotations, joined within their depth", () => {
    assert.deepEqual(joined(["> quoted ", "> more", ">> deeper ", ">> still", "> ", "answer"]), [
      "> quoted more",
      ">> deeper still",
      ">",
      "answer",
    ]);
  });

  it("ends a paragraph where the depth changes, though its line says that it goes on (§4.5)", () => {
    assert.deepEqual(joined(["> quoted ", "answer ", ">> other"]), [
      "> quoted ",
      "answer ",
      ">> other",
    ]);
  });

  it("takes the stuffed blank away, and no other one (§4.4)", () => {
    assert.deepEqual(joined([" > no quotation", " From here", "  indented", ">  x", "> > y"]), [
      "> no quotation",
      "From here",
      " indented",
      ">  x",
      "> > y",
    ]);
  });

  it("deletes the blanks that DelSp added", () => {
    assert.deepEqual(joined(["Donaudampf ", "schiff  ", "fahrt", "> ab ", "> cd"], true), [
      "Donaudampfschiff fahrt",
      "> abcd",
    ]);
  });

  it("leaves the mark of a signature alone, quoted too (§4.3)", () => {
    assert.deepEqual(joined(["bis dann ", "-- ", "Anna", "> -- ", "> Bert"]), [
      "bis dann ",
      "-- ",
      "Anna",
      "> -- ",
      "> Bert",
    ]);
  });

  it("is what was written before it was flowed", () => {
    const random = seededRandom(36);
    const words = ["a", "Straße", ">", "From", "x".repeat(90), "€", "https://a/b"];
    for (let round = 0; round < 300; round += 1) {
      const text = Array.from({ length: 1 + random.below(6) }, () =>
        Array.from({ length: random.below(40) }, () => random.pick(words)).join(" "),
      ).join("\n");
      assert.equal(unflowText(flowText(text), false), text);
    }
  });

  it("loses and invents nothing but blanks, line ends and marks of quotation", () => {
    const random = seededRandom(37);
    const pieces = [">", " ", "\r\n", "\n", "-- ", "a", "b ", "\r", "\u00a0"];
    const content = (text: string): string => text.replace(/[> \r\n]/g, "");
    for (let round = 0; round < 2000; round += 1) {
      const text = Array.from({ length: random.below(30) }, () => random.pick(pieces)).join("");
      const result = unflowText(text, random.below(2) === 0);
      assert.equal(content(result), content(text));
      assert.ok(result.split("\n").length <= text.split("\n").length);
    }
  });
});
