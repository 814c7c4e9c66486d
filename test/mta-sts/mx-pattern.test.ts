import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isMxPattern, matchesMxPattern } from "../../src/mta-sts/mx-pattern.ts";

describe("matching an MX host with a pattern of the policy", () => {
  const rows = [
    ["mx.example.com", "mx.example.com", true],
    ["MX.Example.COM", "mx.example.com", true],
    ["mx.example.com", "MX.EXAMPLE.COM", true],
    ["*.example.com", "mx.example.com", true],
    ["*.EXAMPLE.com", "mx.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", "a.b.example.com", false],
    ["*.example.com", ".example.com", false],
    ["*.example.com", "mxexample.com", false],
    ["*.example.com", "mx.example.com.evil.test", false],
    ["example.com", "mx.example.com", false],
    ["mx.example.com", "mx.example.com.evil.test", false],
    ["*.com", "example.com", true],
    ["*.com", "mx.example.com", false],
    ["mx.example.com", "", false],
    ["*.example.com", "*.example.com", true],
  ] as const;
  for (const [pattern, host, expected] of rows) {
    it(`${pattern} ${expected ? "covers" : "does not cover"} "${host}"`, () => {
      assert.equal(matchesMxPattern(pattern, host), expected);
    });
  }
});

describe("the form of a pattern", () => {
  for (const text of [
    "mx.example.com",
    "*.example.com",
    "MX1.example.com",
    "xn--bcher-kva.example",
    "a",
    "*.com",
  ]) {
    it(`takes ${text}`, () => assert.ok(isMxPattern(text)));
  }
  const wrong = [
    "",
    "*",
    "*.",
    ".example.com",
    "example.com.",
    "a..b",
    "mx.*.example.com",
    "m*.example.com",
    "*.*.example.com",
    "**.example.com",
    "bücher.example",
    "-mx.example.com",
    "mx-.example.com",
    "mx_1.example.com",
    "mx.example.com:25",
    "[192.0.2.1]",
    "a b.example",
    `${"a".repeat(64)}.example`,
    `${"a.".repeat(127)}example`,
  ];
  for (const text of wrong) {
    it(`refuses "${text.slice(0, 30)}"`, () => assert.equal(isMxPattern(text), false));
  }
});
