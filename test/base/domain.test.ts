import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { domainAndParents, parseDomain } from "../../src/base/domain.ts";
import { seededRandom } from "../support/random.ts";

const long = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}`;

describe("parseDomain", () => {
  const accepted: readonly (readonly [string, string])[] = [
    ["example.com", "example.com"],
    ["Example.COM", "example.com"],
    ["example.com.", "example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["BÜCHER.Example.", "xn--bcher-kva.example"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["_dmarc.example.com", "_dmarc.example.com"],
    ["a-b.c--d.example", "a-b.c--d.example"],
    ["localhost", "localhost"],
    [long, long],
  ];
  for (const [text, domain] of accepted) {
    it(`reads ${text.slice(0, 40)} as ${domain.slice(0, 40)}`, () => {
      assert.equal(parseDomain(text), domain);
    });
  }

  const refused = [
    "",
    ".",
    "..",
    "a..b",
    ".example.com",
    "example.com..",
    "-a.example",
    "a-.example",
    `${"a".repeat(64)}.example`,
    `${long}x`,
    "127.0.0.1",
    "example.1",
    "example.0x1f",
    "example.0x",
    "\uff11\uff12\uff17.0.0.1",
    "[127.0.0.1]",
    "[IPv6:::1]",
    "a b.example",
    "a\u0000b.example",
    "a/b.example",
    "user@example.com",
    "example.com:25",
    "*.example.com",
    "ex%61mple.com",
    "xn--\u00e9.example",
    "\ufffd.example",
    "a".repeat(5000),
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.equal(parseDomain(text), undefined);
    });
  }

  it("gives the same domain when its own result is read again", () => {
    const random = seededRandom(1);
    for (let round = 0; round < 5000; round += 1) {
      const once = parseDomain(random.bytes(random.below(40)).toString("utf8"));
      if (once !== undefined) assert.equal(parseDomain(once), once);
    }
  });

  it("gives what is a host to URLs as well, never an address or nothing", () => {
    const parts = [
      "xn--",
      "kva",
      "0x",
      "1",
      "9f",
      "-",
      "_",
      ".",
      "\u00fc",
      "\u0301",
      "\u05d0",
      "\u00ad",
    ];
    for (let seed = 0; seed < 20_000; seed += 1) {
      const random = seededRandom(seed);
      const text = Array.from({ length: 1 + random.below(8) }, () => random.pick(parts)).join("");
      const domain = parseDomain(text);
      if (domain === undefined) continue;
      const host = `mta-sts.${domain}`;
      assert.ok(URL.canParse(`https://${host}/`), `seed ${seed}: ${domain}`);
      assert.equal(new URL(`https://${host}/`).hostname, host, `seed ${seed}`);
    }
  });
});

describe("domainAndParents", () => {
  it("lists the domain and then its parents, nearest first", () => {
    const domain = parseDomain("a.b.example");
    assert.ok(domain);
    assert.deepEqual(domainAndParents(domain), ["a.b.example", "b.example", "example"]);
  });
});
