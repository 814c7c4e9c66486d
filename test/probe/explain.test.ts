import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { languages } from "../../src/base/language.ts";
import { explainVerdict } from "../../src/probe/explain.ts";
import { finding } from "../../src/probe/finding.ts";
import { verdictToJson } from "../../src/probe/verdict-json.ts";
import { variedVerdict } from "../support/varied-verdict.ts";

const hostile = `\u001b[2J\u001b]0;owned\u0007\u202e\r\nRCPT ${"x".repeat(10_000)}`;

/** Without line breaks, so that a sentence is found wherever it was broken. */
function flat(lines: readonly string[]): string {
  return lines.join(" ").replaceAll(/\s+/g, " ");
}

describe("an explained verdict", () => {
  it("begins with the answer, goes server by server, and ends with what to mend", () => {
    const told = flat(explainVerdict(variedVerdict()));
    const order = [
      "corp.test: failed. None of its mail servers can be reached over validated TLS.",
      "MTA-STS: mode enforce, id 20260101, for *.mail.test, mx9.corp.test",
      "mx1.corp.test (preference 10): failed",
      "TLSA records (DANE) of mx1.corp.test, signed and usable:",
      "192.0.2.1: failed",
      'Certificate of "mx.corp.test" by "Trust CA", RSA 2048, valid until 2026-11-01.',
      '✗ The certificate of "mx.corp.test" expired on 2026-11-01 00:00 UTC.',
      "2001:db8::1: not known",
      "? No answer within 30 s",
      "What the postmaster of corp.test should mend:",
      '- Renew the certificate of "mx.corp.test", expired since 2026-11-01 00:00 UTC',
      "Judged by bsi/2026-01 on 2026-11-23 12:30 UTC; holds until 2026-11-23 13:30 UTC.",
    ].map((part) => told.indexOf(part));
    assert.ok(!order.includes(-1), `missing: ${order.indexOf(-1)}`);
    assert.deepEqual(
      order.toSorted((a, b) => a - b),
      order,
    );
  });

  it("says in German what it says in English", () => {
    const told = flat(explainVerdict(variedVerdict(), "de"));
    for (const part of [
      "corp.test: nicht bestanden. Keiner der Mailserver ist über geprüftes TLS erreichbar.",
      "mx1.corp.test (Rang 10): nicht bestanden",
      "Zertifikat von „mx.corp.test“, ausgestellt von „Trust CA“, RSA 2048, gültig bis 2026-11-01.",
      "? Keine Antwort binnen 30 s; erwartet wurde die Begrüßung.",
      "Was der Postmaster von corp.test beheben sollte:",
      "Beurteilt nach bsi/2026-01 am 2026-11-23 12:30 UTC",
    ]) {
      assert.ok(told.includes(part), part);
    }
  });

  it("tells what decides before what merely informs", () => {
    const lines = explainVerdict(variedVerdict()).filter((line) => /^ {6}[✗?!·] /u.test(line));
    const marks = lines.map((line) => line.trim().charAt(0));
    assert.deepEqual(marks, ["✗", "✗", "!", "?"]);
  });

  it("loses no finding, wherever it was made, and tells each once", () => {
    const verdict = variedVerdict();
    for (const language of languages) {
      const told = flat(explainVerdict(verdict, language));
      for (const { code } of verdict.findings) {
        assert.equal(told.split(`[${code}]`).length, 2, code);
      }
      assert.ok(told.includes("gone.corp.test 192.0.2.9: "));
    }
  });

  it("says what an open client gets only where that differs", () => {
    const verdict = variedVerdict();
    assert.match(flat(explainVerdict(verdict)), /accepts nearly everything gets: TLSv1 AES128-SHA/);
    const [host] = verdict.hosts;
    const [address] = host?.addresses ?? [];
    assert.ok(host && address);
    const { protocol = "", cipher = "", group = "", signatureScheme = "" } = address;
    const same = { ...address, openOffer: { protocol, cipher, group, signatureScheme } };
    const alike = variedVerdict("", { hosts: [{ ...host, addresses: [same] }] });
    assert.doesNotMatch(flat(explainVerdict(alike)), /nearly everything/);
  });

  it("says that mail waits where the domain's own policy forbids delivery", () => {
    assert.match(flat(explainVerdict(variedVerdict())), /Mail to it waits: its own signed DNS/);
    const byPolicy = variedVerdict("", { forbiddenBy: "mta-sts" });
    assert.match(flat(explainVerdict(byPolicy, "de")), /E-Mail dorthin wartet: Die eigene Richtl/);
    const { forbiddenBy: _, ...free } = variedVerdict();
    assert.doesNotMatch(flat(explainVerdict(free)), /Mail to it waits/);
  });

  it("of a proven domain tells who vouches for it and what Postfix enforces", () => {
    const { forbiddenBy: _, ...rest } = variedVerdict("", {
      status: "proven",
      assurance: "dnssec-mx",
      findings: [finding("too-many-hosts", ["30", "20"])],
      hosts: [],
      postfixPolicy: "secure match=mx.corp.test",
    });
    const told = flat(explainVerdict(rest));
    assert.match(told, /Assurance dnssec-mx: the certificate names the mail server/);
    assert.match(told, /Postfix enforces: secure match=mx\.corp\.test/);
    assert.doesNotMatch(told, /should mend/);
  });

  it("does not call all servers good when only some are", () => {
    const verdict = variedVerdict("", { status: "proven", assurance: "mx-name" });
    const [host] = verdict.hosts;
    assert.ok(host);
    const hosts = [host, { ...host, host: "mx2.corp.test", status: "proven" as const }];
    assert.match(flat(explainVerdict({ ...verdict, hosts })), /proven\. 1 of 2 mail servers can/);
  });

  it("keeps to the width, single words apart", () => {
    for (const language of languages) {
      for (const width of [60, 80, 120]) {
        for (const line of explainVerdict(variedVerdict(), language, width)) {
          assert.ok(line.length <= width || !/\S\s/.test(line.trim()), line);
          assert.equal(line, line.trimEnd());
        }
      }
    }
  });

  it("lets no stranger rule the terminal, wherever its words stand", () => {
    for (const language of languages) {
      const lines = explainVerdict(variedVerdict(hostile), language);
      for (const line of lines) {
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        assert.ok(line.length <= 300, `${line.length} characters`);
      }
      assert.ok(lines.length < 200, `${lines.length} lines`);
    }
  });

  it("as JSON has every key, and times as text", () => {
    const json = verdictToJson(variedVerdict("", { status: "unknown" }));
    assert.deepEqual(Object.keys(json), [
      "domain",
      "status",
      "assurance",
      "profile",
      "findings",
      "hosts",
      "dnssec",
      "mtaSts",
      "forbiddenBy",
      "postfixPolicy",
      "noMail",
      "checkedAt",
      "refreshAfter",
      "expiresAt",
    ]);
    assert.equal(json.checkedAt, "2026-11-23T12:30:00.000Z");
    assert.equal(json.mtaSts?.fetchedAt, "2026-11-22T12:30:00.000Z");
    assert.equal(json.forbiddenBy, "dane");
    assert.equal(json.noMail, null);
  });
});
