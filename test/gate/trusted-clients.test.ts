import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TrustedClients } from "../../src/gate/trusted-clients.ts";

const trusted = new TrustedClients(["127.0.0.0/8", "10.1.0.0/16", "::1/128", "fd00:1::/32"]);

describe("a trusted client", () => {
  for (const [clientAddress, saslUsername, expected] of [
    ["203.0.113.9", "alice", true],
    ["127.0.0.1", "", true],
    ["10.1.255.1", "", true],
    ["::1", "", true],
    ["fd00:1:ffff::1", "", true],
    ["::ffff:10.1.2.3", "", true],
    ["10.2.0.1", "", false],
    ["fd00:2::1", "", false],
    ["", "", false],
    ["unknown", "", false],
    ["10.1.0.1.evil.example", "", false],
  ] as const) {
    const who = `${clientAddress || "nobody"}${saslUsername && ` logged in as ${saslUsername}`}`;
    it(`is ${expected ? "" : "not "}${who}`, () => {
      assert.equal(trusted.trusts({ clientAddress, saslUsername }), expected);
    });
  }

  it("is only who logged in when no network is named", () => {
    const none = new TrustedClients([]);
    assert.equal(none.trusts({ clientAddress: "127.0.0.1", saslUsername: "" }), false);
    assert.equal(none.trusts({ clientAddress: "127.0.0.1", saslUsername: "bob" }), true);
  });
});
