import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { languages } from "../../src/base/language.ts";
import type { Finding } from "../../src/base/verdict.ts";
import { finding } from "../../src/probe/finding.ts";
import { type FindingCode, factNames, findingCodes } from "../../src/probe/finding-code.ts";
import { findRemedy, isMendable } from "../../src/probe/remedy.ts";

const hostile = `\u001b[2J\u001b]0;owned\u0007\u202e\r\nRCPT ${"x".repeat(10_000)}`;

function sample(code: FindingCode, fact: (index: number) => string): Finding {
  return { code, severity: "fail", detail: "", facts: factNames(code).map((_, at) => fact(at)) };
}

describe("remedies", () => {
  it("stand in every language for what the other side can mend, and for nothing else", () => {
    for (const code of findingCodes) {
      const told = languages.map((language) =>
        findRemedy(
          sample(code, (at) => `fact-${at}`),
          language,
        ),
      );
      if (isMendable(code)) {
        assert.equal(new Set(told).size, languages.length, `${code} is the same in two languages`);
        for (const text of told) assert.match(text ?? "", /^\p{Lu}.*[.]$/u, code);
      } else {
        assert.deepEqual(new Set(told), new Set([undefined]), code);
      }
    }
  });

  it("leave our own side alone", () => {
    const ours = findingCodes.filter((code) => !isMendable(code));
    for (const code of ["no-ipv6-route", "probe-timeout", "name-not-expressible", "host-resting"]) {
      assert.ok(
        ours.some((one) => one === code),
        code,
      );
    }
    assert.equal(
      findRemedy({ code: "constructor", severity: "fail", detail: "" }, "en"),
      undefined,
    );
    const bare: Finding = { code: "certificate-expired", severity: "fail", detail: "Expired." };
    assert.equal(findRemedy(bare, "en"), undefined);
  });

  it("name dates, names, the certificate that is missing and the record that would match", () => {
    const record = `3 1 1 ${"ab".repeat(32)}`;
    const cases: readonly (readonly [Finding, RegExp])[] = [
      [finding("certificate-expired", ["mx.test", "2026-01-01"]), /mx\.test.*2026-01-01/],
      [finding("certificate-name-mismatch", ["a.test, b.test", "mx.test"]), /mx\.test.*a\.test, b/],
      [finding("certificate-chain-incomplete", ["mx.test", "Trust R11"]), /Trust R11/],
      [
        finding("dane-mismatch", ["_25._tcp.mx.test", record]),
        new RegExp(`_25\\._tcp\\.mx\\.test\\. IN TLSA ${record}\\)`),
      ],
      [finding("sts-mx-not-listed", ["mx.test", "*.old.test"]), /`mx: mx\.test`.*\*\.old\.test/],
    ];
    for (const [one, pattern] of cases) {
      for (const language of languages) assert.match(findRemedy(one, language) ?? "", pattern);
    }
  });

  it("let no stranger rule the terminal", () => {
    for (const code of findingCodes) {
      for (const language of languages) {
        const text = findRemedy(
          sample(code, () => hostile),
          language,
        );
        assert.doesNotMatch(text ?? "", /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, code);
        assert.ok((text ?? "").length < 1000, code);
      }
    }
  });
});
