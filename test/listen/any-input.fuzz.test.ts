/** The small parsers of this level, given anything: an answer or their own error. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { type Endpoint, formatEndpoint, parseEndpoint } from "../../src/listen/endpoint.ts";
import { parseNexthopKey } from "../../src/listen/reply.ts";
import { mutate, seededRandom } from "../support/random.ts";

function endpointOf(text: string): Endpoint | undefined {
  try {
    return parseEndpoint(text);
  } catch (error) {
    if (error instanceof MxsealError && error.code === "MXSEAL_CONFIG_INVALID") return undefined;
    throw error;
  }
}

describe("an endpoint of any text", () => {
  it("is refused in words, or the same when written and read again", () => {
    const samples = ["127.0.0.1:10040", "[2001:db8::1]:25", "/run/mxseal/policy.sock"];
    let taken = 0;
    for (let seed = 0; seed < 10_000; seed += 1) {
      const random = seededRandom(seed);
      const text = mutate(Buffer.from(random.pick(samples)), random).toString("latin1");
      const endpoint = endpointOf(text);
      if (endpoint === undefined) continue;
      taken += 1;
      assert.deepEqual(endpointOf(formatEndpoint(endpoint)), endpoint, `seed ${seed}`);
    }
    assert.ok(taken > 500, `only ${taken} were taken`);
  });
});

describe("a key of the policy maps of any text", () => {
  it("is a parent, a domain or neither, and a domain in one form only", () => {
    const samples = [".example.com", "B\u00fccher.example", "[mx.example.com]:25", "example.com"];
    for (let seed = 0; seed < 10_000; seed += 1) {
      const random = seededRandom(seed);
      const text = mutate(Buffer.from(random.pick(samples)), random).toString("utf8");
      const key = parseNexthopKey(text);
      assert.equal(key.kind === "parent", text.startsWith("."), `seed ${seed}`);
      if (key.kind === "domain") assert.deepEqual(parseNexthopKey(key.domain), key, `seed ${seed}`);
    }
  });
});
