import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { composeAlternative } from "../../src/mime/alternative-body.ts";
import { flowText } from "../../src/mime/flowed-text.ts";
import { seededRandom } from "../support/random.ts";
import { readMail } from "./read-mail.ts";

async function shown(text: string): Promise<string> {
  const parts = { text: flowText(text), html: "", flowed: true, label: "L" };
  const { headers, body } = composeAlternative(parts);
  return ((await readMail(headers, body)).text ?? "").replace(/\n$/, "");
}

describe("flowed text", () => {
  it("breaks paragraphs at 72 columns with a mark that they go on", () => {
    const lines = flowText(`${"word ".repeat(40)}\n\nshort`).split("\n");
    assert.ok(lines.every((line) => line.trimEnd().length <= 72));
    assert.deepEqual(
      lines.map((line) => line.endsWith(" ")),
      [true, true, false, false, false],
    );
  });

  it("leaves a link whole, and indented where it was", () => {
    const link = `https://post.example.org/m/${"A".repeat(60)}`;
    assert.equal(flowText(`   ${link}`), `    ${link}`);
  });

  it("protects what would be read as a quotation or as a mailbox's mark", () => {
    assert.equal(flowText("> no quotation"), " > no quotation");
    assert.equal(flowText("From me"), " From me");
    const turned = flowText(`${"x".repeat(70)} > y`);
    assert.deepEqual(turned.split("\n"), [`${"x".repeat(70)} > `.trimEnd() + " ", "y"]);
  });

  it("reads as it was written where a program joins the lines again", async () => {
    const random = seededRandom(13);
    const words = ["a", "Straße", ">", "From", "--", "x".repeat(90), "€", ".", "https://a/b"];
    for (let count = 0; count < 200; count += 1) {
      const paragraphs = Array.from({ length: 1 + random.below(5) }, () =>
        Array.from({ length: 1 + random.below(60) }, () => random.pick(words)).join(" "),
      );
      const text = `${paragraphs.join("\n\n")}\n`;
      assert.equal(await shown(text), text);
    }
  });
});
