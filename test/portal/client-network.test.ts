import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientNetwork } from "../../src/portal/client-network.ts";
import { seededRandom } from "../support/random.ts";

type Case = readonly [
  what: string,
  peer: string | undefined,
  forwardedFor: string | undefined,
  network: string,
];

const trusted = ["127.0.0.1", "2001:db8::1"];
const cases: readonly Case[] = [
  ["the /24 of an IPv4 client", "192.0.2.77", undefined, "192.0.2.0/24"],
  ["an IPv4-mapped client as IPv4", "::ffff:192.0.2.77", undefined, "192.0.2.0/24"],
  ["the /56 of an IPv6 client", "2001:db8:1:2345:6::7", undefined, "2001:db8:1:2300::/56"],
  ["one spelling of a /56", "2001:0DB8:0001:23ff::", undefined, "2001:db8:1:2300::/56"],
  ["a short IPv6 address", "::1", undefined, "0:0:0:0::/56"],
  ["a scoped IPv6 address", "fe80::1%eth0", undefined, "fe80:0:0:0::/56"],
  ["a claim of an untrusted peer not at all", "192.0.2.77", "198.51.100.1", "192.0.2.0/24"],
  ["the claim of a trusted proxy", "127.0.0.1", "198.51.100.9", "198.51.100.0/24"],
  ["a trusted proxy in mapped spelling", "::ffff:127.0.0.1", "198.51.100.9", "198.51.100.0/24"],
  ["only what trusted proxies wrote", "127.0.0.1", "1.2.3.4, 198.51.100.9", "198.51.100.0/24"],
  ["through two trusted proxies", "127.0.0.1", "198.51.100.9,2001:db8:0::1", "198.51.100.0/24"],
  ["a client that is gone, whatever it claimed", undefined, "198.51.100.9", "unknown"],
  ["a proxy without claim as itself", "127.0.0.1", undefined, "127.0.0.0/24"],
  ["nothing known at all", undefined, undefined, "unknown"],
  ["nonsense from a proxy as unknown", "127.0.0.1", "1.2.3.4, nonsense", "unknown"],
];

describe("clientNetwork", () => {
  for (const [what, peer, forwardedFor, network] of cases) {
    it(`counts for ${what}`, () => {
      assert.equal(clientNetwork({ peer, isLocal: false, forwardedFor }, trusted), network);
    });
  }

  it("counts for whom the proxy behind a unix socket names", () => {
    const hop = { peer: undefined, isLocal: true };
    const networks = ["1.2.3.4, 198.51.100.9", "198.51.100.9, 127.0.0.1", undefined].map(
      (forwardedFor) => clientNetwork({ ...hop, forwardedFor }, trusted),
    );
    assert.deepEqual(networks, ["198.51.100.0/24", "198.51.100.0/24", "unknown"]);
  });

  it("gives all clients of a /24 the same network, whatever they claim", () => {
    const random = seededRandom(7);
    for (let round = 0; round < 500; round += 1) {
      const peer = `203.0.113.${random.below(256)}`;
      const forwardedFor = random.bytes(random.below(60)).toString("latin1");
      const hop = { peer, isLocal: false, forwardedFor };
      assert.equal(clientNetwork(hop, trusted), "203.0.113.0/24");
    }
  });
});
