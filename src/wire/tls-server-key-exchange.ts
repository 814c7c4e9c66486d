/**
 * ServerKeyExchange of TLS 1.2 and older: the group of an ephemeral key exchange and the scheme it
 * was signed with (RFC 8422 §5.4 for elliptic curves, RFC 5246 §7.4.3 for finite fields).
 */
import { ProtocolError } from "../base/errors.ts";
import { TlsFieldReader } from "./tls-field-reader.ts";
import { finiteFieldGroup, type NamedGroup, namedGroup } from "./tls-named-group.ts";
import { tlsVersion } from "./tls-server-hello.ts";
import { signatureSchemeName } from "./tls-signature-scheme.ts";

export interface ServerKeyExchange {
  readonly group: NamedGroup;
  /** Undefined: not signed, or before TLS 1.2, where the scheme was no choice. */
  readonly signatureScheme: string | undefined;
}

/**
 * `cipher` is the suite's IANA name, which tells the form of the message; undefined for suites that
 * have no such message. Throws ProtocolError `too-short` or `bad-curve`.
 */
export function parseServerKeyExchange(
  body: Buffer,
  cipher: string,
  version: number,
): ServerKeyExchange | undefined {
  const fields = new TlsFieldReader(body);
  const group = readGroup(fields, cipher);
  if (group === undefined) return undefined;
  const isSigned = !cipher.includes("_anon_") && version >= tlsVersion.tls12;
  return { group, signatureScheme: isSigned ? signatureSchemeName(fields.number(2)) : undefined };
}

const namedCurve = 3;

function readGroup(fields: TlsFieldReader, cipher: string): NamedGroup | undefined {
  if (/^TLS_ECDHE?_/.test(cipher)) {
    if (fields.number(1) !== namedCurve) {
      throw new ProtocolError("bad-curve", "the key exchange uses no named curve");
    }
    const group = namedGroup(fields.number(2));
    fields.vector(1); // the server's point
    return group;
  }
  if (!/^TLS_DHE?_/.test(cipher)) return undefined;
  const prime = fields.vector(2);
  fields.vector(2); // generator
  fields.vector(2); // the server's value
  return finiteFieldGroup(prime);
}
