import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DnsAnswer } from "../../src/dns/resolver.ts";
import { SystemResolver } from "../../src/dns/system-resolver.ts";
import { DnsServer } from "../support/dns-server.ts";
import { longestDomain } from "../support/odd-domain.ts";

/** A server that refuses every question, as servers refuse one with too long a name. */
async function askRefuser(name: string): Promise<DnsAnswer<string>> {
  await using server = await DnsServer.start(() => [{ rcode: 1 }]);
  const resolver = new SystemResolver({
    servers: [{ address: "127.0.0.1", port: server.port }],
    trustedResolvers: [],
    timeoutMs: 5000,
    attempts: 2,
  });
  return await resolver.lookup(name, "TXT", new AbortController().signal);
}

describe("the longest name that DNS has room for", () => {
  it("is asked for", async () => {
    assert.equal((await askRefuser(longestDomain)).outcome, "failure");
  });

  it("is exceeded by a prefix, where surely nothing stands", async () => {
    const absent = { outcome: "no-such-domain", authentic: true };
    assert.deepEqual(await askRefuser(`_mta-sts.${longestDomain}`), absent);
    assert.deepEqual(await askRefuser(`_25._tcp.${longestDomain}`), absent);
  });
});
