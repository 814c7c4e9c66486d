import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isMxPattern } from "../../src/mta-sts/mx-pattern.ts";
import { isPolicyMediaType } from "../../src/mta-sts/policy-media-type.ts";
import { parseStsPolicy } from "../../src/mta-sts/sts-policy.ts";
import { mutate, seededRandom } from "../support/random.ts";

const lines = [
  "version: STSv1",
  "mode: enforce",
  "mx: mail.example.com",
  "mx: *.example.net",
  "max_age: 604800",
] as const;
const example = {
  ok: true,
  value: { mode: "enforce", maxAgeSeconds: 604_800, mx: ["mail.example.com", "*.example.net"] },
} as const;

/** The example with one line in another's place. */
function changed(from: (typeof lines)[number], to: string): string {
  return lines.map((line) => (line === from ? to : line)).join("\n");
}

function faultOf(text: string): string {
  const parsed = parseStsPolicy(text);
  assert.equal(parsed.ok, false, "expected a fault");
  return parsed.ok ? "" : parsed.error;
}

describe("the form of a policy", () => {
  for (const [name, text] of [
    ["LF", `${lines.join("\n")}\n`],
    ["CRLF", `${lines.join("\r\n")}\r\n`],
    ["LF and CRLF mixed", `${lines.slice(0, 2).join("\r\n")}\n${lines.slice(2).join("\n")}`],
    ["no terminator at the end", lines.join("\r\n")],
    [
      "another order",
      lines
        .toReversed()
        .toSorted((a, b) => (a.startsWith("mx") && b.startsWith("mx") ? 1 : 0))
        .join("\n"),
    ],
    ["no blank after the colon", lines.join("\n").replaceAll(": ", ":")],
    ["many blanks after the colon", lines.join("\n").replaceAll(": ", ":\t  ")],
    ["blanks at the ends of lines", lines.join(" \t\n")],
    ["blank lines", `\n${lines.join("\n\n")}\n\n \r\n`],
    ["unknown keys", `x-note: any words, even ü: yes\n${lines.join("\n")}\nMode: none`],
    [
      "a second version, mode and max_age",
      `${lines.join("\n")}\nversion: 2\nmode: none\nmax_age: 1`,
    ],
  ] as const) {
    it(`takes ${name}`, () => {
      const parsed = parseStsPolicy(text);
      assert.ok(parsed.ok);
      assert.deepEqual(
        { ...parsed.value, mx: parsed.value.mx.toSorted().toReversed() },
        example.value,
      );
    });
  }

  it("keeps the patterns in their order and spelling", () => {
    const parsed = parseStsPolicy(
      "version: STSv1\nmode: testing\nmx: B.example\nmx: a.example\nmax_age: 1",
    );
    assert.deepEqual(parsed.ok && parsed.value.mx, ["B.example", "a.example"]);
  });

  it("needs no mail server when the mode is none", () => {
    assert.deepEqual(parseStsPolicy("version: STSv1\nmode: none\nmax_age: 0\n"), {
      ok: true,
      value: { mode: "none", maxAgeSeconds: 0, mx: [] },
    });
  });

  for (const seconds of [0, 1, 31_557_600]) {
    it(`takes a max_age of ${seconds}`, () => {
      const parsed = parseStsPolicy(changed("max_age: 604800", `max_age: ${seconds}`));
      assert.equal(parsed.ok && parsed.value.maxAgeSeconds, seconds);
    });
  }

  it("takes a max_age with zeros in front", () => {
    const parsed = parseStsPolicy(changed("max_age: 604800", "max_age: 0000086400"));
    assert.equal(parsed.ok && parsed.value.maxAgeSeconds, 86_400);
  });
});

describe("a policy that is not one", () => {
  const rows: readonly (readonly [string, string, RegExp])[] = [
    ["an empty body", "", /no version/],
    ["a web page", "<!DOCTYPE html>\n<html></html>", /line 1/],
    ["no version", lines.slice(1).join("\n"), /no version/],
    ["another version", changed("version: STSv1", "version: STSv2"), /not STSv1/],
    ["a version in small letters", changed("version: STSv1", "version: stsv1"), /not STSv1/],
    ["a key in capitals", changed("version: STSv1", "Version: STSv1"), /no version/],
    ["no mode", changed("mode: enforce", "x: y"), /no mode/],
    ["an unknown mode", changed("mode: enforce", "mode: report"), /mode is not/],
    ["a mode in capitals", changed("mode: enforce", "mode: Enforce"), /mode is not/],
    [
      "a first mode that is wrong",
      changed("mode: enforce", "mode: x\nmode: enforce"),
      /mode is not/,
    ],
    ["no max_age", changed("max_age: 604800", "x: y"), /no max_age/],
    ["a max_age beyond a year", changed("max_age: 604800", "max_age: 31557601"), /max_age is not/],
    [
      "a max_age of 11 digits",
      changed("max_age: 604800", "max_age: 00000000001"),
      /max_age is not/,
    ],
    ["a negative max_age", changed("max_age: 604800", "max_age: -1"), /max_age is not/],
    ["a max_age with a unit", changed("max_age: 604800", "max_age: 7d"), /max_age is not/],
    ["a broken max_age", changed("max_age: 604800", "max_age: 1.5"), /max_age is not/],
    ["no mail server", "version: STSv1\nmode: enforce\nmax_age: 1", /no mail server/],
    ["no mail server when testing", "version: STSv1\nmode: testing\nmax_age: 1", /no mail server/],
    ["a name in U-labels", changed("mx: *.example.net", "mx: bücher.example"), /mx "bücher/],
    ["an asterisk alone", changed("mx: *.example.net", "mx: *"), /mx "\*"/],
    ["a wildcard inside", changed("mx: *.example.net", "mx: a.*.example"), /mx "a/],
    ["a dot at the end", changed("mx: *.example.net", "mx: mx.example.net."), /mx "mx/],
    ["two servers in one line", changed("mx: *.example.net", "mx: a.example, b.example"), /mx "a/],
    [
      "a wrong mx although the mode is none",
      "version: STSv1\nmode: none\nmax_age: 1\nmx: -",
      /mx "-"/,
    ],
    ["a key without a value", changed("mx: *.example.net", "mx:"), /line 4/],
    ["a blank before the colon", changed("mode: enforce", "mode : enforce"), /line 2/],
    ["a blank before the key", changed("mode: enforce", " mode: enforce"), /line 2/],
    ["a key that is too long", `${lines.join("\n")}\n${"k".repeat(33)}: v`, /line 6/],
    ["a NUL", changed("mode: enforce", "mode: enforce\u0000"), /line 2/],
    ["a lone CR", lines.join("\r"), /line 1/],
    ["a line of one word", `${lines.join("\n")}\nword`, /line 6/],
    ["more than 256 patterns", `${lines.join("\n")}\n${"mx: a.example\n".repeat(255)}`, /256/],
    ["more than 64 KiB", `${lines.join("\n")}\n${"x: y\n".repeat(13_200)}`, /64 KiB/],
  ];
  for (const [name, text, fault] of rows) {
    it(`refuses ${name}`, () => assert.match(faultOf(text), fault));
  }

  it("quotes little of a wrong name", () => {
    const fault = faultOf(changed("mx: *.example.net", `mx: ${"_".repeat(60_000)}`));
    assert.ok(fault.length < 120);
  });
});

describe("arbitrary policies", () => {
  it("give a policy within its limits or a fault", () => {
    const random = seededRandom(8461);
    const seed = Buffer.from(`${lines.join("\r\n")}\r\nx-key: v\u00e9\r\n`);
    const seen = { policies: 0, faults: 0 };
    for (let round = 0; round < 20_000; round += 1) {
      const parsed = parseStsPolicy(mutate(seed, random).toString("utf8"));
      if (!parsed.ok) {
        seen.faults += 1;
        assert.ok(parsed.error.length > 0);
        continue;
      }
      seen.policies += 1;
      const { mode, maxAgeSeconds, mx } = parsed.value;
      assert.ok(maxAgeSeconds >= 0 && maxAgeSeconds <= 31_557_600);
      assert.ok(mx.every(isMxPattern));
      assert.ok(mode === "none" || mx.length > 0);
    }
    assert.ok(seen.policies > 100 && seen.faults > 100, JSON.stringify(seen));
  });

  it("are read in bounded time, whatever they are made of", () => {
    const hostile = ["k:", " ", "\t", "\r", "a: b ", "k: \u2028"].map((part) =>
      part.repeat(Math.floor(65_000 / part.length)),
    );
    for (const text of hostile) assert.equal(parseStsPolicy(text).ok, false);
  });
});

describe("the media type of a policy", () => {
  for (const value of [
    "text/plain",
    "Text/Plain",
    "text/plain; charset=utf-8",
    "text/plain;charset=us-ascii",
    "text/plain ; charset=iso-8859-1; x",
  ]) {
    it(`takes ${value}`, () => assert.ok(isPolicyMediaType(value)));
  }
  for (const value of [
    undefined,
    "",
    "text/html",
    "text/plainer",
    "text",
    "application/octet-stream",
    "x text/plain",
  ]) {
    it(`refuses ${value}`, () => assert.equal(isPolicyMediaType(value), false));
  }
});
