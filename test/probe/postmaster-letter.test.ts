import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { languages } from "../../src/base/language.ts";
import type { Verdict } from "../../src/base/verdict.ts";
import { finding } from "../../src/probe/finding.ts";
import {
  composePostmasterLetter,
  type PostmasterLetter,
} from "../../src/probe/postmaster-letter.ts";
import { selfTests } from "../../src/probe/self-test.ts";
import { domainOf } from "../support/full-verdict.ts";
import { variedVerdict } from "../support/varied-verdict.ts";

const hostile = `\u001b[2J\u001b]0;owned\u0007\u202e\r\nRCPT ${"x".repeat(10_000)}`;
const domain = domainOf("corp.test");

function letterOf(verdict: Verdict, language: "de" | "en" = "en"): PostmasterLetter {
  const letter = composePostmasterLetter(verdict, language);
  if (typeof letter === "string") throw new Error(letter);
  return letter;
}

/** The sentence that stands in for a letter. */
function sayInstead(change: Partial<Verdict>, language: "de" | "en" = "en"): string {
  const letter = composePostmasterLetter(variedVerdict("", change), language);
  return typeof letter === "string" ? letter : "a letter";
}

function flat(letter: PostmasterLetter): string {
  return letter.body.join(" ").replaceAll(/\s+/g, " ");
}

describe("a letter to the other postmaster", () => {
  it("says what was found where and when, what to mend and how to see it", () => {
    const letter = letterOf(variedVerdict());
    assert.equal(letter.to, "postmaster@corp.test");
    assert.equal(letter.subject, "TLS of the mail servers of corp.test");
    const text = flat(letter);
    for (const part of [
      "On 2026-11-23 12:30 UTC no mail server of corp.test passed that check.",
      "Your own signed DNS records (DANE, RFC 7672) ask all senders not to deliver",
      '1. mx1.corp.test (192.0.2.1): The certificate of "mx.corp.test" expired on 2026-11-01',
      "To mend it: Renew the certificate",
      "openssl s_client -starttls smtp -connect mx1.corp.test:25",
      "dig +dnssec TLSA _25._tcp.mx1.corp.test.",
      "curl -i https://mta-sts.corp.test/.well-known/mta-sts.txt",
      "Kind regards",
    ]) {
      assert.ok(text.includes(part), part);
    }
  });

  it("is written in German as well, with a subject any header can carry", () => {
    const letter = letterOf(variedVerdict(), "de");
    assert.match(letter.subject, /^[\x20-\x7e]+$/);
    const text = flat(letter);
    assert.match(text, /bestand kein Mailserver von corp\.test diese Prüfung/);
    assert.match(text, /Abhilfe: Erneuern Sie das Zertifikat/);
    assert.match(text, /Mit freundlichen Grüßen/);
    assert.doesNotMatch(text, /\b(?:the|and|mend)\b/);
  });

  it("leaves out what is not certain and what nobody there can mend", () => {
    const text = flat(letterOf(variedVerdict()));
    assert.doesNotMatch(text, /No answer within|does not talk|Of 30 mail servers|stays in force/);
  });

  it("tells a fault that several addresses share once", () => {
    const addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"];
    const findings = addresses.map((address) =>
      finding("certificate-expired", ["mx", "2026-01-01"], { host: "mx.corp.test", address }),
    );
    const text = flat(letterOf(variedVerdict("", { findings })));
    assert.equal(text.split("expired on").length, 2);
    assert.match(text, /192\.0\.2\.4\) and 1 more: The certificate/);
  });

  it("says of a domain that passed what could still be mended", () => {
    const { forbiddenBy: _, ...proven } = variedVerdict("", {
      status: "proven",
      assurance: "mx-name",
      findings: [finding("mx-host-alias", ["mx.corp.test", "other.test"])],
    });
    assert.match(flat(letterOf(proven)), /corp\.test passed that check\. We noticed something/);
  });

  it("is not written when there is nothing to say, and a sentence says why", () => {
    const fine = [finding("too-many-hosts", ["30", "20"])];
    assert.match(sayInstead({ status: "proven", findings: fine }), /everything was fine/);
    assert.match(sayInstead({ status: "unknown" }), /nothing to write yet.*for certain/);
    assert.match(sayInstead({ status: "no-mail" }), /takes no mail/);
    const ours = [finding("name-not-expressible", ["nexthop"], { host: "mx.corp.test" })];
    assert.match(sayInstead({ findings: ours }), /not for the postmaster of corp\.test to mend/);
    assert.match(sayInstead({ status: "unknown" }, "de"), /noch nichts/);
  });

  it("keeps to 72 columns, single words and commands apart", () => {
    for (const language of languages) {
      for (const line of letterOf(variedVerdict(), language).body) {
        assert.ok(line.length <= 72 || !line.trim().includes(" "), line);
      }
    }
  });

  it("carries no control or direction characters and stays short, whatever strangers wrote", () => {
    for (const language of languages) {
      const { body } = letterOf(variedVerdict(hostile), language);
      for (const line of body) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      assert.ok(body.join("\n").length < 12_000);
    }
  });

  it("ends, however much was found", () => {
    const findings = Array.from({ length: 400 }, (_, index) =>
      finding("certificate-expired", [`mx${index}`, "2026"], { host: `mx${index}.corp.test` }),
    );
    const { body } = letterOf(variedVerdict("", { findings }));
    assert.ok(body.length < 120);
    assert.ok(body.includes("There is more of this kind (388)."));
  });
});

describe("commands to test with", () => {
  it("never hold what a shell could take for something else", () => {
    for (const host of [
      "$(reboot).test",
      "a;b.test",
      "`x`.test",
      "a b.test",
      "-x.test",
      "x'y.test",
    ]) {
      const commands = selfTests(domain, [finding("dane-mismatch", ["n", "r"], { host })]);
      for (const command of commands) assert.doesNotMatch(command, /[$;`']|reboot| -x\.test/);
    }
  });

  it("are few", () => {
    const findings = Array.from({ length: 50 }, (_, index) =>
      finding("dane-mismatch", ["name", "record"], { host: `mx${index}.corp.test` }),
    );
    assert.ok(selfTests(domain, findings).length <= 8);
  });

  it("are read by a shell as they are meant", async () => {
    const findings = [finding("certificate-missing", [], { host: "mx.corp.test" })];
    const [command = ""] = selfTests(domain, findings);
    const script = `openssl() { printf '%s\\n' "$#" "$@"; }\n${command}\n`;
    const { stdout } = await promisify(execFile)("sh", ["-c", script]);
    assert.deepEqual(stdout.trimEnd().split("\n"), [
      "10",
      "s_client",
      "-starttls",
      "smtp",
      "-connect",
      "mx.corp.test:25",
      "-servername",
      "mx.corp.test",
      "-verify_hostname",
      "mx.corp.test",
      "-verify_return_error",
    ]);
  });
});
