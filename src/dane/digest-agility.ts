/**
 * Digest agility (RFC 7671 §9): of several digests of one thing only the strongest counts, so that
 * a digest that was broken can be abandoned while old clients still know nothing better. Whole
 * certificates and keys are no digests and always count.
 */
import { matchingFull, matchingSha256, matchingSha512, type Tlsa } from "./tlsa.ts";

/** Weakest first; Postfix's default (`tls_dane_digests`) has the same order. */
const digests: readonly number[] = [matchingSha256, matchingSha512];

/**
 * `usable`: records without a fault. Keeps, for each usage and selector, the full records and
 * those of the strongest digest, in their order.
 */
export function keepStrongest<T extends Tlsa>(usable: readonly T[]): readonly T[] {
  const best = new Map<string, number>();
  for (const record of usable) {
    const group = groupOf(record);
    best.set(group, Math.max(best.get(group) ?? -1, digests.indexOf(record.matchingType)));
  }
  return usable.filter(
    (record) =>
      record.matchingType === matchingFull ||
      digests.indexOf(record.matchingType) === best.get(groupOf(record)),
  );
}

function groupOf({ usage, selector }: Tlsa): string {
  return `${usage} ${selector}`;
}
