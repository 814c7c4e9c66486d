import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { trustResolvers } from "../../src/dns/trusted-resolver.ts";

describe("the AD bit", () => {
  const isTrusted = trustResolvers(["192.0.2.53", "2001:db8::53"]);

  for (const address of ["127.0.0.1", "127.8.7.53", "::1", "192.0.2.53", "2001:0db8:0::0053"]) {
    it(`is believed from ${address}`, () => assert.equal(isTrusted(address), true));
  }
  for (const address of ["192.0.2.54", "2001:db8::54", "128.0.0.1", "fe80::1%eth0", "10.0.0.1"]) {
    it(`is not believed from ${address}`, () => assert.equal(isTrusted(address), false));
  }

  it("is believed from loopback only, unless more is configured", () => {
    assert.equal(trustResolvers([])("192.0.2.53"), false);
  });
});
