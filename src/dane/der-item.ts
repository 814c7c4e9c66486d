/**
 * One item of DER (X.690 §8.1): tag, length, content. Enough to walk through a certificate; tags
 * of one byte and definite lengths only, as DER has them where we look.
 */

export interface DerItem {
  readonly tag: number;
  /** Where tag and length begin. */
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

const maxLengthBytes = 4;
export const derSequence = 0x30;

/** The item at `start`, which must end at or before `limit`; undefined when it does not. */
export function readDerItem(
  bytes: Buffer,
  start: number,
  limit: number = bytes.length,
): DerItem | undefined {
  if (start + 2 > limit) return undefined;
  const tag = bytes.readUInt8(start);
  const first = bytes.readUInt8(start + 1);
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const contentStart = start + 2 + lengthBytes;
  if (first === 0x80 || lengthBytes > maxLengthBytes || contentStart > limit) return undefined;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(start + 2, lengthBytes);
  const end = contentStart + length;
  return end <= limit ? { tag, start, contentStart, end } : undefined;
}

/** Whether `bytes` are one SEQUENCE and nothing else. */
export function isDerSequence(bytes: Buffer): boolean {
  const item = readDerItem(bytes, 0);
  return item?.tag === derSequence && item.end === bytes.length;
}
