/**
 * The records of one direction of a TLS connection (RFC 8446 §5.1, RFC 5246 §6.2.1), from bytes
 * that were captured. What was cut off at the end is left out.
 */
import { ProtocolError } from "../base/errors.ts";

export const recordType = {
  changeCipherSpec: 20,
  handshake: 22,
  applicationData: 23,
} as const;

export interface TlsRecord {
  readonly type: number;
  /** As on the wire; authenticated along with encrypted content. */
  readonly header: Buffer;
  readonly fragment: Buffer;
}

const headerBytes = 5;
/** RFC 5246 §6.2.3; TLS 1.3 allows less. */
const maxFragment = 2 ** 14 + 2048;

/** Throws ProtocolError `bad-version` or `too-long` when it meets what is no TLS record. */
export function* readRecords(captured: Buffer): Generator<TlsRecord, void> {
  let rest = captured;
  while (rest.length >= headerBytes) {
    const header = rest.subarray(0, headerBytes);
    if (header[1] !== 3) throw new ProtocolError("bad-version", "not a TLS record");
    const end = headerBytes + header.readUInt16BE(3);
    if (end > headerBytes + maxFragment) {
      throw new ProtocolError("too-long", "a TLS record is too long");
    }
    if (rest.length < end) return;
    yield { type: header.readUInt8(0), header, fragment: rest.subarray(headerBytes, end) };
    rest = rest.subarray(end);
  }
}
