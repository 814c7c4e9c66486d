/** Seeded randomness for fuzz and property tests: a failing case repeats from its seed. */
export interface Random {
  /** Integer in [0, limit). */
  below(limit: number): number;
  bytes(length: number): Buffer;
  pick<T>(values: readonly T[]): T;
}

/** mulberry32: small, fast, good enough to vary inputs. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
    pick: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error("nothing to pick from");
      return value;
    },
  };
}

/** A copy with a few bytes flipped, cut, repeated or inserted. */
export function mutate(input: Buffer, random: Random): Buffer {
  let output = Buffer.from(input);
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const at = random.below(output.length + 1);
    const end = Math.min(output.length, at + 1 + random.below(8));
    const change = random.below(4);
    const middle =
      change === 0
        ? random.bytes(end - at)
        : change === 1
          ? Buffer.alloc(0)
          : change === 2
            ? Buffer.concat([output.subarray(at, end), output.subarray(at, end)])
            : Buffer.concat([random.bytes(1 + random.below(6)), output.subarray(at, end)]);
    output = Buffer.concat([output.subarray(0, at), middle, output.subarray(end)]);
  }
  return output;
}
