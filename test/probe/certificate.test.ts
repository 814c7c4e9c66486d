import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import {
  certificateReport,
  dnsNames,
  matchesName,
  mightMatchInPostfix,
} from "../../src/probe/certificate.ts";
import { issueCertificate } from "../support/certificates.ts";

const named = (...names: readonly string[]): X509Certificate =>
  new X509Certificate(issueCertificate({ commonName: "cn.corp.test", names }).pem);

describe("the names of a certificate", () => {
  for (const [pattern, name, strict, postfix] of [
    ["mx.corp.test", "mx.corp.test", true, true],
    ["MX.Corp.Test", "mx.corp.test", true, true],
    ["*.corp.test", "mx.corp.test", true, true],
    ["*.corp.test", "corp.test", false, false],
    ["*.corp.test", "a.mx.corp.test", false, true],
    ["m*.corp.test", "mx.corp.test", false, true],
    ["mx.*.test", "mx.corp.test", false, false],
    ["corp.test", "mx.corp.test", false, false],
    ["mx.corp.test.evil.test", "mx.corp.test", false, false],
    ["xn--bcher-kva.test", "xn--bcher-kva.test", true, true],
  ] as const) {
    it(`${pattern} ${strict ? "stands" : "does not stand"} for ${name}`, () => {
      const certificate = named(pattern);
      assert.equal(matchesName(certificate, name), strict);
      assert.equal(mightMatchInPostfix(certificate, name), postfix);
    });
  }

  it("do not include the common name; Postfix goes by it where there is no other", () => {
    assert.equal(matchesName(named(), "cn.corp.test"), false);
    assert.equal(mightMatchInPostfix(named(), "cn.corp.test"), true);
    assert.equal(mightMatchInPostfix(named("mx.corp.test"), "cn.corp.test"), false);
  });

  it("are told apart even where one pretends to be several", () => {
    assert.deepEqual(dnsNames(named("a.test", "b.test")), ["a.test", "b.test"]);
    const tricky = dnsNames(named("evil.test, DNS:good.test", "c.test"));
    assert.equal(tricky.length, 2);
    assert.ok(!tricky.includes("good.test"));
  });

  it("do not fill a report without end", () => {
    const names = Array.from({ length: 400 }, (_, index) => `h${index}.corp.test`);
    assert.equal(certificateReport(named(...names)).names.length, 20);
  });
});
