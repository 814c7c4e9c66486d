import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseResolvConf } from "../../src/dns/resolv-conf.ts";
import { mutate, seededRandom } from "../support/random.ts";

describe("resolv.conf", () => {
  it("gives the servers in order, each once, IPv6 zones included", () => {
    const text = `# by hand
; old style comment
search corp.test
nameserver 127.0.0.53
\tnameserver   fe80::1%eth0
nameserver 127.0.0.53
nameserver not-an-address
nameserver
nameserver 192.0.2.53 # trailing words
`;
    const { servers } = parseResolvConf(text);
    assert.deepEqual(servers, ["127.0.0.53", "fe80::1%eth0", "192.0.2.53"]);
  });

  it("gives timeout and attempts within libc's limits, the last one counting", () => {
    const text = "options timeout:2 rotate\noptions attempts:99 timeout:400 edns0\n";
    const { timeoutMs, attempts } = parseResolvConf(text);
    assert.deepEqual([timeoutMs, attempts], [30_000, 5]);
    assert.equal(parseResolvConf("options timeout:0\n").timeoutMs, 1000);
    assert.equal(parseResolvConf("options timeout:x\n").timeoutMs, undefined);
  });

  it("names no more than eight servers", () => {
    const text = Array.from({ length: 30 }, (_, n) => `nameserver 192.0.2.${n}`).join("\n");
    assert.equal(parseResolvConf(text).servers.length, 8);
  });

  it("takes any bytes", () => {
    const random = seededRandom(7);
    const sample = Buffer.from("nameserver 127.0.0.1\noptions timeout:3 attempts:2\n");
    for (let count = 0; count < 2000; count += 1) {
      const { servers } = parseResolvConf(mutate(sample, random).toString("latin1"));
      assert.ok(servers.every((server) => /^[0-9a-fA-F.:]+(?:%.+)?$/.test(server)));
    }
  });
});
