import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerText } from "../../src/cli/probe-answer.ts";
import { variedVerdict } from "../support/varied-verdict.ts";

const form = { language: "en", width: 80, json: false, postmaster: false } as const;

describe("what mxseal probe prints", () => {
  it("is an explanation in the language asked for", () => {
    assert.match(answerText(variedVerdict(), form), /^corp\.test: failed\./);
    const german = answerText(variedVerdict(), { ...form, language: "de" });
    assert.match(german, /^corp\.test: nicht bestanden\./);
    assert.ok(german.endsWith(".\n\n"));
  });

  it("or a mail to the postmaster, headers first", () => {
    const text = answerText(variedVerdict(), { ...form, postmaster: true });
    const [head = "", greeting = ""] = text.split("\n\n");
    assert.deepEqual(head.split("\n"), [
      "To: postmaster@corp.test",
      "Subject: TLS of the mail servers of corp.test",
    ]);
    assert.equal(greeting, "Hello,");
  });

  it("or why there is no such mail", () => {
    const unknown = variedVerdict("", { status: "unknown" });
    const text = answerText(unknown, { ...form, postmaster: true, width: 60 });
    assert.match(text.replaceAll("\n", " "), /nothing to write yet.*for certain/);
    for (const line of text.split("\n")) assert.ok(line.length <= 60, line);
  });

  it("or one line of JSON, for either", () => {
    const told = answerText(variedVerdict(), { ...form, json: true });
    assert.equal((JSON.parse(told) as { domain: string }).domain, "corp.test");
    assert.equal(told.split("\n").length, 2);
    const letter = JSON.parse(
      answerText(variedVerdict(), { ...form, json: true, postmaster: true }),
    ) as { readonly letter: { readonly body: string }; readonly why: unknown };
    assert.match(letter.letter.body, /^Hello,\n\nbefore/);
    assert.equal(letter.why, null);
    const none = JSON.parse(
      answerText(variedVerdict("", { status: "no-mail" }), {
        ...form,
        json: true,
        postmaster: true,
      }),
    ) as { readonly letter: unknown; readonly why: string };
    assert.equal(none.letter, null);
    assert.match(none.why, /takes no mail/);
  });
});
