/** Whatever stands in the configuration file: a configuration, or MXSEAL_CONFIG_INVALID. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import type { Config } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/load.ts";
import { mutate, seededRandom } from "../support/random.ts";

const sample = `[log]
level = "info"
[store]
path = "/var/lib/mxseal/mxseal.db"
[dns]
trusted_resolvers = ["192.0.2.1", "2001:db8::1"]
[tls]
profile = "bsi"
dane = true
[probe]
concurrency = 64
timeout_seconds = 100
[domains]
local = ["company.example", "b\u00fccher.example"]
[clients]
trusted_networks = ["127.0.0.0/8", "::1/128"]
[listen]
policy = ["127.0.0.1:10040", "[::1]:10040", "/run/mxseal/policy.sock"]
[seal]
code_mail_from = "mxseal@company.example"
[portal]
base_url = "https://mail.company.example"
`;

/** Undefined: refused, in words. */
function parsed(text: string): Config | undefined {
  try {
    return parseConfig(text, "test.toml");
  } catch (error) {
    if (!(error instanceof MxsealError)) throw error;
    assert.equal(error.code, "MXSEAL_CONFIG_INVALID");
    assert.ok(error.message.startsWith("test.toml is not "), error.message);
    return undefined;
  }
}

describe("a configuration of any bytes", () => {
  it("is understood or refused in words", () => {
    let taken = 0;
    for (let seed = 0; seed < 3000; seed += 1) {
      const random = seededRandom(seed);
      const bytes = mutate(Buffer.from(sample), random);
      try {
        if (parsed(bytes.toString("utf8")) !== undefined) taken += 1;
      } catch (cause) {
        throw new Error(`seed ${seed}`, { cause });
      }
    }
    assert.ok(taken > 100 && taken < 2900, `${taken} of 3000 were taken`);
  });

  it("is understood or refused whatever type or text a value has", () => {
    const values = ['""', '"x"', '"/"', '"http://"', '"https://a b"', '"[::1]:1"', '"a@b"', "0"];
    values.push("-1", "1.5", "inf", "nan", "true", "[]", '[""]', "[[1]]", "{}", "1979-05-27");
    const lines = sample.split("\n");
    for (const [at, line] of lines.entries()) {
      const [key, value] = line.split(" = ");
      if (value === undefined) continue;
      for (const other of values) {
        parsed(lines.with(at, `${key} = ${other}`).join("\n"));
        parsed(lines.with(at, `${key} = [${other}]`).join("\n"));
      }
    }
  });

  it("is refused when it is nested without end", () => {
    for (const text of [`a=${"[".repeat(100_000)}`, `a=${"{a=".repeat(50_000)}`]) {
      assert.equal(parsed(text), undefined);
    }
    assert.equal(parsed(`${"a.".repeat(50_000)}a = 1`), undefined);
  });
});
