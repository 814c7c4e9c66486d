import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { networkOf } from "../../src/probe/connection-network.ts";

const networks: readonly (readonly [address: string, network: string])[] = [
  ["192.0.2.77", "192.0.2.0/24"],
  ["10.0.0.1", "10.0.0.0/24"],
  ["::ffff:192.0.2.77", "192.0.2.0/24"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"],
  ["2001:db8:1::6", "2001:db8:1::/48"],
  ["2001:DB8:1::6", "2001:db8:1::/48"],
  ["2001:db8::1", "2001:db8:0::/48"],
  ["2001::1:2:3", "2001:0:0::/48"],
  ["::1", "0:0:0::/48"],
  ["::", "0:0:0::/48"],
  ["1:2:3::", "1:2:3::/48"],
];

describe("the network of an address", () => {
  for (const [address, network] of networks) {
    it(`${address} is ${network}`, () => assert.equal(networkOf(address), network));
  }
});
