import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { languages } from "../../src/base/language.ts";
import { countSeptets, gsmText } from "../../src/mime/gsm-text.ts";
import { type SmsFacts, smsTestText, smsText } from "../../src/mime/sms-text.ts";
import { checkWordList } from "../../src/seal/check-word-list.ts";
import { seededRandom } from "../support/random.ts";

const facts: SmsFacts = {
  organisation: "Praxis Dr. Weber",
  sender: "weber@praxis.example",
  code: "K7QF-3MRT-9XWD",
  id: "4N8TCW2P",
  way: "portal",
  checkWords: { de: "Leiter Apfel", en: "ladder apple" },
  host: "sicher.example.de",
};

/** The longest words there are, in each language. */
const longestWords = Object.fromEntries(
  languages.map((language) => {
    const words = checkWordList.map((entry) => entry[language]);
    return [
      language,
      words
        .toSorted((a, b) => b.length - a.length)
        .slice(0, 2)
        .join(" "),
    ];
  }),
) as NonNullable<SmsFacts["checkWords"]>;

describe("the SMS with a code", () => {
  it("says it in German", () => {
    assert.equal(
      smsText("de", facts),
      "Code für Ihre E-Mail von Praxis Dr. Weber: K7QF-3MRT-9XWD\n" +
        "Nummer 4N8TCW2P. Die Seite muss zuerst zeigen: Leiter Apfel. Geben Sie den Code sonst nirgends ein.\n" +
        "\n@sicher.example.de #K7QF3MRT9XWD",
    );
  });

  it("says it in English", () => {
    assert.equal(
      smsText("en", facts),
      "Code for your e-mail from Praxis Dr. Weber: K7QF-3MRT-9XWD\n" +
        "Number 4N8TCW2P. The page must first show: ladder apple. Type the code nowhere else.\n" +
        "\n@sicher.example.de #K7QF3MRT9XWD",
    );
  });

  it("speaks of a file where the code opens a PDF, and of no page", () => {
    const { checkWords: _, ...other } = facts;
    const text = smsText("en", { ...other, way: "pdf", code: "K7QF-3MRT-9XWD-AAAA" });
    assert.match(text, /^Code for the PDF file from .*: K7QF-3MRT-9XWD-AAAA\nNumber/);
    assert.doesNotMatch(text, /page|@sicher/);
  });

  it("names the sender's address where the organisation's letters cannot be sent", () => {
    for (const organisation of ["", "Клиника", "診療所", "?"]) {
      const text = smsText("en", { ...facts, organisation });
      assert.match(text, /from weber@praxis\.example: /);
    }
    const typeset = { ...facts, organisation: "Dvořák – „Müller & Söhne“" };
    assert.match(smsText("de", typeset), /von Dvorak - "Müller & Söhne": /);
  });

  it("stays in the alphabet and in two parts, whatever the names", () => {
    const random = seededRandom(23);
    const organisations = ["[]{}€".repeat(50), "Ä".repeat(300), "😀", "x\nBcc: y", "\u202ex"];
    for (let round = 0; round < 2000; round += 1) {
      const text = smsText(random.pick(languages), {
        ...facts,
        organisation: random.pick(organisations),
        sender: `${random.pick(["ü", "a", "[", "\u{1f600}"]).repeat(random.below(200))}@own.example`,
        checkWords: longestWords,
        host: `${"a".repeat(random.below(60))}.${"b".repeat(random.below(60))}.example`,
      });
      assert.equal(gsmText(text), text);
      assert.ok(countSeptets(text) <= 306, `${countSeptets(text)}: ${text}`);
      assert.ok(text.includes(facts.code));
      assert.ok(!/https?:/.test(text));
    }
  });

  it("has a harmless text to try the way with, in one part", () => {
    for (const language of languages) {
      const text = smsTestText(language);
      assert.equal(gsmText(text), text);
      assert.ok(countSeptets(text) <= 160);
    }
  });
});

describe("text for GSM", () => {
  it("keeps every check word as it is", () => {
    for (const entry of checkWordList) {
      for (const language of languages) assert.equal(gsmText(entry[language]), entry[language]);
    }
  });
});
