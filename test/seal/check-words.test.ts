import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { languages } from "../../src/base/language.ts";
import { checkWordList } from "../../src/seal/check-word-list.ts";
import { checkWordsOf } from "../../src/seal/check-words.ts";

function tokenOf(number: number): Buffer {
  return createHash("sha256").update(String(number)).digest();
}

function differInOneLetter(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const rests: readonly (readonly [number, number])[] = [
    [1, 1],
    [1, 0],
    [0, 1],
  ];
  return rests.some(([a, b]) => one.slice(same + a) === other.slice(same + b));
}

describe("the list of check words", () => {
  it("has 256 pairs of short words, each a single one", () => {
    assert.equal(checkWordList.length, 256);
    for (const { de, en } of checkWordList) {
      assert.match(de, /^[A-ZÄÖÜ][a-zäöüß]{2,11}$/);
      assert.match(en, /^[a-z]{2,11}$/);
    }
  });

  it("has no two words of a language that differ in a letter or less", () => {
    for (const language of languages) {
      const words = checkWordList.map((pair) => pair[language].toLowerCase());
      for (const [index, word] of words.entries()) {
        for (const other of words.slice(index + 1)) {
          assert.ok(word !== other && !differInOneLetter(word, other), `${word}, ${other}`);
        }
      }
    }
  });
});

describe("the check words of a link", () => {
  it("never change, because mails that are out have named them", () => {
    const { de, en } = checkWordsOf(Buffer.alloc(32, 7));
    assert.deepEqual([de, en], ["Gipfel Wiese", "summit meadow"]);
  });

  it("are two different ones, and of all the list", () => {
    const seen = new Set<string>();
    for (let number = 0; number < 4000; number += 1) {
      const [first = "", second = "", ...more] = checkWordsOf(tokenOf(number)).de.split(" ");
      assert.equal(more.length, 0);
      assert.notEqual(first, second);
      seen.add(first).add(second);
    }
    assert.equal(seen.size, 256);
  });
});
