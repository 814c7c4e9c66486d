/** Both languages say everything, and neither says it in the other's words. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Language, languages } from "../../src/base/language.ts";
import { wordsIn } from "../../src/portal/catalogue.ts";
import { manageSmsWordsIn } from "../../src/portal/manage-sms-words.ts";
import { manageWordsIn } from "../../src/portal/manage-words.ts";
import { replyWordsIn } from "../../src/portal/reply-words.ts";

type Sentences = ReadonlyMap<string, string>;

/** What stands for a count, an instant or a sender in a sentence. */
const samples: readonly (readonly unknown[])[] = [
  [1, "s@x.test"],
  [7, "s@x.test"],
  ["10:40 CET", "s@x.test"],
];
const alike = /^otherLanguage\.language$|^(?:de|en)$/;

function sentencesOf(value: unknown, path = ""): Sentences {
  if (typeof value === "string") return new Map([[path, value]]);
  const parts =
    typeof value === "function"
      ? samples.map((sample, index) => [`(${index})`, Reflect.apply(value, undefined, sample)])
      : Object.entries(value ?? {}).map(([name, part]) => [path === "" ? name : `.${name}`, part]);
  return new Map(parts.flatMap(([name, part]) => [...sentencesOf(part, `${path}${name}`)]));
}

/** All that the portal says, the sender's pages too. */
function everythingIn(language: Language): Sentences {
  const manage = manageWordsIn(language);
  return sentencesOf({
    ...wordsIn(language),
    manage,
    reply: replyWordsIn(language),
    sms: manageSmsWordsIn(language),
  });
}

const german = everythingIn("de");
const english = everythingIn("en");

describe("the catalogue", () => {
  it("has the same sentences in every language, none of them empty", () => {
    assert.ok(german.size > 80, `${german.size} sentences`);
    assert.deepEqual([...german.keys()].sort(), [...english.keys()].sort());
    for (const [path, sentence] of [...german, ...english]) {
      assert.match(sentence, /\S/, path);
      assert.doesNotMatch(sentence, /undefined|\[object|\s\s|^\s|\s$/, path);
    }
  });

  it("leaves nothing untranslated", () => {
    const same = [...german]
      .filter(([path, sentence]) => english.get(path) === sentence && !alike.test(path))
      .map(([path]) => path);
    assert.deepEqual(same, []);
  });

  it("gives every sentence what it must name", () => {
    for (const words of languages.map(wordsIn)) {
      const { paused, locked, lockedForGood, expired, recalled } = words.notice;
      assert.match(paused("10:40", "s@x.test").paragraphs.join(), /10:40.*s@x\.test/s);
      assert.match(locked("10:40", "s@x.test").paragraphs.join(), /10:40.*s@x\.test/s);
      assert.match(lockedForGood("s@x.test").paragraphs.join(), /s@x\.test/);
      assert.match(recalled("1 May", "s@x.test").paragraphs.join(), /1 May.*s@x\.test/s);
      assert.match(expired("1 May", "s@x.test").paragraphs.join(), /1 May.*s@x\.test/s);
      assert.match(words.form.where("s@x.test"), /s@x\.test/);
      for (const count of [1, 2, 20])
        assert.match(words.codeError.left(count), new RegExp(`${count}`));
    }
  });

  it("does not promise that a message closes by itself", () => {
    // Without script the page stays on the screen; only the code is asked for again.
    assert.match(
      wordsIn("de").message.session("1. Mai"),
      /Schließen Sie .* bevor Sie gehen.*1\. Mai/,
    );
    assert.match(wordsIn("en").message.session("1 May"), /Close .* before you leave.*1 May/);
  });

  it("uses one term for one thing, and none that was found odd by readers", () => {
    const odd = {
      de: /Zustand|Gesprochen|Code machen|zu zeigen|Text zeigen|oder Stile|Aus Ihrem Anschluss/,
      en: /code of now|shall it|is being told|What it said|if it stays/,
    };
    for (const language of languages) {
      for (const [path, sentence] of everythingIn(language)) {
        assert.doesNotMatch(sentence, odd[language], path);
      }
    }
    assert.equal(manageWordsIn("de").until, wordsIn("de").form.until);
  });

  it("keeps sentences short enough for a person in a hurry", () => {
    for (const [path, text] of [...german, ...english]) {
      for (const sentence of text.split(/[.?!;:] /)) {
        const length = sentence.split(/\s+/).length;
        assert.ok(length <= 32, `${path}: ${length} words in one sentence`);
      }
    }
  });
});
