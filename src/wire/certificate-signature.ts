/**
 * How a certificate was signed: the outer `signatureAlgorithm` of RFC 5280 §4.1.1.2, read from DER
 * (X.690) because the names that TLS libraries give leave out the hash of RSASSA-PSS.
 *
 * Names are IANA's signature schemes. Those for ECDSA name a curve; as in TLS 1.2 they stand for
 * the hash alone here (RFC 8446 §4.2.3), and the signer's curve is seen at its own certificate. Of the
 * two names for PSS, which tell the signer's kind of key apart, `rsa_pss_pss_…` is used.
 */

const pss = "1.2.840.113549.1.1.10";

/** RFC 8017 §A.2.4, RFC 5758, RFC 8410 §3, RFC 9881 §2; the old ones from RFC 3279 and OIW. */
const schemes: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.2": "rsa_pkcs1_md2",
  "1.2.840.113549.1.1.3": "rsa_pkcs1_md4",
  "1.2.840.113549.1.1.4": "rsa_pkcs1_md5",
  "1.2.840.113549.1.1.5": "rsa_pkcs1_sha1",
  "1.3.14.3.2.29": "rsa_pkcs1_sha1",
  "1.2.840.113549.1.1.14": "rsa_pkcs1_sha224",
  "1.2.840.113549.1.1.11": "rsa_pkcs1_sha256",
  "1.2.840.113549.1.1.12": "rsa_pkcs1_sha384",
  "1.2.840.113549.1.1.13": "rsa_pkcs1_sha512",
  "1.2.840.10045.4.1": "ecdsa_sha1",
  "1.2.840.10045.4.3.1": "ecdsa_sha224",
  "1.2.840.10045.4.3.2": "ecdsa_secp256r1_sha256",
  "1.2.840.10045.4.3.3": "ecdsa_secp384r1_sha384",
  "1.2.840.10045.4.3.4": "ecdsa_secp521r1_sha512",
  "1.2.840.10040.4.3": "dsa_sha1",
  "2.16.840.1.101.3.4.3.1": "dsa_sha224",
  "2.16.840.1.101.3.4.3.2": "dsa_sha256",
  "1.3.101.112": "ed25519",
  "1.3.101.113": "ed448",
  "2.16.840.1.101.3.4.3.17": "mldsa44",
  "2.16.840.1.101.3.4.3.18": "mldsa65",
  "2.16.840.1.101.3.4.3.19": "mldsa87",
};

const hashes: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.4": "sha224",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

/**
 * IANA's name of the scheme; the dotted identifier of one that is not known here; `unknown` when
 * the bytes are no certificate.
 */
export function certificateSignatureScheme(certificate: Buffer): string {
  const [, algorithm] = childrenOf(certificate, 0x30);
  const [identifier, parameters] = childrenOf(algorithm, 0x30);
  const oid = readOid(identifier);
  if (oid === undefined) return "unknown";
  return oid === pss ? pssScheme(parameters) : (schemes[oid] ?? oid);
}

/** RFC 4055 §3.1: the hash is field 0 and SHA-1 where it is missing. */
function pssScheme(parameters: Buffer | undefined): string {
  const field = childrenOf(parameters, 0x30).find((one) => one[0] === 0xa0);
  if (field === undefined) return "rsa_pss_pss_sha1";
  const [algorithm] = childrenOf(field, 0xa0);
  const oid = readOid(childrenOf(algorithm, 0x30)[0]) ?? "unknown";
  return `rsa_pss_pss_${hashes[oid] ?? oid}`;
}

/** No structure read here has more parts. */
const maxChildren = 4;

/** The first parts of a constructed value with this tag, tags included; what is broken has none. */
function childrenOf(value: Buffer | undefined, tag: number): readonly Buffer[] {
  if (value === undefined || value[0] !== tag) return [];
  const children: Buffer[] = [];
  let rest = contentOf(value);
  while (rest.length > 0 && children.length < maxChildren) {
    const size = sizeOf(rest);
    if (size === undefined) return children;
    children.push(rest.subarray(0, size));
    rest = rest.subarray(size);
  }
  return children;
}

function contentOf(value: Buffer): Buffer {
  const size = sizeOf(value);
  const header = headerSize(value);
  return size === undefined || header === undefined
    ? value.subarray(0, 0)
    : value.subarray(header, size);
}

/** Tag, length and content together; undefined when there are fewer bytes than that. */
function sizeOf(value: Buffer): number | undefined {
  const header = headerSize(value);
  if (header === undefined) return undefined;
  const length = header === 2 ? (value[1] ?? 0) : value.readUIntBE(2, header - 2);
  return header + length <= value.length ? header + length : undefined;
}

/** X.690 §8.1.3; lengths of more than four bytes are no certificate's. */
function headerSize(value: Buffer): number | undefined {
  const first = value[1];
  if (first === undefined) return undefined;
  if (first < 0x80) return 2;
  const count = first & 0x7f;
  return count >= 1 && count <= 4 && value.length >= 2 + count ? 2 + count : undefined;
}

const maxOidBytes = 32;

/** X.690 §8.19 */
function readOid(value: Buffer | undefined): string | undefined {
  if (value === undefined || value[0] !== 0x06) return undefined;
  const content = contentOf(value);
  if (content.length === 0 || content.length > maxOidBytes) return undefined;
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...others] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...others].join(".");
}
