import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Domain } from "../../src/base/domain.ts";
import { plainTemplate, type TemplateSet, templateFor } from "../../src/mime/template.ts";
import { languageOrder } from "../../src/mime/template-language.ts";
import { mailStyle, notificationStyle } from "../../src/mime/template-style.ts";
import {
  fillSubject,
  findSubjectFault,
  subjectPlaceholders,
} from "../../src/mime/template-subject.ts";

const domain = (name: string): Domain => name as Domain;

describe("the template of a sender", () => {
  const set: TemplateSet = {
    usual: plainTemplate("Usual"),
    byDomain: new Map([[domain("brand.example"), plainTemplate("Brand")]]),
  };

  it("is that of the domain, and of no other", () => {
    assert.equal(templateFor(set, domain("brand.example")).organisation, "Brand");
    for (const other of [undefined, domain("a.brand.example"), domain("example")]) {
      assert.equal(templateFor(set, other).organisation, "Usual");
    }
  });

  it("becomes a style with all that it says", () => {
    const texts = { de: "D {name}", en: "E {name}" };
    const template = {
      language: "en",
      organisation: "Brand",
      helpContact: texts,
      helpPhone: "+49 30 1",
      accentColour: "#0b5cab",
      subject: texts,
    } as const;
    assert.deepEqual(notificationStyle(template, domain("x.de")), {
      languages: ["en"],
      organisation: "Brand",
      accentColour: "#0b5cab",
      subjectMode: "template",
      subject: texts,
      helpContact: texts,
      helpPhone: "+49 30 1",
    });
    assert.deepEqual(mailStyle(plainTemplate(""), undefined).languages, ["de", "en"]);
  });
});

describe("the order of languages", () => {
  it("is the one set up, whatever the reader's domain says", () => {
    assert.deepEqual(languageOrder("de", domain("a.co.uk")), ["de"]);
    assert.deepEqual(languageOrder("en", domain("a.de")), ["en"]);
  });

  it("begins with German where it is spoken and where nothing is known", () => {
    const names = ["a.de", "a.at", "a.ch", "a.li", "a.lu", "a.com", "a.io", "a.eu", "a.wien"];
    for (const name of names) {
      assert.deepEqual(languageOrder("both", domain(name)), ["de", "en"], name);
    }
    assert.deepEqual(languageOrder("both", undefined), ["de", "en"]);
  });

  it("begins with English in other countries", () => {
    for (const name of ["a.co.uk", "a.fr", "a.us", "mit.edu", "a.pl"]) {
      assert.deepEqual(languageOrder("both", domain(name)), ["en", "de"], name);
    }
  });
});

describe("the wording of a subject", () => {
  const values = { name: "A", address: "a@b.example", organisation: "O", number: "K7QF3MRT" };

  it("takes every placeholder there is, more than once", () => {
    for (const name of subjectPlaceholders) {
      assert.equal(findSubjectFault(`x {${name}} {${name}}`), undefined);
      assert.equal(fillSubject(`{${name}}{${name}}`, values), values[name] + values[name]);
    }
  });

  it("is refused with the placeholder's name when that is unknown", () => {
    for (const [text, fault] of [
      ["Mail for {recipient}", /"\{recipient\}".*\{name\}, \{address\}/],
      ["Mail {Name}", /"\{Name\}"/],
      ["Mail { name }", /"\{ name \}"/],
      ["Mail {}", /"\{\}"/],
      ["Mail {__proto__}", /"\{__proto__\}"/],
      ["Mail {name", /brace/],
      ["Mail name}", /brace/],
      ["Mail {{name}}", /brace/],
      ["", /empty/],
      ["  ", /empty/],
      ["one\nBcc: two", /one line/],
      ["turned \u202e", /one line/],
      ["x".repeat(500), /one line/],
    ] as const) {
      assert.match(findSubjectFault(text) ?? "no fault", fault, JSON.stringify(text));
    }
  });

  it("never reads a value as wording", () => {
    const hostile = { ...values, name: "{organisation} $& {name} \r\nBcc: x@evil.example" };
    const filled = fillSubject("from {name}", hostile);
    assert.equal(filled, "from {organisation} $& {name}  Bcc: x@evil.example");
  });
});
