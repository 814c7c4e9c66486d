import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { germanPhrase, phrasesGerman } from "../../src/probe/phrase-de.ts";

/** Where facts come from. */
const sources = globSync("src/{dns,dane,mta-sts,probe,tls-profile,wire}/*.ts")
  .filter((file) => !file.includes("phrase-de"))
  .map((file) => readFileSync(file, "utf8"));

describe("our own words in German", () => {
  it("are those that are really said", () => {
    const stale = Object.keys(phrasesGerman).filter(
      (phrase) => !sources.some((source) => source.includes(`"${phrase}"`)),
    );
    assert.deepEqual(stale, []);
  });

  it("may hold numbers and names", () => {
    assert.equal(germanPhrase("TLSv1.2 or later"), "TLSv1.2 oder neuer");
    assert.equal(germanPhrase("DH with 1024 bits"), "DH mit 1024 Bit");
    assert.equal(germanPhrase("a.test, b.test and 3 more"), "a.test, b.test und 3 weitere");
    assert.equal(
      germanPhrase("its mode is not enforce, testing or none"),
      "ihr mode ist weder enforce noch testing noch none",
    );
    assert.equal(germanPhrase("its media type is text/html"), "ihr Medientyp ist text/html");
  });

  it("leave alone what is not ours, whatever it looks like", () => {
    for (const text of ["", "550 5.7.1 go away", "toString", "constructor", "$1 $& $`", "東京"]) {
      assert.equal(germanPhrase(text), text);
    }
    assert.equal(germanPhrase('only "$&"'), "nur „$&“");
  });

  it("are found in bounded time in any text", () => {
    for (const text of ['the key of "'.repeat(2000), "or ".repeat(5000), "a, ".repeat(5000)]) {
      assert.equal(typeof germanPhrase(text), "string");
    }
  });
});
