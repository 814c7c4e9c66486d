/**
 * Whether a DNS message holds together (RFC 1035 §4.1): every record within its bytes, and the
 * data of each type that we read exactly as long as its length field says. The decoder behind
 * takes some lengths for granted, and one record that is cut short would shift all that follow.
 */

const headerBytes = 12;
const questionTailBytes = 4;
/** Type, class, time to live and length of the data. */
const recordHeadBytes = 10;
const pointer = 0xc0;

/** RDATA by the number of its type. Returns whether `start` to `end` is a whole one. */
const shapes: ReadonlyMap<number, (bytes: Buffer, start: number, end: number) => boolean> = new Map(
  [
    [1, (_bytes, start, end) => end - start === 4], // A
    [5, (bytes, start, end) => skipName(bytes, start) === end], // CNAME
    [15, (bytes, start, end) => skipName(bytes, start + 2) === end], // MX
    [16, isStrings], // TXT
    [28, (_bytes, start, end) => end - start === 16], // AAAA
    [52, (_bytes, start, end) => end - start >= 3], // TLSA
  ],
);

/** Where the last record ends; undefined when the message does not hold together. */
export function measureMessage(bytes: Buffer): number | undefined {
  if (bytes.length < headerBytes) return undefined;
  let at: number | undefined = headerBytes;
  for (let left = bytes.readUInt16BE(4); left > 0 && at !== undefined; left -= 1) {
    at = within(bytes, skipName(bytes, at), questionTailBytes);
  }
  const records = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
  for (let left = records; left > 0 && at !== undefined; left -= 1) at = skipRecord(bytes, at);
  return at;
}

function skipRecord(bytes: Buffer, start: number): number | undefined {
  const head = skipName(bytes, start);
  const data = within(bytes, head, recordHeadBytes);
  if (head === undefined || data === undefined) return undefined;
  const end = within(bytes, data, bytes.readUInt16BE(data - 2));
  if (end === undefined) return undefined;
  const isWhole = shapes.get(bytes.readUInt16BE(head));
  return isWhole === undefined || isWhole(bytes, data, end) ? end : undefined;
}

function within(bytes: Buffer, start: number | undefined, length: number): number | undefined {
  return start !== undefined && start + length <= bytes.length ? start + length : undefined;
}

/** Behind the name at `start`, which may end in a pointer (RFC 1035 §4.1.4). */
function skipName(bytes: Buffer, start: number): number | undefined {
  for (let at = start; at < bytes.length; ) {
    const length = bytes.readUInt8(at);
    if (length === 0) return at + 1;
    if (length >= pointer) return within(bytes, at, 2);
    if (length >= 0x40) return undefined;
    at += 1 + length;
  }
  return undefined;
}

/** One string or more, each behind its length (RFC 1035 §3.3.14). */
function isStrings(bytes: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at < end) at += 1 + bytes.readUInt8(at);
  return at === end && end > start;
}
