import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { finiteFieldGroup, namedGroup } from "../../src/wire/tls-named-group.ts";
import { signatureSchemeName } from "../../src/wire/tls-signature-scheme.ts";

/** 2^shift times e, rounded down, by its series. */
function shiftedE(shift: number): bigint {
  const guard = 64n;
  let sum = 0n;
  let term = 1n << (BigInt(shift) + guard);
  for (let k = 1n; term > 0n; k += 1n) {
    sum += term;
    term /= k;
  }
  return sum >> guard;
}

/** RFC 7919, Appendix A: p = 2^b - 2^(b-64) + {[2^(b-130) e] + X} 2^64 - 1. */
function prime(bits: number, x: number): Buffer {
  const b = BigInt(bits);
  const middle = (shiftedE(bits - 130) + BigInt(x)) << 64n;
  const value = (1n << b) - (1n << (b - 64n)) + middle - 1n;
  return Buffer.from(value.toString(16), "hex");
}

const finiteFields = [
  ["ffdhe2048", 2048, 560316],
  ["ffdhe3072", 3072, 2625351],
  ["ffdhe4096", 4096, 5736041],
  ["ffdhe6144", 6144, 15705020],
  ["ffdhe8192", 8192, 10965728],
] as const;

describe("a group of a key exchange", () => {
  for (const [name, bits, x] of finiteFields) {
    it(`is known by the prime of ${name}, with or without a zero in front`, () => {
      const bytes = prime(bits, x);
      assert.deepEqual(finiteFieldGroup(bytes), { name, bits });
      assert.deepEqual(finiteFieldGroup(Buffer.concat([Buffer.alloc(1), bytes])), { name, bits });
    });
  }

  it("is DH with the bits of its prime otherwise", () => {
    const bits = (hex: string): number | undefined =>
      finiteFieldGroup(Buffer.from(hex, "hex")).bits;
    assert.deepEqual(finiteFieldGroup(prime(2048, 560317)), { name: "DH", bits: 2048 });
    assert.equal(bits("01ff"), 9);
    assert.equal(bits("0000"), 0);
    assert.equal(bits(""), 0);
  });

  it("has IANA's name by its code, or else its number", () => {
    assert.deepEqual(namedGroup(29), { name: "x25519", bits: 255 });
    assert.deepEqual(namedGroup(0x0a0a), { name: "group 0x0a0a", bits: undefined });
  });
});

describe("a signature scheme", () => {
  it("has IANA's name by its code, or else its number", () => {
    assert.equal(signatureSchemeName(0x0804), "rsa_pss_rsae_sha256");
    assert.equal(signatureSchemeName(0x0003), "scheme 0x0003");
  });
});
