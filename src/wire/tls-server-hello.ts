/**
 * ServerHello and HelloRetryRequest (RFC 8446 §4.1.3, §4.1.4; RFC 5246 §7.4.1.3): what the server
 * chose, and which extensions it acknowledged.
 */
import { ProtocolError } from "../base/errors.ts";
import { TlsFieldReader } from "./tls-field-reader.ts";

export const tlsVersion = { tls12: 0x0303, tls13: 0x0304 } as const;

/** IANA "TLS ExtensionType Values". */
export const extensionType = {
  encryptThenMac: 22, // RFC 7366
  extendedMasterSecret: 23, // RFC 7627
  supportedVersions: 43, // RFC 8446 §4.2.1
  keyShare: 51, // RFC 8446 §4.2.8
  renegotiationInfo: 65281, // RFC 5746
} as const;

export interface ServerHello {
  /** What was negotiated: supported_versions, else the old field. */
  readonly version: number;
  readonly suite: number;
  /** 0: none. */
  readonly compression: number;
  /** Ask again with another key share; no more than that. */
  readonly isRetry: boolean;
  readonly extensions: ReadonlySet<number>;
  /** Code of the named group; undefined before TLS 1.3. */
  readonly keyShareGroup: number | undefined;
}

/** SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3). */
const retryRandom = Buffer.from(
  "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c",
  "hex",
);

/** Throws ProtocolError `too-short`, `trailing-bytes` or `duplicate-extension`. */
export function parseServerHello(body: Buffer): ServerHello {
  const fields = new TlsFieldReader(body);
  const oldVersion = fields.number(2);
  const random = fields.bytes(32);
  fields.vector(1); // session ID
  const suite = fields.number(2);
  const compression = fields.number(1);
  // Before TLS 1.2 a hello may end here.
  const extensions = fields.isAtEnd ? new Map<number, Buffer>() : parseExtensions(fields.vector(2));
  if (!fields.isAtEnd) throw new ProtocolError("trailing-bytes", "a ServerHello is too long");
  const chosen = extensions.get(extensionType.supportedVersions);
  const share = extensions.get(extensionType.keyShare);
  return {
    version: chosen === undefined ? oldVersion : new TlsFieldReader(chosen).number(2),
    suite,
    compression,
    isRetry: random.equals(retryRandom),
    extensions: new Set(extensions.keys()),
    keyShareGroup: share === undefined ? undefined : new TlsFieldReader(share).number(2),
  };
}

function parseExtensions(block: Buffer): ReadonlyMap<number, Buffer> {
  const extensions = new Map<number, Buffer>();
  const fields = new TlsFieldReader(block);
  while (!fields.isAtEnd) {
    const type = fields.number(2);
    if (extensions.has(type)) {
      throw new ProtocolError("duplicate-extension", "a ServerHello has an extension twice");
    }
    extensions.set(type, fields.vector(2));
  }
  return extensions;
}
