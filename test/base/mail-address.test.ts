import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addressKey, parseMailAddress } from "../../src/base/mail-address.ts";
import { seededRandom } from "../support/random.ts";

describe("parseMailAddress", () => {
  const accepted: readonly (readonly [string, string, string])[] = [
    ["alice@example.com", "alice", "example.com"],
    ["<alice@example.com>", "alice", "example.com"],
    ["User+Ext@Example.COM", "User+Ext", "example.com"],
    ['"a b"@example.com', '"a b"', "example.com"],
    ['"a@good.test"@plain.test', '"a@good.test"', "plain.test"],
    ['"a\\"@good.test"@plain.test', '"a\\"@good.test"', "plain.test"],
    ["a@good.test@plain.test", "a@good.test", "plain.test"],
    ["a b@example.com", "a b", "example.com"],
    ["üser@bücher.example", "üser", "xn--bcher-kva.example"],
  ];
  for (const [text, local, domain] of accepted) {
    it(`takes ${text} apart at the last unquoted @`, () => {
      const address = parseMailAddress(text);
      assert.equal(address?.local, local);
      assert.equal(address?.domain, domain);
    });
  }

  const refused = [
    "",
    "<>",
    "postmaster",
    "@example.com",
    "a@",
    "a@[127.0.0.1]",
    "a@[IPv6:::1]",
    '"unclosed@example.com',
    "a@127.0.0.1",
    `${"a".repeat(1000)}@example.com`,
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.equal(parseMailAddress(text), undefined);
    });
  }

  it("never throws on arbitrary text", () => {
    const random = seededRandom(2);
    for (let round = 0; round < 5000; round += 1) {
      parseMailAddress(random.bytes(random.below(60)).toString("latin1"));
    }
  });
});

describe("addressKey", () => {
  it("folds the local part so that a rule matches however the address is spelled", () => {
    const address = parseMailAddress("Dr.Who@Example.COM");
    assert.ok(address);
    assert.equal(addressKey(address), "dr.who@example.com");
  });

  const quoted: readonly (readonly [string, string])[] = [
    ['"Joe"@example.com', "joe@example.com"],
    ['"j\\oe"@example.com', "joe@example.com"],
    ['"a b"@example.com', "a b@example.com"],
    ['"a@b"@example.com', "a@b@example.com"],
    ['"\\a\\"b"@example.com', '"a\\"b"@example.com'],
    ['""@example.com', '""@example.com'],
    ['"a"."b"@example.com', '"a"."b"@example.com'],
  ];
  for (const [text, key] of quoted) {
    it(`names ${text} as ${key}, whatever the quotes`, () => {
      const address = parseMailAddress(text);
      assert.ok(address);
      assert.equal(addressKey(address), key);
    });
  }

  it("is its own key", () => {
    const random = seededRandom(3);
    const letters = ['"', "\\", "@", "a", "B", "+", " ", "<"];
    let parsed = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const local = Array.from({ length: 1 + random.below(6) }, () => random.pick(letters));
      const address = parseMailAddress(`${local.join("")}@example.com`);
      if (address === undefined) continue;
      parsed += 1;
      const again = parseMailAddress(addressKey(address));
      assert.ok(again, addressKey(address));
      assert.equal(addressKey(again), addressKey(address));
    }
    assert.ok(parsed > 1000);
  });
});
