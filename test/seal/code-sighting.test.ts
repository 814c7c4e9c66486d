import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { drawCode } from "../../src/seal/code.ts";
import { sightCodes } from "../../src/seal/code-sighting.ts";
import { derivePdfCodes } from "../../src/seal/pdf-code.ts";
import { seededRandom } from "../support/random.ts";

const code = "K7QF-3MRT-9XW7";
const bare = code.replaceAll("-", "");
const pdf = derivePdfCodes(randomBytes(32), randomBytes(32), "x@y.example").code;

function drawn(seen: string): readonly string[] {
  return sightCodes(seen).map((sighting) => sighting.code);
}

describe("a code in a text", () => {
  for (const written of [
    code,
    code.toLowerCase(),
    code.replaceAll("-", "\u2013"),
    code.replaceAll("-", " "),
    code.replaceAll("-", "\u00a0"),
    bare,
    bare.toLowerCase(),
    code.replaceAll("-", " - "),
    code.replaceAll("-", "."),
    code.replaceAll("-", "_"),
    code.replaceAll("-", ", "),
    code.replaceAll("-", "  "),
    code.replace("-", " "),
    code.replaceAll("-", "\n"),
    code.replaceAll("-", "-\r\n> "),
    code.replaceAll("-", "-\u200b"),
    code.replace("7", "7\u2060"),
    code.replace(/[0-9A-Z]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
  ]) {
    for (const around of [
      ["", ""],
      ["Der Code ist: ", "."],
      ["code ", "\r\nGruß"],
      ["(", ")"],
      ["im Jahr 2026 mit 4711 ", " am Tor"],
      ["> ", ""],
    ] as const) {
      it(`is seen as ${JSON.stringify(written)} between ${JSON.stringify(around)}`, () => {
        const text = around.join(written);
        assert.ok(drawn(text).includes(bare), drawn(text).join(" "));
      });
    }
  }

  it("is seen for a PDF, too", () => {
    for (const text of [pdf, pdf.replaceAll("-", ""), `Code: ${pdf.toLowerCase()}!`]) {
      const wanted = { form: "pdf", code: pdf.replaceAll("-", "") };
      assert.ok(sightCodes(text).some((seen) => JSON.stringify(seen) === JSON.stringify(wanted)));
    }
  });

  it("is found among many others, whoever drew it", () => {
    for (let round = 0; round < 200; round += 1) {
      const wanted = drawCode();
      const text = `Hallo,\nder Code ist ${wanted}, bitte nicht weitersagen.\n`;
      assert.ok(drawn(text).includes(wanted.replaceAll("-", "")), wanted);
    }
  });

  // One in ninety was passed over as a plain word, found by a test that drew such a one.
  it("is seen as one run and between blanks without any digit", () => {
    let seen = 0;
    while (seen < 20) {
      const letters = drawCode();
      if (/\d/.test(letters)) continue;
      seen += 1;
      const run = letters.replaceAll("-", "");
      for (const written of [run.toLowerCase(), run, letters.replaceAll("-", " ")])
        assert.ok(drawn(`Code: ${written}\n`).includes(run), written);
    }
  });

  for (const text of [
    "Sehr geehrte Damen und Herren, dies wird eine ganz gute Nachricht ohne alle Codes.",
    "IBAN: 1234 5678 9012 3456 7890, Telefon 0170 1234 5678, Konto 123456789012",
    "Vertraulichkeitserklärung Zusammenarbeit Terminvorschlag Besprechung",
    `x${bare}`,
    `${bare}x`,
    bare.slice(0, 11),
    "",
  ]) {
    it(`is not seen in ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.deepEqual(sightCodes(text), []);
    });
  }

  it("is looked for within bounds, whatever the text", () => {
    const many = Array.from({ length: 5_000 }, drawCode).join(" ");
    assert.equal(sightCodes(many).length, 16);
    const random = seededRandom(7);
    const signs = "0123456789ABCDEFghjkmn -\u2013\n.";
    for (let round = 0; round < 300; round += 1) {
      const text = Array.from({ length: random.below(400) }, () =>
        signs.charAt(random.below(signs.length)),
      ).join("");
      for (const sighting of sightCodes(text)) assert.match(sighting.code, /^[0-9A-Z]{12,16}$/);
    }
    // A quadratic search would not come to its end.
    for (const sign of ["A", "A1-", "A1B2 ", "-", "AAAA-", " ", "A1B2     ", "\u200b"])
      sightCodes(sign.repeat(300_000));
  });
});
