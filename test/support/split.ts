/** Cuts bytes at random places, as a network may. Often into single bytes, sometimes not at all. */
import type { Random } from "./random.ts";

export function splitRandomly(bytes: Buffer, random: Random): readonly Buffer[] {
  const longest = random.pick([1, 3, 20, 5000]);
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = start + 1 + random.below(longest);
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}
