import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { languages } from "../../src/base/language.ts";
import type { Finding } from "../../src/base/verdict.ts";
import { finding, recheckFinding, sayFinding, shortfallFinding } from "../../src/probe/finding.ts";
import { factNames, findingCodes, isFindingCode } from "../../src/probe/finding-code.ts";

const hostile = `\u001b[2J\u001b]0;owned\u0007\u202e\r\nRCPT ${"x".repeat(10_000)}`;

/** A stored finding whose facts are recognisable: `fact-0`, `fact-1`, … */
function stored(code: string, facts: readonly string[]): Finding {
  return { code, severity: "fail", detail: "As it was stored.", facts };
}

function sampleFacts(code: string, fact: (index: number) => string): readonly string[] {
  if (!isFindingCode(code)) throw new Error(`no code: ${code}`);
  return factNames(code).map((_, index) => fact(index));
}

describe("findings", () => {
  it("have codes of words and hyphens, each once", () => {
    assert.equal(new Set(findingCodes).size, findingCodes.length);
    for (const code of findingCodes) assert.match(code, /^[a-z0-9]+(?:-[a-z0-9]+)+$/);
    assert.equal(isFindingCode("constructor"), false);
  });

  it("are told in every language, with each of their facts, as whole sentences", () => {
    for (const code of findingCodes.filter((one) => one !== "recheck-inconclusive")) {
      const facts = sampleFacts(code, (index) => `fact-${index}`);
      const told = languages.map((language) => sayFinding(stored(code, facts), language));
      assert.equal(new Set(told).size, languages.length, `${code} is the same in two languages`);
      for (const sentence of told) {
        for (const fact of facts) assert.ok(sentence.includes(fact), `${code} leaves out ${fact}`);
        assert.match(sentence, /^\p{Lu}|^fact-|^[„"]fact-/u, code);
        assert.match(sentence, /[.]$|: fact-1$|: fact-0$/, code);
        assert.doesNotMatch(sentence, /undefined|\[object|\s{2}/, code);
      }
    }
  });

  it("keep the English sentence and the facts", () => {
    const made = finding("certificate-expired", ["mx.test", "2026-01-01"], { host: "mx.test" });
    assert.deepEqual(made, {
      code: "certificate-expired",
      severity: "fail",
      host: "mx.test",
      detail: 'The certificate of "mx.test" expired on 2026-01-01.',
      facts: ["mx.test", "2026-01-01"],
    });
    assert.equal(
      sayFinding(made, "de"),
      "Das Zertifikat von „mx.test“ ist am 2026-01-01 abgelaufen.",
    );
    assert.equal(sayFinding(made, "en"), made.detail);
  });

  it("say our own words in the reader's language and leave those of strangers alone", () => {
    const late = finding("no-answer-in-time", ["the greeting", "30"]);
    assert.equal(
      sayFinding(late, "de"),
      "Keine Antwort binnen 30 s; erwartet wurde die Begrüßung.",
    );
    const quoted = finding("greeting-refused", ["554 refused"]);
    assert.equal(
      sayFinding(quoted, "de"),
      "Der Server spricht nicht mit diesem Rechner: 554 refused",
    );
    const weak = shortfallFinding(
      {
        rule: "key-too-small",
        severity: "fail",
        found: 'the RSA key of "mx.test" has 1024 bits',
        expected: "2048 bits",
      },
      {},
    );
    assert.equal(
      sayFinding(weak, "de"),
      "Zu schwach: der RSA-Schlüssel von „mx.test“ hat 1024 Bit; nötig sind 2048 Bit.",
    );
  });

  it("say that several names are alternatives", () => {
    const made = finding("certificate-name-mismatch", ["a.test", "mx.b.test, b.test"]);
    assert.equal(
      made.detail,
      "The certificate names a.test; expected was one of mx.b.test, b.test.",
    );
    assert.match(sayFinding(made, "de"), /erwartet wurde einer der Namen mx\.b\.test, b\.test\.$/);
  });

  it("are told as stored where code or facts are not of this program", () => {
    for (const language of languages) {
      for (const odd of [
        stored("from-the-future", ["a"]),
        stored("certificate-expired", ["a"]),
        stored("certificate-expired", ["a", "b", "c"]),
        stored("toString", []),
        { code: "certificate-expired", severity: "fail", detail: "As it was stored." } as const,
      ]) {
        assert.equal(sayFinding(odd, language), "As it was stored.");
      }
    }
  });

  it("let no stranger rule the terminal, in any fact of any code and language", () => {
    for (const code of [...findingCodes, "from-the-future"]) {
      const facts = isFindingCode(code) ? sampleFacts(code, () => hostile) : [hostile];
      const odd: Finding = { code, severity: "fail", detail: hostile, facts };
      for (const sentence of languages.map((language) => sayFinding(odd, language))) {
        assert.doesNotMatch(sentence, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, code);
        assert.ok(sentence.length <= 1000, `${code}: ${sentence.length} characters`);
      }
    }
  });
});

describe("a check that could not tell", () => {
  const at = Date.UTC(2026, 10, 23, 12, 30);

  it("names its cause in the reader's language", () => {
    const cause = finding("connection-failed", ["refused"], { host: "mx.test" });
    const made = recheckFinding(at, cause);
    assert.equal(
      sayFinding(made, "en"),
      "The check of 2026-11-23T12:30:00.000Z could not tell. No connection to port 25: refused.",
    );
    assert.equal(made.detail, sayFinding(made, "en"));
    assert.match(
      sayFinding(made, "de"),
      /kein Ergebnis\. Keine Verbindung zu Port 25: abgelehnt\.$/,
    );
  });

  it("may have no cause, or one without facts", () => {
    assert.match(sayFinding(recheckFinding(at, undefined), "de"), /brachte kein Ergebnis\.$/);
    const old: Finding = { code: "odd-old-code", severity: "unknown", detail: "Something broke." };
    assert.match(sayFinding(recheckFinding(at, old), "en"), /could not tell\. Something broke\.$/);
    const stale: Finding = { ...old, code: "recheck-inconclusive", detail: "Told long ago." };
    assert.equal(sayFinding(stale, "de"), "Told long ago.");
  });

  it("does not follow a cause that is itself such a check, or unknown", () => {
    for (const code of ["recheck-inconclusive", "from-the-future"]) {
      const facts = ["2026-11-23T12:30:00.000Z", code, "a", "b"];
      const odd: Finding = { ...finding("probe-timeout", []), code: "recheck-inconclusive", facts };
      assert.equal(sayFinding(odd, "de"), odd.detail);
    }
  });
});
