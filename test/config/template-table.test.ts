import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Domain } from "../../src/base/domain.ts";
import { MxsealError } from "../../src/base/errors.ts";
import { parseConfig } from "../../src/config/load.ts";
import { mailTemplates } from "../../src/config/mail-templates.ts";
import { templateFor } from "../../src/mime/template.ts";

const templatesOf = (text: string) => mailTemplates(parseConfig(text, "test.toml"));

function faultOf(text: string): string {
  try {
    parseConfig(text, "test.toml");
  } catch (error) {
    assert.ok(error instanceof MxsealError);
    assert.equal(error.code, "MXSEAL_CONFIG_INVALID");
    return error.message;
  }
  return "accepted";
}

describe("the templates of a configuration", () => {
  it("are the plain one where there are none", () => {
    const { usual, byDomain } = templatesOf('[seal]\norganisation = "Own"');
    assert.deepEqual(
      [usual.organisation, usual.language, usual.subject],
      ["Own", "both", undefined],
    );
    assert.equal(byDomain.size, 0);
  });

  it("take what they leave out from the one without domains, and that from the section seal", () => {
    const set = templatesOf(`
[seal]
organisation = "Own"
[[template]]
domains = ["Br\u00e4nd.example", "other.example"]
organisation = "Brand"
language = "en"
[[template]]
accent_colour = "#0f6b4f"
help_phone = "+49 30 1234-0"
help_contact = "Reception"
subject = { de = "Post von {name}", en = "Post from {name}" }
`);
    const usual = {
      language: "both",
      organisation: "Own",
      accentColour: "#0f6b4f",
      helpPhone: "+49 30 1234-0",
      helpContact: { de: "Reception", en: "Reception" },
      subject: { de: "Post von {name}", en: "Post from {name}" },
    };
    assert.deepEqual(set.usual, usual);
    const brand = { ...usual, language: "en", organisation: "Brand" };
    for (const name of ["xn--brnd-moa.example", "other.example"]) {
      assert.deepEqual(templateFor(set, name as Domain), brand, name);
    }
  });

  const table = "[[template]]\n";
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["an unknown key", `${table}color = "#000000"`, /template\.0: .*color/],
    ["something that is no domain", `${table}domains = ["a b"]`, /template\.0\.domains\.0: "a b"/],
    ["an unknown language", `${table}language = "fr"`, /template\.0\.language: .*both/],
    [
      "an unknown placeholder",
      `${table}subject = "{recipient}"`,
      /template\.0\.subject: .*"\{recipient\}".*\{name\}/,
    ],
    [
      "an unknown placeholder in one language",
      `${table}subject = { de = "{nam}", en = "x" }`,
      /template\.0\.subject\.de: .*"\{nam\}"/,
    ],
    [
      "a subject in one language only",
      `${table}subject = { de = "x" }`,
      /template\.0\.subject\.en/,
    ],
    [
      "a subject of two lines",
      `${table}subject = "x\\r\\nBcc: y"`,
      /template\.0\.subject: .*one line/,
    ],
    ["a subject that is a number", `${table}subject = 1`, /template\.0\.subject/],
    [
      "an organisation that turns what follows it around, without a template",
      '[seal]\norganisation = "Praxis \\u202egro.evil"',
      /seal\.organisation/,
    ],
    [
      "an organisation of two lines",
      `${table}organisation = "x\\ny"`,
      /template\.0\.organisation: .*one line/,
    ],
    ["writing turned round", `${table}organisation = "x\\u202ey"`, /one line/],
    ["an organisation without end", `${table}organisation = "${"x".repeat(201)}"`, /organisation/],
    [
      "a telephone number of letters",
      `${table}help_phone = "call me"`,
      /help_phone: expected digits/,
    ],
    ["a colour by name", `${table}accent_colour = "red"`, /accent_colour: expected a colour like/],
    [
      "a colour that ends its style",
      `${table}accent_colour = "#000000;x"`,
      /expected a colour like/,
    ],
    [
      "a colour too pale to read, with one that would do",
      `${table}accent_colour = "#ffcc00"`,
      /#ffcc00 is too pale .*1\.\d:1, needed 4\.5:1\); #[0-9a-f]{6} would do/,
    ],
    ["a logo by a relative path", `${table}logo = "logo.png"`, /logo: expected an absolute path/],
    [
      "more tables than the portal can dress itself in",
      Array.from({ length: 101 }, (_, at) => `${table}domains = ["a${at}.example"]\n`).join(""),
      /template: Too big/,
    ],
    [
      "a domain in two tables",
      `${table}domains = ["a.example"]\n${table}domains = ["A.example"]`,
      /template: a\.example is named more than once/,
    ],
    [
      "two tables for all others",
      table + table,
      /template: more than one table is without domains/,
    ],
    [
      "an organisation in the subject where none is named",
      `${table}subject = "{name} ({organisation})"`,
      /template: a subject names \{organisation\}/,
    ],
  ];
  for (const [what, text, message] of refused) {
    it(`refuse ${what}`, () => {
      const fault = faultOf(text);
      assert.match(fault, message);
      assert.doesNotMatch(fault, /[\u202e]/);
    });
  }

  it("offer a colour in the place of a pale one that is then taken", () => {
    for (const pale of ["#ffcc00", "#ffffff", "#7ab8f5", "#00ff00"]) {
      const offered = /(#[0-9a-f]{6}) would do/.exec(faultOf(`${table}accent_colour = "${pale}"`));
      const text = `${table}accent_colour = "${offered?.[1] ?? ""}"`;
      assert.equal(faultOf(text), "accepted", pale);
    }
  });
});
