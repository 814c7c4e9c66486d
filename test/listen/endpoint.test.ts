import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { formatEndpoint, parseEndpoint } from "../../src/listen/endpoint.ts";

describe("an address to listen on", () => {
  for (const [text, endpoint] of [
    ["127.0.0.1:10040", { kind: "tcp", host: "127.0.0.1", port: 10_040 }],
    ["0.0.0.0:0", { kind: "tcp", host: "0.0.0.0", port: 0 }],
    ["[::1]:10041", { kind: "tcp", host: "::1", port: 10_041 }],
    ["/run/mxseal/policy.sock", { kind: "unix", path: "/run/mxseal/policy.sock" }],
  ] as const) {
    it(`may be ${text}`, () => {
      assert.deepEqual(parseEndpoint(text), endpoint);
      assert.equal(formatEndpoint(parseEndpoint(text)), text);
    });
  }

  for (const text of [
    "",
    "127.0.0.1",
    "127.0.0.1:65536",
    "127.0.0.1:x",
    "::1:10041",
    "[127.0.0.1]:1",
    "localhost:10041",
    "run/relative.sock",
    `/${"x".repeat(107)}`,
    "/run/a\0b",
  ]) {
    it(`is not ${JSON.stringify(text).slice(0, 40)}`, () => {
      assert.throws(
        () => parseEndpoint(text),
        (error) => error instanceof MxsealError && error.code === "MXSEAL_CONFIG_INVALID",
      );
    });
  }
});
